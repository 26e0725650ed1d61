import { chacha20 } from '@noble/ciphers/chacha.js';
import { salsa20 } from '@noble/ciphers/salsa.js';
import { VaultError } from '../../errors.ts';
import { sha256, sha512 } from './keys.ts';

export const streamIds = { none: 0, salsa20: 2, chacha20: 3 } as const;

/** Salsa20's nonce in every KeePass database. */
const salsaNonce = Buffer.from('e830094b97205d2a', 'hex');

const blockBytes = 64;
const blocksAhead = 64;

/** Takes as many bytes as the data has from one key stream and adds them: protected values are encrypted so, one after the other. */
export type ProtectedStream = (data: Uint8Array) => Buffer;

/** The stream that hides protected values within the XML. */
export function protectedStream(id: number, key: Uint8Array): ProtectedStream {
  if (id === streamIds.none) return (data) => Buffer.from(data);
  if (id !== streamIds.salsa20 && id !== streamIds.chacha20) {
    throw new VaultError('invalid_request', 'the database protects its values with a cipher that is not known');
  }
  const digest = id === streamIds.chacha20 ? sha512(key) : sha256(key);
  const zeros = Buffer.alloc(blockBytes * blocksAhead);
  let ahead: Uint8Array = Buffer.alloc(0);
  let counter = 0;
  const more = (): Uint8Array => {
    const made =
      id === streamIds.chacha20
        ? chacha20(digest.subarray(0, 32), digest.subarray(32, 44), zeros, undefined, counter)
        : salsa20(digest, salsaNonce, zeros, undefined, counter);
    counter += blocksAhead;
    return made;
  };
  return (data) => {
    const result = Buffer.from(data);
    for (let at = 0; at < result.length;) {
      if (ahead.length === 0) ahead = more();
      const length = Math.min(ahead.length, result.length - at);
      for (let next = 0; next < length; next++) result[at + next] = (result[at + next] ?? 0) ^ (ahead[next] ?? 0);
      ahead = ahead.subarray(length);
      at += length;
    }
    return result;
  };
}
