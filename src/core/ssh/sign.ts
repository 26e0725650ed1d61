import { sign as signBytes, verify } from 'node:crypto';
import type { SshKey } from './keys.ts';
import { wireMpint, wireString } from './wire.ts';

/** What a signature with RSA is made with: the flags of draft-ietf-sshm-ssh-agent, section 3.6.1. */
const rsaFlags = { sha256: 2, sha512: 4 } as const;

/**
 * A signature as SSH writes it (RFC 8709, RFC 5656, RFC 8332); null where the flags ask for what nobody should make any more:
 * RSA with SHA-1.
 */
export function sign({ key, type, curve }: SshKey, data: Uint8Array, flags: number): Buffer | null {
  if (type === 'ssh-ed25519') return Buffer.concat([wireString(type), wireString(signBytes(null, data, key))]);
  if (curve !== null) {
    const both = signBytes(curve.hash, data, { key, dsaEncoding: 'ieee-p1363' });
    const numbers = [both.subarray(0, curve.bytes), both.subarray(curve.bytes)];
    return Buffer.concat([wireString(type), wireString(Buffer.concat(numbers.map(wireMpint)))]);
  }
  const bits = (flags & rsaFlags.sha512) !== 0 ? '512' : (flags & rsaFlags.sha256) !== 0 ? '256' : null;
  if (bits === null) return null;
  return Buffer.concat([wireString(`rsa-sha2-${bits}`), wireString(signBytes(`sha${bits}`, data, key))]);
}

/** Whether both halves of a key belong together: a signature with a public half that is not its own can give the key away. */
export function isWhole({ key, type, curve }: SshKey): boolean {
  const data = Buffer.from('vault');
  const hash = type === 'ssh-ed25519' ? null : (curve?.hash ?? 'sha256');
  try {
    return verify(hash, data, key, signBytes(hash, data, key));
  } catch {
    return false;
  }
}
