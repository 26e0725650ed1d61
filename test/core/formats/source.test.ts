import { describe, expect, it } from 'vitest';
import { asBuffer, bytesSource, pieces, readWhole } from '../../../src/core/formats/source.ts';
import { vaultError } from '../support.ts';

describe('a file to import', () => {
  it('gives the bytes that are asked for, fewer at its end', () => {
    const source = bytesSource(Uint8Array.of(1, 2, 3), 'a.csv');
    expect([source.name, source.size, bytesSource(new Uint8Array()).name]).toEqual(['a.csv', 3, '']);
    expect([source.read(0, 2), source.read(2, 2), source.read(3, 1)].map((bytes) => [...bytes])).toEqual([[1, 2], [3], []]);
  });

  it('comes whole, without a copy, up to 512 MiB', () => {
    const bytes = Uint8Array.of(1, 2, 3).subarray(1);
    const whole = readWhole(bytesSource(bytes));
    expect([Buffer.isBuffer(whole), [...whole], whole.buffer === bytes.buffer]).toEqual([true, [2, 3], true]);
    const ofSize = (size: number) => ({ name: '', size, read: () => bytes });
    expect([...readWhole(ofSize(512 * 1024 * 1024))]).toEqual([2, 3]);
    expect(() => readWhole(ofSize(512 * 1024 * 1024 + 1))).toThrow(vaultError('payload_too_large'));
  });

  it('comes in pieces that follow one another', () => {
    const bytes = asBuffer(Uint8Array.from({ length: 600 * 1024 }, (_, at) => at % 251));
    for (const from of [0, 1, 300 * 1024]) {
      const all = [...pieces(bytesSource(bytes), from)];
      expect(
        all
          .map((piece) => piece.length)
          .slice(0, -1)
          .every((length) => length === 256 * 1024),
      ).toBe(true);
      expect(Buffer.concat(all).equals(bytes.subarray(from))).toBe(true);
    }
    expect([...pieces(bytesSource(bytes))].length).toBe(3);
    expect([...pieces(bytesSource(bytes.subarray(0, 512 * 1024)))].length).toBe(2);
    expect([...pieces(bytesSource(bytes), bytes.length)]).toEqual([]);
  });
});
