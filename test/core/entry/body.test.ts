import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contentOfBody,
  decodeBody,
  encodeBody,
  type EntryBody,
  newBody,
  settled,
  toEntry,
  toSummary,
  withoutPending,
} from '../../../src/core/entry/body.ts';
import { entry, type EntryContent, entrySummary } from '../../../src/core/entry/schema.ts';
import { thrownBy, vaultError } from '../support.ts';
import { codePoint } from '../../support/code-point.ts';

const now = '2026-01-02T03:04:05.678Z';
const word = fc.string({ unit: codePoint, maxLength: 30 });
const line = fc.stringMatching(/^[a-zA-Z0-9 ./-]{1,20}$/).filter((any) => any.trim() !== '' && !/^\.\.?$/.test(any));
const content: fc.Arbitrary<EntryContent> = fc.record({
  name: line,
  username: fc.option(word),
  password: fc.option(word),
  urls: fc.array(word, { maxLength: 3 }),
  totp: fc.option(word),
  notes: fc.option(word),
  fields: fc.array(fc.record({ name: line, value: word, hidden: fc.boolean() }), { maxLength: 3 }),
  tags: fc.array(line, { maxLength: 3 }),
});

const plain: EntryContent = { name: 'a', username: null, password: 'hunter2', urls: [], totp: null, notes: null, fields: [], tags: [] };

describe("an entry's body", () => {
  it('comes back as it was, for any content', () => {
    fc.assert(
      fc.property(content, (any) => {
        const body = newBody(any, now);
        expect(decodeBody(encodeBody(body))).toEqual(body);
      }),
    );
  });

  it('makes an entry that the contract allows, for any content', () => {
    fc.assert(
      fc.property(content, (any) => {
        const shown = toEntry(randomUUID(), 3, newBody(any, now));
        expect(entry.parse(shown)).toEqual(shown);
        expect(entrySummary.parse(toSummary(shown))).toEqual(toSummary(shown));
      }),
    );
  });

  it('has a time of the password only where there is one', () => {
    expect(newBody(plain, now).passwordChangedAt).toBe(now);
    expect(newBody({ ...plain, password: null }, now).passwordChangedAt).toBeNull();
  });

  it('holds what was typed, and perhaps a password that waits until it is the one in force', () => {
    const body = newBody(plain, now);
    expect(contentOfBody(body)).toEqual(plain);
    const waiting = { ...body, pending: { password: 'new', createdAt: now } };
    expect(settled(body)).toEqual(body);
    expect(settled(waiting)).toEqual(waiting);
    expect(withoutPending(waiting)).toEqual(body);
    expect(settled({ ...waiting, password: 'new' })).toEqual({ ...body, password: 'new' });
  });

  it('shows its URLs in lists without the passwords in them', () => {
    const shown = toEntry(randomUUID(), 1, newBody({ ...plain, urls: ['https://me:hunter2@example.com/'] }, now));
    expect(JSON.stringify(toSummary(shown))).not.toContain('hunter2');
    expect(shown.urls).toEqual(['https://me:hunter2@example.com/']);
  });

  it.each<[string, (body: EntryBody) => unknown]>([
    ['no JSON', () => 'hunter2{'],
    ['nothing', () => ''],
    ['another version', (body) => JSON.stringify({ ...body, version: 2 })],
    ['a key too many', (body) => JSON.stringify({ ...body, secret: 'hunter2' })],
    ['a key too few', ({ name: _, ...rest }) => JSON.stringify(rest)],
    ['a bad time', (body) => JSON.stringify({ ...body, createdAt: 'hunter2' })],
    ['a bad time in the trash', (body) => JSON.stringify({ ...body, trashedAt: '2026-01-02T03:04:05Z' })],
    ['a history of nothing', (body) => JSON.stringify({ ...body, history: [{}] })],
    ['a bad digest in the history', (body) => JSON.stringify({ ...body, history: [{ revision: 1, digest: 'hunter2' }] })],
  ])('that is %s is damage, and the error shows nothing of it', (_, make) => {
    const error = thrownBy(() => decodeBody(Buffer.from(String(make(newBody(plain, now))))));
    expect(error).toEqual(vaultError('vault_corrupt', 'a newer version of vault may have written it'));
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });
});
