import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalSecrets, u16, u32, u64, u8, wipe } from '../../../src/core/crypto/bytes.ts';

describe('numbers in a byte format', () => {
  it('are big-endian', () => {
    expect(u8(0xab).toString('hex')).toBe('ab');
    expect(u16(0x0102).toString('hex')).toBe('0102');
    expect(u32(0x01020304).toString('hex')).toBe('01020304');
    expect(u64(Number.MAX_SAFE_INTEGER).toString('hex')).toBe('001fffffffffffff');
  });

  it('that do not fit are refused, not cut', () => {
    expect(() => u16(0x10000)).toThrow(RangeError);
    expect(() => u32(2 ** 32)).toThrow(RangeError);
    expect(() => u64(-1)).toThrow(RangeError);
    expect(() => u64(1.5)).toThrow(RangeError);
  });
});

describe('comparing secrets', () => {
  it('agrees with comparing bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 4 });
    fc.assert(fc.property(bytes, bytes, (a, b) => equalSecrets(a, b) === Buffer.from(a).equals(b)));
    fc.assert(fc.property(bytes, (a) => equalSecrets(a, Uint8Array.from(a))));
  });
});

describe('wiping', () => {
  it('leaves zeros, and passes over what is not there', () => {
    const secret = Buffer.from('secret');
    wipe(secret, null, undefined);
    expect(secret.equals(Buffer.alloc(6))).toBe(true);
  });
});
