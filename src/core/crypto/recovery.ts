import { createHash, randomBytes } from 'node:crypto';
import { VaultError } from '../errors.ts';
import { equalSecrets, u8, wipe } from './bytes.ts';
import { hkdf } from './hkdf.ts';
import { open, seal } from './seal.ts';

/** Crockford's base32: no I, L, O or U; what people misread is taken for what was meant. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const version = 1;
const payloadLength = 1 + 16 + 32;
const checksumLength = 4;

/** What a kit carries: whose vault, and the secret (32 bytes) that its recovery key comes from. */
export interface RecoveryKit {
  readonly userId: Buffer;
  readonly secret: Buffer;
}

export function newRecoveryKit(userId: Buffer): RecoveryKit {
  return { userId, secret: randomBytes(32) };
}

function checksum(payload: Uint8Array): Buffer {
  return createHash('sha256').update(payload).digest().subarray(0, checksumLength);
}

/** `u8 1 | user id 16 | secret 32 | first 4 bytes of SHA-256 over these`, in base32, four characters a group. */
export function encodeRecoveryKit({ userId, secret }: RecoveryKit): string {
  const payload = Buffer.concat([u8(version), userId, secret]);
  const bytes = Buffer.concat([payload, checksum(payload)]);
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet.charAt((value >> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  text += alphabet.charAt(value << (5 - bits));
  wipe(payload, bytes);
  return text.replace(/.{4}(?=.)/g, '$&-');
}

/** Reads a kit as people type it: any case, spaces and dashes anywhere, `O` for 0, `I` and `L` for 1. `invalid_request` where it is none. */
export function decodeRecoveryKit(text: string): RecoveryKit {
  const invalid = new VaultError('invalid_request', 'that is not a recovery kit: check it for misread characters');
  const symbols = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const bytes = Buffer.alloc(payloadLength + checksumLength);
  if (symbols.length !== Math.ceil((bytes.length * 8) / 5)) throw invalid;
  let at = 0;
  let bits = 0;
  let value = 0;
  for (const symbol of symbols) {
    const digit = alphabet.indexOf(symbol);
    if (digit < 0) throw invalid;
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (value >> bits) & 255;
    }
    value &= (1 << bits) - 1;
  }
  const payload = bytes.subarray(0, payloadLength);
  const sound = value === 0 && payload[0] === version && equalSecrets(checksum(payload), bytes.subarray(payloadLength));
  if (!sound) throw invalid;
  return { userId: payload.subarray(1, 17), secret: payload.subarray(17) };
}

function recoveryKey({ userId, secret }: RecoveryKit): Buffer {
  return hkdf(secret, userId, Buffer.from('vault/recovery/1'));
}

/** The vault key sealed under the kit's recovery key: stored beside the password's wrap. */
export function wrapForRecovery(kit: RecoveryKit, vaultKey: Uint8Array): Buffer {
  const key = recoveryKey(kit);
  const blob = seal(key, { purpose: 'recoveredVaultKey', userId: kit.userId }, vaultKey);
  wipe(key);
  return blob;
}

/** The vault key, by the kit; `incorrect_password` where the kit is not this vault's current one. The caller wipes it. */
export function unwrapByRecovery(kit: RecoveryKit, blob: Buffer): Buffer {
  const key = recoveryKey(kit);
  try {
    return open(key, { purpose: 'recoveredVaultKey', userId: kit.userId }, blob);
  } catch (error) {
    throw new VaultError('incorrect_password', 'this recovery kit does not open the vault', { cause: error });
  } finally {
    wipe(key);
  }
}
