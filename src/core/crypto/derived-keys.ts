import { VaultError } from '../errors.ts';
import { wipe } from './bytes.ts';
import { hkdf } from './hkdf.ts';

/** What each key that comes from the vault key is for. The order is that of the encoded form. */
export const keyPurposes = ['wrap', 'lookup', 'manifest', 'log', 'fingerprint'] as const;

/** The keys a session holds, 32 bytes each. The vault key itself seals nothing and is never kept. */
export type DerivedKeys = Readonly<Record<(typeof keyPurposes)[number], Buffer>>;

const keyLength = 32;

/** `HKDF(vault key, salt user id, "vault/PURPOSE/1")` for each purpose. */
export function deriveKeys(vaultKey: Uint8Array, userId: Uint8Array): DerivedKeys {
  const derive = (purpose: string) => hkdf(vaultKey, userId, Buffer.from(`vault/${purpose}/1`));
  return {
    wrap: derive('wrap'),
    lookup: derive('lookup'),
    manifest: derive('manifest'),
    log: derive('log'),
    fingerprint: derive('fingerprint'),
  };
}

/** All keys one after the other: what a session's record seals. The caller wipes it. */
export function encodeKeys(keys: DerivedKeys): Buffer {
  return Buffer.concat(keyPurposes.map((purpose) => keys[purpose]));
}

/** The reverse of `encodeKeys`: views on `bytes`, so wiping `bytes` wipes the keys. */
export function decodeKeys(bytes: Buffer): DerivedKeys {
  if (bytes.length !== keyPurposes.length * keyLength) throw new VaultError('vault_corrupt', 'sealed keys have the wrong length');
  const key = (purpose: (typeof keyPurposes)[number]) => {
    const at = keyPurposes.indexOf(purpose) * keyLength;
    return bytes.subarray(at, at + keyLength);
  };
  return { wrap: key('wrap'), lookup: key('lookup'), manifest: key('manifest'), log: key('log'), fingerprint: key('fingerprint') };
}

export function wipeKeys(keys: DerivedKeys): void {
  wipe(...keyPurposes.map((purpose) => keys[purpose]));
}
