import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ManifestRow, rowDigest } from '../../../src/core/manifest/row.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

const { row } = vectors.manifest;
const given: ManifestRow = {
  id: fromHex(row.id),
  revision: row.revision,
  trashed: row.trashed,
  wrappedKey: fromHex(row.wrappedKey),
  body: fromHex(row.bodyStart),
  lookupValues: row.lookupValues.map(fromHex),
};
const digest = (change: Partial<ManifestRow>) => rowDigest({ ...given, ...change }).toString('hex');

describe("the digest of an entry's row", () => {
  it('is that of the format', () => {
    expect(digest({})).toBe(row.digest);
  });

  it('takes the body by its first 81 bytes, whose tag vouches for the rest', () => {
    expect(digest({ body: Buffer.concat([given.body, Buffer.alloc(500, 1)]) })).toBe(row.digest);
  });

  it('is another for any other content', () => {
    const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, here) => (here === at ? byte ^ 1 : byte));
    const changes: Partial<ManifestRow>[] = [
      { id: flipped(given.id, 15) },
      { revision: 4 },
      { trashed: false },
      { wrappedKey: flipped(given.wrappedKey, 200) },
      { wrappedKey: given.wrappedKey.subarray(0, -1) },
      { body: flipped(given.body, 80) },
      { lookupValues: given.lookupValues.slice(1) },
      { lookupValues: given.lookupValues.map((value) => flipped(value, 0)) },
    ];
    expect(new Set([row.digest, ...changes.map(digest)]).size).toBe(changes.length + 1);
  });

  it('never depends on where one part ends and the next begins', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 64 }), (moved) => {
        const bytes = Buffer.concat([given.wrappedKey, given.body]);
        const at = given.wrappedKey.length - moved;
        const shifted = digest({ wrappedKey: bytes.subarray(0, at), body: bytes.subarray(at) });
        expect(shifted === row.digest).toBe(moved === 0);
      }),
    );
  });
});
