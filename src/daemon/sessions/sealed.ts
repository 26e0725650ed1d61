import { u32, wipe } from '../../core/crypto/bytes.ts';
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

function sealBytes(kind: Kind, halves: Halves, data: Uint8Array, place: Uint8Array = Buffer.alloc(0)): Buffer {
  const { userId, sessionId } = halves;
  return withKey(kind, halves, (key) => seal(key, { purpose: kind.purpose, userId, extra: Buffer.concat([sessionId, place]) }, data));
}

function openBytes(kind: Kind, halves: Halves, blob: Buffer, place: Uint8Array = Buffer.alloc(0)): Buffer {
  const { userId, sessionId } = halves;
  return withKey(kind, halves, (key) => open(key, { purpose: kind.purpose, userId, extra: Buffer.concat([sessionId, place]) }, blob));
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

/** What a session keeps of its entries between requests, sealed as the cached keys are; each part is good in its own place only. */
export function sealListing(halves: Halves, parts: readonly Uint8Array[]): Buffer[] {
  return parts.map((data, part) => sealBytes(listing, halves, data, u32(part)));
}

/** The reverse, for one part, in a buffer of its own, which the caller wipes. */
export function openListing(halves: Halves, parts: readonly Buffer[], part: number): Buffer {
  const blob = parts[part];
  if (blob === undefined) throw new RangeError('there is no such part');
  return openBytes(listing, halves, blob, u32(part));
}
