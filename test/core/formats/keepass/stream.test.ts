import { createCipheriv } from 'node:crypto';
import { salsa20 } from '@noble/ciphers/salsa.js';
import { describe, expect, it } from 'vitest';
import { sha256, sha512 } from '../../../../src/core/formats/keepass/keys.ts';
import { protectedStream, streamIds } from '../../../../src/core/formats/keepass/stream.ts';
import { refusal } from '../support.ts';

describe('the stream that hides the values of a KeePass database', () => {
  const key = Buffer.alloc(64, 3);
  const zeros = Buffer.alloc(30_000);

  it('is one for all of them, whatever their lengths', () => {
    const digest = sha512(key);
    const nonce = Buffer.concat([Buffer.alloc(4), digest.subarray(32, 44)]);
    const chacha = createCipheriv('chacha20', digest.subarray(0, 32), nonce).update(zeros);
    const salsa = Buffer.from(salsa20(sha256(key), Buffer.from('e830094b97205d2a', 'hex'), zeros));
    for (const [id, whole] of [
      [streamIds.chacha20, chacha],
      [streamIds.salsa20, salsa],
      [streamIds.none, zeros],
    ] as const) {
      const stream = protectedStream(id, key);
      const pieces = [0, 1, 63, 4032, 10_000, 0, 5, 8192, 7707].map((length) => stream(zeros.subarray(0, length)));
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
      const text = Buffer.from('text');
      const hidden = protectedStream(id, key)(text);
      expect(protectedStream(id, key)(hidden)).toEqual(text);
      expect(text.toString()).toBe('text');
    }
  });

  it('is refused where it is of another kind', () => {
    for (const id of [1, 4]) {
      expect(() => protectedStream(id, key)).toThrow(refusal('the database protects its values with a cipher that is not known'));
    }
  });
});
