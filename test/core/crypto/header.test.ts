import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeHeader,
  defaultKdf,
  encodeHeader,
  headerLength,
  kdfBounds,
  kdfReaches,
  strongerKdf,
  withinKdfBounds,
} from '../../../src/core/crypto/header.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const parameters = fc.record({
  memoryKiB: fc.integer(kdfBounds.memoryKiB),
  iterations: fc.integer(kdfBounds.iterations),
  parallelism: fc.integer(kdfBounds.parallelism),
});

const { userId, salt, bytes, ...kdf } = vectors.header;
const header = { ...kdf, userId: fromHex(userId), salt: fromHex(salt) };

describe('the header', () => {
  it('is written and read as the format says', () => {
    expect(encodeHeader(header).toString('hex')).toBe(bytes);
    expect(decodeHeader(fromHex(bytes))).toEqual(header);
  });

  it('comes back as it was, for any values within bounds', () => {
    fc.assert(
      fc.property(id, id, parameters, (user, random, values) => {
        const written = encodeHeader({ userId: user, salt: random, ...values });
        expect(written.length).toBe(headerLength);
        expect(decodeHeader(written)).toEqual({ userId: user, salt: random, ...values });
      }),
    );
  });

  it.each([
    ['another format', (copy: Buffer) => copy.writeUInt8(2, 0)],
    ['another KDF', (copy: Buffer) => copy.writeUInt8(2, 17)],
    ['less memory than the floor', (copy: Buffer) => copy.writeUInt32BE(19 * 1024 - 1, 18)],
    ['more than 2 GiB', (copy: Buffer) => copy.writeUInt32BE(2 * 1024 * 1024 + 1, 18)],
    ['one iteration', (copy: Buffer) => copy.writeUInt32BE(1, 22)],
    ['17 iterations', (copy: Buffer) => copy.writeUInt32BE(17, 22)],
    ['no lanes', (copy: Buffer) => copy.writeUInt32BE(0, 26)],
    ['17 lanes', (copy: Buffer) => copy.writeUInt32BE(17, 26)],
  ])('is not opened with %s', (_, change) => {
    const copy = fromHex(bytes);
    change(copy);
    const hint = 'a newer vault may have written it; otherwise restore a backup';
    expect(() => decodeHeader(copy)).toThrow(vaultError('unsupported_format', hint));
  });

  it('is not opened when it is longer or shorter', () => {
    const whole = fromHex(bytes);
    expect(() => decodeHeader(whole.subarray(0, -1))).toThrow(vaultError('unsupported_format'));
    expect(() => decodeHeader(Buffer.concat([whole, Buffer.of(0)]))).toThrow(vaultError('unsupported_format'));
    expect(() => decodeHeader(Buffer.alloc(0))).toThrow(vaultError('unsupported_format'));
  });
});

describe('the cost of the key derivation', () => {
  it('has defaults within the bounds', () => {
    expect(withinKdfBounds(defaultKdf)).toBe(true);
    expect(defaultKdf).toEqual({ memoryKiB: 256 * 1024, iterations: 3, parallelism: 4 });
  });

  it('is whole numbers', () => {
    expect(withinKdfBounds({ ...defaultKdf, iterations: 2.5 })).toBe(false);
    expect(withinKdfBounds({ ...defaultKdf, memoryKiB: NaN })).toBe(false);
  });

  it('is raised to the larger of each value', () => {
    fc.assert(
      fc.property(parameters, parameters, (a, b) => {
        const stronger = strongerKdf(a, b);
        expect(kdfReaches(stronger, a) && kdfReaches(stronger, b)).toBe(true);
        expect([a.memoryKiB, b.memoryKiB]).toContain(stronger.memoryKiB);
        expect(kdfReaches(a, b)).toBe(JSON.stringify(stronger) === JSON.stringify(a));
      }),
    );
  });
});
