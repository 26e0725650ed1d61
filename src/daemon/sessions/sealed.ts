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
interface Halves extends Sealed {
  readonly share: Buffer;
  readonly clientPart: Uint8Array;
}

function sealKeys(purpose: Purpose, label: string, { userId, sessionId, share, clientPart }: Halves, keys: DerivedKeys): Buffer {
  const key = hkdf(clientPart, share, Buffer.concat([Buffer.from(label), sessionId]));
  const plain = encodeKeys(keys);
  try {
    return seal(key, { purpose, userId, extra: sessionId }, plain);
  } finally {
    wipe(key, plain);
  }
}

function openKeys(purpose: Purpose, label: string, { userId, sessionId, share, clientPart }: Halves, blob: Buffer): DerivedKeys {
  const key = hkdf(clientPart, share, Buffer.concat([Buffer.from(label), sessionId]));
  try {
    return decodeKeys(open(key, { purpose, userId, extra: sessionId }, blob));
  } finally {
    wipe(key);
  }
}

/** What the daemon keeps of a session: `seal(HKDF(secret, salt share key, "vault/session/1" | session id), context, derived keys)`. */
export function sealRecord(halves: Halves, keys: DerivedKeys): Buffer {
  return sealKeys('session', 'vault/session/1', halves, keys);
}

/** The keys of a record; whoever opens them wipes them. `vault_corrupt` where secret and record do not belong together. */
export function openRecord(halves: Halves, record: Buffer): DerivedKeys {
  return openKeys('session', 'vault/session/1', halves, record);
}

/** The same keys under a token that was verified once: opening them again costs no JWE. */
export function sealCachedKeys(halves: Halves, keys: DerivedKeys): Buffer {
  return sealKeys('cachedToken', 'vault/cache/1', halves, keys);
}

export function openCachedKeys(halves: Halves, blob: Buffer): DerivedKeys {
  return openKeys('cachedToken', 'vault/cache/1', halves, blob);
}
