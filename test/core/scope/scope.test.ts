import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal } from '../../../src/core/crypto/seal.ts';
import { openScope, type Scope, sealScope, tokenKey, wipeScope } from '../../../src/core/scope/scope.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

const given = vectors.scopedToken;
const place = { userId: fromHex(vectors.header.userId), id: fromHex(given.id) };
const key = tokenKey({ id: place.id, secret: fromHex(given.secret) });
const scope: Scope = {
  expiresAt: given.expiresAt,
  uses: given.uses,
  field: given.field,
  grants: given.grants.map(({ id, lowestRevision, key: entryKey }) => ({ id: fromHex(id), lowestRevision, key: fromHex(entryKey) })),
};

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));
const scopes: fc.Arbitrary<Scope> = fc.record({
  expiresAt: fc.option(fc.integer({ min: 1, max: 2 ** 48 })),
  uses: fc.option(fc.integer({ min: 1, max: 1_000_000 })),
  field: fc.option(fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' })),
  grants: fc.array(fc.record({ id: bytes(16), lowestRevision: fc.maxSafeNat(), key: bytes(32) }), { maxLength: 256 }),
});

describe("a scoped token's record", () => {
  it('opens as the format says', () => {
    expect(key.toString('hex')).toBe(given.key);
    expect(openScope(key, place, fromHex(given.record))).toEqual(scope);
  });

  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(scopes, (one) => {
        expect(openScope(key, place, sealScope(key, place, one))).toEqual(one);
      }),
      { numRuns: 30 },
    );
  });

  it('opens with its own token alone, for its own user and id', () => {
    const record = sealScope(key, place, scope);
    const other = Buffer.alloc(16, 1);
    expect(() => openScope(Buffer.alloc(32), place, record)).toThrow(vaultError('vault_corrupt'));
    expect(() => openScope(key, { ...place, id: other }, record)).toThrow(vaultError('vault_corrupt'));
    expect(() => openScope(key, { ...place, userId: other }, record)).toThrow(vaultError('vault_corrupt'));
  });

  it('is refused in any other form', () => {
    const sealed = (data: Uint8Array) => seal(key, { purpose: 'scopedToken', userId: place.userId, extra: place.id }, data);
    const good = Buffer.concat([Buffer.of(1), Buffer.alloc(14), Buffer.of(0, 0)]);
    expect(openScope(key, place, sealed(good))).toEqual({ expiresAt: null, uses: null, field: null, grants: [] });
    const withVersion2 = Buffer.from(good);
    withVersion2[0] = 2;
    const longField = Buffer.from(good);
    longField.writeUInt16BE(0xffff, 13);
    // A field whose end lies just one grant behind the record's.
    const fieldBeyond = Buffer.from(good);
    fieldBeyond.writeUInt16BE(56, 13);
    for (const data of [
      Buffer.alloc(0),
      fieldBeyond,
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.of(0)]),
      withVersion2,
      longField,
    ]) {
      expect(() => openScope(key, place, sealed(data))).toThrow(vaultError('vault_corrupt'));
    }
  });

  it('can be wiped', () => {
    const opened = openScope(key, place, sealScope(key, place, scope));
    wipeScope(opened);
    expect(opened.grants.every(({ key: entryKey }) => entryKey.equals(Buffer.alloc(32)))).toBe(true);
  });
});
