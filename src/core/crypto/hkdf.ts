import { createHmac } from 'node:crypto';
import { wipe } from './bytes.ts';

const hashLength = 32;

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/**
 * HKDF with SHA-256 (RFC 5869). Written with HMAC because `hkdfSync` refuses an `info` above 1024 bytes and is slower.
 * An empty salt is a salt of 32 zeros, as the RFC has it: HMAC fills its key with zeros.
 *
 * @param length bytes wanted, at most 8160
 */
export function hkdf(key: Uint8Array, salt: Uint8Array, info: Uint8Array, length = hashLength): Buffer {
  if (length > 255 * hashLength) throw new RangeError('HKDF gives at most 255 blocks');
  const pseudorandomKey = hmac(salt, key);
  const output = Buffer.alloc(length);
  let previous: Buffer = Buffer.alloc(0);
  for (let block = 1, offset = 0; offset < length; block++, offset += hashLength) {
    const next = hmac(pseudorandomKey, previous, info, Buffer.of(block));
    next.copy(output, offset);
    wipe(previous);
    previous = next;
  }
  wipe(previous, pseudorandomKey);
  return output;
}
