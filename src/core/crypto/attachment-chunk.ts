import { u32, u8 } from './bytes.ts';
import type { SealContext } from './context.ts';
import { open, seal } from './seal.ts';

/** Which chunk of which attachment: a blob opens in no other place. Ids are 16 bytes each. */
export interface ChunkPlace {
  readonly userId: Buffer;
  readonly entryId: Buffer;
  readonly attachmentId: Buffer;
  /** From 0. */
  readonly index: number;
  readonly last: boolean;
}

function context({ userId, entryId, attachmentId, index, last }: ChunkPlace): SealContext {
  const extra = Buffer.concat([attachmentId, u32(index), u8(last ? 1 : 0)]);
  return { purpose: 'attachmentChunk', userId, entryId, extra };
}

/** Seals one chunk under the entry's key. */
export function sealChunk(key: Uint8Array, place: ChunkPlace, data: Uint8Array): Buffer {
  return seal(key, context(place), data);
}

/** Opens one chunk; `vault_corrupt` where the blob was changed or is not of this place. */
export function openChunk(key: Uint8Array, place: ChunkPlace, blob: Uint8Array): Buffer {
  return open(key, context(place), blob);
}
