import { describe, expect, it } from 'vitest';
import { type ChunkPlace, openChunk, sealChunk } from '../../../src/core/crypto/attachment-chunk.ts';
import { open } from '../../../src/core/crypto/seal.ts';
import { vaultError } from '../support.ts';

const key = Buffer.alloc(32, 1);
const place: ChunkPlace = {
  userId: Buffer.alloc(16, 2),
  entryId: Buffer.alloc(16, 3),
  attachmentId: Buffer.alloc(16, 4),
  index: 258,
  last: false,
};
const blob = sealChunk(key, place, Buffer.from('part'));

describe("an attachment's chunk", () => {
  it('is sealed for its attachment, number and end, as the format says', () => {
    const extra = Buffer.concat([place.attachmentId, Buffer.of(0, 0, 1, 2, 0)]);
    expect(open(key, { purpose: 'attachmentChunk', userId: place.userId, entryId: place.entryId, extra }, blob).toString()).toBe('part');
  });

  it('opens in its place and in no other', () => {
    expect(openChunk(key, place, blob).toString()).toBe('part');
    const other = Buffer.alloc(16, 9);
    for (const change of [{ userId: other }, { entryId: other }, { attachmentId: other }, { index: 2 }, { last: true }]) {
      expect(() => openChunk(key, { ...place, ...change }, blob)).toThrow(vaultError('vault_corrupt'));
    }
  });
});
