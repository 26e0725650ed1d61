import { createHash, createHmac, hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hkdf } from '../../../src/core/crypto/hkdf.ts';
import rfc5869 from '../../vectors/rfc5869-hkdf-sha256.json';
import wycheproof from '../../vectors/wycheproof-hkdf-sha256.json';
import { fromHex } from '../support.ts';

describe('HKDF with SHA-256', () => {
  it.each(rfc5869.vectors)('gives what RFC 5869 says in $case', ({ ikm, salt, info, length, okm }) => {
    expect(hkdf(fromHex(ikm), fromHex(salt), fromHex(info), length).toString('hex')).toBe(okm);
  });

  it.each(wycheproof.vectors)("agrees with Wycheproof's case $case", ({ ikm, salt, info, length, okm, okmSha256, valid }) => {
    const derive = () => hkdf(fromHex(ikm), fromHex(salt), fromHex(info), length);
    if (!valid) {
      expect(derive).toThrow(RangeError);
    } else if (okm === null) {
      expect(createHash('sha256').update(derive()).digest('hex')).toBe(okmSha256);
    } else {
      expect(derive().toString('hex')).toBe(okm);
    }
  });

  it("agrees with node's own for any input that node takes", () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    fc.assert(
      fc.property(bytes(100), bytes(100), bytes(1024), fc.integer({ min: 1, max: 300 }), (key, salt, info, length) => {
        expect(hkdf(key, salt, info, length).equals(Buffer.from(hkdfSync('sha256', key, salt, info, length)))).toBe(true);
      }),
    );
  });

  it('takes an info longer than node does', () => {
    const info = Buffer.alloc(5000, 7);
    const prk = createHmac('sha256', 'salt').update('key').digest();
    const expected = createHmac('sha256', prk).update(info).update(Buffer.of(1)).digest();
    expect(hkdf(Buffer.from('key'), Buffer.from('salt'), info).equals(expected)).toBe(true);
  });
});
