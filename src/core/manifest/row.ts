import { createHash } from 'node:crypto';
import { u16, u64, u8 } from '../crypto/bytes.ts';
import { sealOverhead } from '../crypto/seal.ts';

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
export function rowDigest(row: ManifestRow): Buffer {
  const hash = createHash('sha256')
    .update(row.id)
    .update(u64(row.revision))
    .update(u8(row.trashed ? 1 : 0));
  hash.update(u16(row.wrappedKey.length)).update(row.wrappedKey).update(row.body.subarray(0, sealOverhead));
  hash.update(u16(row.lookupValues.length));
  for (const value of row.lookupValues) hash.update(value);
  return hash.digest();
}
