import { wipe } from '../../core/crypto/bytes.ts';
import type { Purpose } from '../../core/crypto/context.ts';
import { decodeKeys, type DerivedKeys, encodeKeys } from '../../core/crypto/derived-keys.ts';
import { hkdf } from '../../core/crypto/hkdf.ts';
import { open, seal } from '../../core/crypto/seal.ts';

/** Whose keys are sealed, for which session. */
interface Sealed {
  readonly userId: Buffer;
  readonly sessionId: Buffer;
}

/** A key that the daemon's share and the client's part (a token's secret, or the whole token) make together. */
export interface Halves extends Sealed {
  readonly share: Buffer;
  readonly clientPart: Uint8Array;
}

/** What is sealed this way: the context's purpose, and the label that the key is derived with. */
interface Kind {
  readonly purpose: Purpose;
  readonly label: string;
}

const record: Kind = { purpose: 'session', label: 'vault/session/1' };
const cachedToken: Kind = { purpose: 'cachedToken', label: 'vault/cache/1' };
const listing: Kind = { purpose: 'listing', label: 'vault/listing/1' };

/** Derives the key of both halves for one use. */
function withKey<T>({ label }: Kind, { share, clientPart, sessionId }: Halves, use: (key: Buffer) => T): T {
  const key = hkdf(clientPart, share, Buffer.concat([Buffer.from(label), sessionId]));
  try {
    return use(key);
  } finally {
    wipe(key);
  }
}

function sealBytes(kind: Kind, halves: Halves, data: Uint8Array): Buffer {
  const { userId, sessionId } = halves;
  return withKey(kind, halves, (key) => seal(key, { purpose: kind.purpose, userId, extra: sessionId }, data));
}

function openBytes(kind: Kind, halves: Halves, blob: Buffer): Buffer {
  const { userId, sessionId } = halves;
  return withKey(kind, halves, (key) => open(key, { purpose: kind.purpose, userId, extra: sessionId }, blob));
}

function sealKeys(kind: Kind, halves: Halves, keys: DerivedKeys): Buffer {
  const plain = encodeKeys(keys);
  try {
    return sealBytes(kind, halves, plain);
  } finally {
    wipe(plain);
  }
}

/** What the daemon keeps of a session: `seal(HKDF(secret, salt share key, "vault/session/1" | session id), context, derived keys)`. */
export function sealRecord(halves: Halves, keys: DerivedKeys): Buffer {
  return sealKeys(record, halves, keys);
}

/** The keys of a record; whoever opens them wipes them. `vault_corrupt` where secret and record do not belong together. */
export function openRecord(halves: Halves, blob: Buffer): DerivedKeys {
  return decodeKeys(openBytes(record, halves, blob));
}

/** The same keys under a token that was verified once: opening them again costs no JWE. */
export function sealCachedKeys(halves: Halves, keys: DerivedKeys): Buffer {
  return sealKeys(cachedToken, halves, keys);
}

export function openCachedKeys(halves: Halves, blob: Buffer): DerivedKeys {
  return decodeKeys(openBytes(cachedToken, halves, blob));
}

/** What a session keeps of its entries between requests, sealed as the cached keys are. */
export function sealListing(halves: Halves, data: Uint8Array): Buffer {
  return sealBytes(listing, halves, data);
}

/** The reverse, in a buffer of its own, which the caller wipes. */
export function openListing(halves: Halves, blob: Buffer): Buffer {
  return openBytes(listing, halves, blob);
}
