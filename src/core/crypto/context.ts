import { u16, u64, u8 } from './bytes.ts';

/** One purpose per kind of blob, so that none is ever taken for another. Numbers are part of the format: never reused. */
export const purposes = {
  vaultKey: 1,
  recoveredVaultKey: 2,
  entryKey: 3,
  entryBody: 4,
  attachmentChunk: 5,
  manifestRoot: 6,
  logSegment: 7,
  logRecord: 8,
  session: 9,
  cachedToken: 10,
  passwordAnswer: 11,
  listing: 12,
  scopedToken: 13,
  scopedTokenNote: 14,
  scopedTokenLog: 15,
} as const;

export type Purpose = keyof typeof purposes;

const formatVersion = 1;
const noEntry = Buffer.alloc(16);

export interface SealContext {
  readonly purpose: Purpose;
  /** 16 bytes. */
  readonly userId: Uint8Array;
  /** 16 bytes; zeros where the blob belongs to no entry. */
  readonly entryId?: Uint8Array;
  readonly revision?: number;
  /** Whatever else this purpose binds, below 512 bytes. */
  readonly extra?: Uint8Array;
}

/** `u8 format | u8 purpose | user id 16 | entry id 16 or zeros | u64 revision or 0 | u16 length | extra` (docs/security.md). */
export function encodeContext({ purpose, userId, entryId = noEntry, revision = 0, extra }: SealContext): Buffer {
  const extraLength = extra?.length ?? 0;
  if (userId.length !== 16 || entryId.length !== 16 || extraLength >= 512) throw new RangeError('bad sealing context');
  const parts = [u8(formatVersion), u8(purposes[purpose]), userId, entryId, u64(revision), u16(extraLength)];
  return Buffer.concat(extra === undefined ? parts : [...parts, extra]);
}
