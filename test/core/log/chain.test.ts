import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal } from '../../../src/core/crypto/seal.ts';
import {
  beginSegment,
  type ChainState,
  firstLink,
  linkAfter,
  logHead,
  nextState,
  openRecord,
  openSegment,
  openState,
  resealSegment,
  sealRecord,
  sealState,
  type SegmentPlace,
} from '../../../src/core/log/chain.ts';
import { accessEvent, decodeEvents, encodeEvents } from '../../../src/core/log/event.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

const given = vectors.accessLog;
const userId = fromHex(vectors.header.userId);
const logKey = fromHex(vectors.derivedKeys.log);
const place: SegmentPlace = { userId, number: given.number, token: null, previous: fromHex(given.previous) };
const opened = () => openSegment(logKey, place, fromHex(given.head));

describe('a segment of the access log', () => {
  it('opens as the format says, record after record', () => {
    let state = opened();
    expect(state.secret.toString('hex')).toBe(given.secret);
    expect(state.link.toString('hex')).toBe(given.firstLink);
    for (const { data, record, link, nextSecret } of given.records) {
      expect(openRecord(userId, state, fromHex(record)).toString()).toBe(data);
      state = nextState(state, fromHex(record));
      expect([state.link, state.secret].map((bytes) => bytes.toString('hex'))).toEqual([link, nextSecret]);
    }
    expect(logHead(state.number, state.index, state.link).toString('hex')).toBe(given.logHead);
  });

  it('of a token opens for that token, and so does its state between two uses', () => {
    const token = fromHex(vectors.scopedToken.id);
    const own = { ...place, token };
    const state = openSegment(logKey, own, fromHex(given.tokenHead));
    expect(() => openSegment(logKey, place, fromHex(given.tokenHead))).toThrow(vaultError('vault_corrupt'));
    expect(openState(fromHex(vectors.scopedToken.key), { userId, token }, fromHex(given.tokenState))).toEqual(state);
  });

  it('opens for its own key and place alone', () => {
    const { head } = beginSegment(logKey, place);
    const others: SegmentPlace[] = [
      { ...place, number: place.number + 1 },
      { ...place, previous: Buffer.alloc(32, 1) },
      { ...place, userId: Buffer.alloc(16, 1) },
      { ...place, token: Buffer.alloc(16, 1) },
    ];
    for (const other of others) expect(() => openSegment(logKey, other, head)).toThrow(vaultError('vault_corrupt'));
    expect(() => openSegment(Buffer.alloc(32), place, head)).toThrow(vaultError('vault_corrupt'));
    const short = seal(
      logKey,
      { purpose: 'logSegment', userId, extra: Buffer.concat([Buffer.of(0, 0, 0, place.number), place.previous]) },
      Buffer.alloc(31),
    );
    expect(() => openSegment(logKey, place, short)).toThrow(vaultError('vault_corrupt'));
  });

  it('is the same under a new log key', () => {
    const newKey = Buffer.alloc(32, 9);
    const { head, state } = beginSegment(logKey, place);
    expect(openSegment(newKey, place, resealSegment(logKey, newKey, place, head))).toEqual(state);
  });

  it('has records that open in their place alone, and not with a later secret', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 2, maxLength: 8 }), (all) => {
        let state: ChainState = beginSegment(logKey, place).state;
        const states = [state];
        const records: Buffer[] = [];
        for (const data of all) {
          const record = sealRecord(userId, state, data);
          expect(linkAfter(state.link, record)).toEqual(nextState(state, record).link);
          records.push(record);
          state = nextState(state, record);
          states.push(state);
        }
        for (const [i, record] of records.entries()) {
          for (const [j, one] of states.entries()) {
            if (i === j) expect(openRecord(userId, one, record)).toEqual(Buffer.from(all[i] ?? []));
            else expect(() => openRecord(userId, one, record)).toThrow(vaultError('vault_corrupt'));
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('begins at a link of its own, which no secret is needed for', () => {
    expect(firstLink(place)).toEqual(opened().link);
    expect(firstLink({ ...place, number: 1 })).not.toEqual(firstLink(place));
  });

  it("seals a token's state for that token alone", () => {
    const token = Buffer.alloc(16, 3);
    const key = Buffer.alloc(32, 4);
    const sealed = sealState(key, { userId, token }, opened());
    expect(openState(key, { userId, token }, sealed)).toEqual(opened());
    expect(() => openState(key, { userId, token: Buffer.alloc(16) }, sealed)).toThrow(vaultError('vault_corrupt'));
    const short = seal(key, { purpose: 'scopedTokenLog', userId, extra: token }, Buffer.alloc(71));
    expect(() => openState(key, { userId, token }, short)).toThrow(vaultError('vault_corrupt'));
  });
});

describe('an event', () => {
  const event = {
    at: '2026-01-01T00:00:00.000Z',
    action: 'read',
    entries: ['0b6fbd4e-7d0c-4a5e-9d55-0e1ad4b1c1de'],
    count: 1,
    session: '0a1b2c3d',
    program: 'vault get',
    terminal: null,
    detail: null,
    segment: null,
  } as const;

  it('comes back as it was', () => {
    expect(decodeEvents(encodeEvents([{ ...event, entries: [...event.entries] }]))).toEqual([event]);
  });

  it('is of a kind that stored records may name: none is ever renamed', () => {
    expect(accessEvent.shape.action.options.join(', ')).toBe(
      'login, read, signed, exported, added, changed, removed, restored, deleted, refused, confirmed, password changed, ' +
        'token made, token revoked, anchored, dropped, broken, closed',
    );
  });

  const segment = { number: 1, count: 0, link: 'a0'.repeat(32) };
  const largest = {
    ...event,
    entries: Array<string>(16).fill(event.entries[0]),
    session: 's'.repeat(64),
    program: 'p'.repeat(128),
    terminal: 't'.repeat(128),
    detail: 'd'.repeat(64),
    segment,
  };

  it('is as large as it may be, 64 in a record', () => {
    const all = Array<typeof largest>(64).fill(largest);
    expect(decodeEvents(Buffer.from(JSON.stringify(all)))).toEqual(all);
  });

  it.each(
    [
      ...[
        { action: 'mined' },
        { more: 1 },
        { at: 'now' },
        { at: '2026-01-01T00:00:00Z' },
        { entries: Array<string>(17).fill(event.entries[0]) },
        { entries: ['x'] },
        { count: -1 },
        { session: 's'.repeat(65) },
        { program: 'p'.repeat(129) },
        { terminal: 't'.repeat(129) },
        { detail: 'd'.repeat(65) },
        { segment: { ...segment, number: 0 } },
        { segment: { ...segment, count: -1 } },
        { segment: { ...segment, link: 'a0' } },
        { segment: { ...segment, more: 1 } },
      ].map((change) => [{ ...event, ...change }]),
      [],
      event,
      Array(65).fill(event),
      null,
    ].map((other) => ({ other })),
  )('is damage in any other form: %#', ({ other }) => {
    expect(() => decodeEvents(Buffer.from(JSON.stringify(other)))).toThrow(vaultError('vault_corrupt'));
  });

  it('is damage where it is no JSON, without a word of it', () => {
    expect(() => decodeEvents(Buffer.from('secret'))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }) as Error,
    );
  });
});
