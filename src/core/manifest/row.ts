import { u16, u64, u8 } from '../crypto/bytes.ts';
import { sealOverhead } from '../crypto/seal.ts';
import { sha256 } from './tree.ts';

/** What the database holds of one entry, as far as the manifest vouches for it. */
export interface ManifestRow {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly revision: number;
  readonly trashed: boolean;
  readonly wrappedKey: Uint8Array;
  /** The body's blob, or at least its first 81 bytes: their tag and commitment vouch for the rest. */
  readonly body: Uint8Array;
  /** 16 bytes each, in ascending order. */
  readonly lookupValues: readonly Uint8Array[];
}

/** SHA-256 of `id 16 | u64 revision | u8 trashed | u16 length | wrapped key | the body's first 81 bytes | u16 count | lookup values`. */
export function rowDigest({ id, revision, trashed, wrappedKey, body, lookupValues }: ManifestRow): Buffer {
  const head = [id, u64(revision), u8(trashed ? 1 : 0), u16(wrappedKey.length), wrappedKey, body.subarray(0, sealOverhead)];
  return sha256(Buffer.concat([...head, u16(lookupValues.length), ...lookupValues]));
}
