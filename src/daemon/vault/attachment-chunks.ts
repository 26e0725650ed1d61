import { createHash } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { type ChunkPlace, openChunk, sealChunk } from '../../core/crypto/attachment-chunk.ts';
import { type ListedAttachment, chunkCount, chunkLength } from '../../core/entry/attachment.ts';
import { idBytes, idText, newId } from '../../core/entry/id.ts';
import { VaultError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Rows } from '../store/rows.ts';
import type { VaultContext } from './context.ts';
import { damagedAttachment } from './damage.ts';

/*
 * Attachments are sealed and opened chunk by chunk, here and nowhere else: a file of any size takes little memory.
 */

/** The entry that a file belongs to, and its key. */
export interface Owner {
  readonly userId: Buffer;
  readonly entryId: Buffer;
  readonly key: Buffer;
}

/** So many chunks are staged in one transaction: 1 MiB. */
const batchSize = 16;

/** Cuts data into pieces of a chunk's length, of which only the last is shorter. The next one overwrites and the end wipes each. */
async function* pieces(data: AsyncIterable<Uint8Array>): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  const held = Buffer.alloc(limits.attachmentChunkBytes);
  let length = 0;
  let size = 0;
  try {
    for await (const bytes of data) {
      size += bytes.length;
      if (size > limits.attachmentBytes) throw new VaultError('payload_too_large', 'an attachment holds at most 100 MiB');
      for (let at = 0; at < bytes.length;) {
        if (length === held.length) {
          yield { piece: held, last: false };
          length = 0;
        }
        const part = bytes.subarray(at, at + held.length - length);
        held.set(part, length);
        length += part.length;
        at += part.length;
      }
    }
    yield { piece: held.subarray(0, length), last: true };
  } finally {
    wipe(held);
  }
}

/** Seals data as it comes and stages it for an import; `switchIn` makes it the entry's. `payload_too_large` above 100 MiB. */
export async function stageAttachment(
  { store }: VaultContext,
  importId: Buffer,
  { key, ...owner }: Owner,
  name: string,
  data: AsyncIterable<Uint8Array>,
): Promise<ListedAttachment> {
  const attachmentId = newId();
  const seq = await store.write((rows) => rows.attachments.stage(importId, owner.entryId, attachmentId));
  const hash = createHash('sha256');
  let size = 0;
  let index = 0;
  let batch: Buffer[] = [];
  const flush = async () => {
    const blobs = batch;
    batch = [];
    const add = (rows: Rows) => rows.attachments.addChunks(seq, index - blobs.length, blobs);
    // A small file may take the last room.
    await (index <= batchSize ? store.write(add) : store.stage(add));
  };
  for await (const { piece, last } of pieces(data)) {
    const blob = sealChunk(key, { ...owner, attachmentId, index, last }, piece);
    hash.update(blob);
    batch.push(blob);
    size += piece.length;
    index += 1;
    if (batch.length === batchSize) await flush();
  }
  await flush();
  return { id: idText(attachmentId), name, size, digest: hash.digest('base64') };
}

/** A stored chunk by its number; null where there is none. */
export type ReadChunk = (index: number) => Promise<Buffer | null>;

/** The stored chunks of an attachment, one after the other; `vault_corrupt` in the end where they are not those that the entry lists. */
async function* storedChunks(entryId: Buffer, { id, size, digest }: ListedAttachment, read: ReadChunk): AsyncGenerator<Buffer> {
  const refuse = () => damagedAttachment(entryId, idBytes(id));
  const hash = createHash('sha256');
  for (let index = 0; index < chunkCount(size); index++) {
    const blob = await read(index);
    if (blob === null) throw refuse();
    hash.update(blob);
    yield blob;
  }
  if ((await read(chunkCount(size))) !== null || hash.digest('base64') !== digest) throw refuse();
}

/** Returns if all stored chunks are there, in their order, as the entry lists them: `vault_corrupt` otherwise. Needs no key. */
export async function proveAttachment(entryId: Buffer, listed: ListedAttachment, read: ReadChunk): Promise<void> {
  const chunks = storedChunks(entryId, listed, read);
  while ((await chunks.next()).done !== true);
}

/** Where a chunk of an attachment is sealed. */
function placeOf({ userId, entryId }: Omit<Owner, 'key'>, { id, size }: ListedAttachment, index: number): ChunkPlace {
  return { userId, entryId, attachmentId: idBytes(id), index, last: index === chunkCount(size) - 1 };
}

/** Opens one chunk. `vault_corrupt` where it is missing, or anything but the one that was sealed there. */
export async function readChunk(owner: Owner, listed: ListedAttachment, index: number, read: ReadChunk): Promise<Buffer> {
  const blob = await read(index);
  if (blob === null) throw damagedAttachment(owner.entryId, idBytes(listed.id));
  const data = openChunk(owner.key, placeOf(owner, listed, index), blob);
  if (data.length !== chunkLength(listed.size, index)) throw damagedAttachment(owner.entryId, idBytes(listed.id));
  return data;
}

/** Seals an attachment anew, chunk by chunk, once it is proven; gives what its entry is to list then. */
export async function resealAttachment(
  from: Owner,
  to: Owner,
  listed: ListedAttachment,
  { read, write }: { readonly read: ReadChunk; readonly write: (index: number, blob: Buffer) => Promise<void> },
): Promise<ListedAttachment> {
  await proveAttachment(from.entryId, listed, read);
  const hash = createHash('sha256');
  for (let index = 0; index < chunkCount(listed.size); index++) {
    const data = await readChunk(from, listed, index, read);
    const blob = sealChunk(to.key, placeOf(to, listed, index), data);
    wipe(data);
    hash.update(blob);
    await write(index, blob);
  }
  return { ...listed, digest: hash.digest('base64') };
}
