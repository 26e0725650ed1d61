import { randomBytes } from 'node:crypto';
import { type StoredCredential, withChecksum } from '../../core/crypto/credential.ts';
import { encodeHeader, type KdfParameters } from '../../core/crypto/header.ts';
import { hkdf } from '../../core/crypto/hkdf.ts';

/**
 * A credential that no password opens, for an account that does not exist: with the cost of one that does, and the same salt
 * each time, so that neither time nor answer tells the two apart.
 */
export function decoyCredential(key: Buffer, account: string, { memoryKiB, iterations, parallelism }: KdfParameters): StoredCredential {
  const made = hkdf(key, Buffer.alloc(0), Buffer.concat([Buffer.from('vault/decoy/1\0'), Buffer.from(account)]));
  const header = encodeHeader({ userId: made.subarray(0, 16), salt: made.subarray(16), memoryKiB, iterations, parallelism });
  // Of a real credential's lengths; the verifier matches with a chance of 2^-256.
  return withChecksum({ header, verifier: randomBytes(32), wrappedVaultKey: randomBytes(337), recoveryWrap: null });
}
