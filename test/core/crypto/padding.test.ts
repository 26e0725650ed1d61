import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pad, paddedLength, unpad } from '../../../src/core/crypto/padding.ts';
import vectors from '../../vectors/vault-format.json';

const data = fc.uint8Array({ maxLength: 10_000, size: 'max' });

describe('padding', () => {
  it('gives the lengths of the format', () => {
    expect(vectors.padding.map(([length = 0]) => [length, paddedLength(length)])).toEqual(vectors.padding);
  });

  it('comes off again, for any data', () => {
    fc.assert(fc.property(data, (bytes) => unpad(pad(bytes))?.equals(bytes) === true));
  });

  it('never shortens, never costs more than 256 bytes or 12 %, and hides more than it shows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (length) => {
        const padded = paddedLength(length);
        expect(padded).toBeGreaterThanOrEqual(length);
        expect(padded - length).toBeLessThan(Math.max(256, length * 0.12));
        expect(padded % 256).toBe(0);
        expect(paddedLength(padded)).toBe(padded);
      }),
    );
  });

  it('grows with the data', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 32 - 1 }), (a, b) => {
        expect(paddedLength(Math.max(a, b))).toBeGreaterThanOrEqual(paddedLength(Math.min(a, b)));
      }),
    );
  });

  it('is damage where a single byte of it is not zero', () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, where, value) => {
        const padded = pad(bytes);
        const room = padded.length - 4 - bytes.length;
        fc.pre(room > 0);
        padded[4 + bytes.length + (where % room)] = value;
        expect(unpad(padded)).toBeNull();
      }),
    );
  });

  it('is damage where there is more or less of it than is written', () => {
    const padded = pad(Buffer.from('secret'));
    expect(unpad(Buffer.concat([padded, Buffer.alloc(256)]))).toBeNull();
    expect(unpad(padded.subarray(0, 255))).toBeNull();
    expect(unpad(Buffer.alloc(3))).toBeNull();
    expect(unpad(Buffer.alloc(0))).toBeNull();
  });

  it('is damage where the length reaches beyond the end', () => {
    const padded = pad(Buffer.alloc(10));
    padded.writeUInt32BE(253);
    expect(unpad(padded)).toBeNull();
    padded.writeUInt32BE(0xffffffff);
    expect(unpad(padded)).toBeNull();
  });
});
