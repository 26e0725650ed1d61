/** The limits that are part of the contract, in bytes of UTF-8 where not said otherwise. No schema library here: the command line's hot path reads them. */
export const limits = {
  /** An entry's name, a tag, a field's name, an account. */
  labelBytes: 1024,
  accountBytes: 128,
  /** Any other text field of an entry. */
  textBytes: 1024 * 1024,
  /** A JSON request body. */
  bodyBytes: 8 * 1024 * 1024,
  /** A master password after NFKC. */
  passwordBytes: 1024,
  /** An attachment, and the pieces that it is sealed in. */
  attachmentBytes: 100 * 1024 * 1024,
  attachmentChunkBytes: 64 * 1024,
  /** How long a scoped token may last, and how often it may be used. */
  tokenDays: 366,
  tokenUses: 1_000_000,
} as const;

/** The account that commands mean where none is named. */
export const defaultAccount = 'default';

/** Raised whenever a daemon could no longer serve an older client, or the reverse. */
export const protocolVersion = 1;
