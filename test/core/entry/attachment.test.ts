import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { attachment, attachmentName, chunkCount, chunkLength, listedAttachment } from '../../../src/core/entry/attachment.ts';
import { limits } from '../../../src/core/limits.ts';

const chunk = limits.attachmentChunkBytes;

describe('an attachment', () => {
  it("has a file's name, without directories", () => {
    expect(attachmentName.safeParse('key.pem').success).toBe(true);
    for (const name of ['a/b', '/', '..', '']) expect(attachmentName.safeParse(name).error?.issues[0]?.message, name).toMatch(/^must not /);
  });

  it('has a size within the limit, and is proven by a SHA-256', () => {
    const good = { id: randomUUID(), name: 'key.pem', size: limits.attachmentBytes };
    expect(attachment.parse(good)).toEqual(good);
    for (const size of [-1, 0.5, limits.attachmentBytes + 1]) expect(attachment.safeParse({ ...good, size }).success).toBe(false);
    const digest = Buffer.alloc(32).toString('base64');
    expect(listedAttachment.parse({ ...good, size: 0, digest })).toEqual({ ...good, size: 0, digest });
    for (const other of [digest.slice(4), `${digest.slice(0, 40)}****`]) {
      expect(listedAttachment.safeParse({ ...good, digest: other }).success).toBe(false);
    }
  });

  it.each([
    [0, [0]],
    [1, [1]],
    [chunk, [chunk]],
    [chunk + 1, [chunk, 1]],
    [3 * chunk - 1, [chunk, chunk, chunk - 1]],
  ])('of %i bytes is cut into chunks of which only the last is shorter', (size, lengths) => {
    expect(Array.from({ length: chunkCount(size) }, (_, index) => chunkLength(size, index))).toEqual(lengths);
  });
});
