import { describe, expect, it } from 'vitest';
import { encodeBase32 } from '../../../src/core/formats/base32.ts';

describe('base32', () => {
  // RFC 4648, section 10, without padding.
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('of %j is %j', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
  });

  it('has every letter of its alphabet, in its place', () => {
    const bytes = Buffer.from('00443214c74254b635cf84653a56d7c675be77df', 'hex');
    expect(encodeBase32(bytes)).toBe('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567');
  });
});
