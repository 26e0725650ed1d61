import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { type Encoding, encodingOf, headText, readText, textPieces } from '../../../src/core/formats/text.ts';
import { vaultError } from '../support.ts';

const sentence = 'name,password\nÄrger,"größer als 漢字 💥"\n';

/** Bytes of UTF-16, the high ones first. */
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

const pieceBytes = 256 * 1024;

const inPieces = (bytes: Uint8Array, encoding: Encoding) => [...textPieces(bytesSource(bytes), encoding)];

describe('the encoding of a text file', () => {
  it.each<[string, Encoding, Buffer]>([
    ['UTF-8', 'utf-8', Buffer.from(sentence)],
    ['UTF-8 with a mark', 'utf-8', Buffer.from(`\uFEFF${sentence}`)],
    ['UTF-16, low bytes first', 'utf-16le', Buffer.from(sentence, 'utf16le')],
    ['the same with a mark', 'utf-16le', Buffer.from(`\uFEFF${sentence}`, 'utf16le')],
    ['UTF-16, high bytes first', 'utf-16be', bigEndian(sentence)],
    ['the same with a mark', 'utf-16be', bigEndian(`\uFEFF${sentence}`)],
  ])('is found for %s, and its text read', (_, encoding, bytes) => {
    const source = bytesSource(bytes);
    expect(encodingOf(source)).toBe(encoding);
    expect(readText(source)).toBe(sentence);
    expect(headText(source)).toBe(sentence);
    expect(inPieces(bytes, encoding).join('')).toBe(sentence);
  });

  it('is Windows-1252 where the bytes are no UTF-8', () => {
    const bytes = Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20, 0x80, 0x93]);
    expect(encodingOf(bytesSource(bytes))).toBe('windows-1252');
    expect(readText(bytesSource(bytes))).toBe('café €“');
    expect(inPieces(bytes, 'windows-1252').join('')).toBe('café €“');
  });

  it('is UTF-16 by a mark alone, whatever follows', () => {
    expect(encodingOf(bytesSource(Buffer.from([0xff, 0xfe])))).toBe('utf-16le');
    expect(encodingOf(bytesSource(Buffer.from([0xfe, 0xff])))).toBe('utf-16be');
    for (const read of [readText, headText]) {
      expect(read(bytesSource(Buffer.from('\uFEFF漢字漢字', 'utf16le')))).toBe('漢字漢字');
      expect(read(bytesSource(bigEndian('\uFEFF漢字漢字')))).toBe('漢字漢字');
    }
  });

  /** Bytes of ten pairs, of which so many are zero at even and at odd places. */
  const pairs = (even: number, odd: number) =>
    Buffer.from(Array.from({ length: 20 }, (_, at) => (Math.floor(at / 2) >= 10 - (at % 2 === 0 ? even : odd) ? 0 : 0x41)));

  it.each<[number, number, Encoding]>([
    [0, 5, 'utf-16le'],
    [0, 4, 'utf-8'],
    [0, 10, 'utf-16le'],
    [1, 10, 'utf-8'],
    [5, 0, 'utf-16be'],
    [4, 0, 'utf-8'],
    [10, 0, 'utf-16be'],
    [10, 1, 'utf-8'],
    [0, 0, 'utf-8'],
  ])('without a mark is UTF-16 where zeros stand at every other byte: %i and %i of ten', (even, odd, encoding) => {
    expect(encodingOf(bytesSource(pairs(even, odd)))).toBe(encoding);
  });

  it('is not guessed to be UTF-16 from a single pair, or from what comes late', () => {
    expect(encodingOf(bytesSource(Buffer.from([0x41, 0])))).toBe('utf-8');
    expect(encodingOf(bytesSource(Buffer.from([0x41, 0, 0x41])))).toBe('utf-8');
    expect(encodingOf(bytesSource(Buffer.from([0x41, 0, 0x42, 0])))).toBe('utf-16le');
    expect(encodingOf(bytesSource(Buffer.from([0, 0x41, 0, 0x42, 0])))).toBe('utf-16be');
    expect(encodingOf(bytesSource(Buffer.concat([Buffer.alloc(64, 'a'), Buffer.from('abc'.repeat(99), 'utf16le')])))).toBe('utf-8');
  });

  it('is UTF-8 where a character lies across the places that are read', () => {
    const step = 1024 * 1024;
    for (const character of ['é', '漢', '💥']) {
      for (let before = 1; before <= Buffer.byteLength(character); before++) {
        const text = `${'a'.repeat(step - before)}${character}`;
        expect([character, before, encodingOf(bytesSource(Buffer.from(text)))]).toEqual([character, before, 'utf-8']);
      }
    }
  });

  it('is not UTF-8 where a character is cut off, at the end or within, or begins nowhere', () => {
    const step = 1024 * 1024;
    for (const character of ['é', '漢', '💥']) {
      const cut = Buffer.from(character).subarray(0, -1);
      expect(encodingOf(bytesSource(Buffer.concat([Buffer.from('ab'), cut])))).toBe('windows-1252');
      expect(encodingOf(bytesSource(Buffer.concat([Buffer.alloc(step - cut.length, 'a'), cut, Buffer.from('a')])))).toBe('windows-1252');
    }
    expect(encodingOf(bytesSource(Buffer.concat([Buffer.alloc(step - 5, 'a'), Buffer.alloc(8, 0x80)])))).toBe('windows-1252');
    for (const length of [3, step + 3]) expect(encodingOf(bytesSource(Buffer.alloc(length, 0x80)))).toBe('windows-1252');
    expect(encodingOf(bytesSource(Buffer.from([0xef, 0xbb, 0xbf, 0xff])))).toBe('windows-1252');
    expect(encodingOf(bytesSource(Buffer.concat([Buffer.alloc(step, 'a'), Buffer.from([0xff])])))).toBe('windows-1252');
  });

  it('ends where the file does not give what it says it holds', () => {
    const source = { name: '', size: 10, read: (offset: number) => Buffer.from('abcdef').subarray(offset) };
    expect(encodingOf(source)).toBe('windows-1252');
  });
});

describe('the text of a file in pieces', () => {
  it('keeps characters whole that lie across two', () => {
    for (const character of ['é', '漢', '💥']) {
      for (let before = 1; before < Buffer.byteLength(character); before++) {
        const text = `${'a'.repeat(pieceBytes - before)}${character}b`;
        const pieces = inPieces(Buffer.from(text), 'utf-8');
        expect([character, before, pieces.length, pieces.join('') === text]).toEqual([character, before, 2, true]);
      }
    }
    const text = `${'a'.repeat(pieceBytes)}漢`;
    expect(inPieces(Buffer.from(text, 'utf16le'), 'utf-16le').join('') === text).toBe(true);
    expect(inPieces(bigEndian(text), 'utf-16be').join('') === text).toBe(true);
  });

  it('has no piece for nothing, and shows where the last character is cut off', () => {
    expect(inPieces(Buffer.alloc(0), 'utf-8')).toEqual([]);
    expect(inPieces(Buffer.from('\uFEFF'), 'utf-8')).toEqual([]);
    expect(inPieces(Buffer.from('ab'), 'utf-8')).toEqual(['ab']);
    expect(inPieces(Buffer.from([0x61, 0xc3]), 'utf-8')).toEqual(['a', '\uFFFD']);
    expect(inPieces(Buffer.from([0x61, 0, 0x62]), 'utf-16le')).toEqual(['a', '\uFFFD']);
    expect(inPieces(Buffer.from([0, 0x61, 0]), 'utf-16be')).toEqual(['a', '\uFFFD']);
  });

  it('keeps halves of characters, and marks that are not the first character', () => {
    const text = 'a\uFEFF\uD800b';
    expect(inPieces(Buffer.from(text, 'utf16le'), 'utf-16le')).toEqual([text]);
    expect(inPieces(bigEndian(`\uFEFF${text}`), 'utf-16be')).toEqual([text]);
    const long = `${'a'.repeat(pieceBytes / 2)}\uFEFFb`;
    expect(inPieces(Buffer.from(long, 'utf16le'), 'utf-16le').join('') === long).toBe(true);
  });
});

describe('text that is read whole', () => {
  it('is refused where the file is too large for it', () => {
    const source = { name: '', size: 512 * 1024 * 1024 + 1, read: () => Buffer.alloc(0) };
    expect(() => readText(source)).toThrow(vaultError('payload_too_large'));
    expect(() => readText(source)).toThrow('the file is larger than 512 MiB, which this format cannot be read at');
  });
});

describe('the beginning of a file', () => {
  it('is as long as is wanted, and a cut character in it does no harm', () => {
    expect(headText(bytesSource(Buffer.from('abcdef')), 3)).toBe('abc');
    expect(headText(bytesSource(Buffer.from('abé')), 3)).toBe('ab\uFFFD');
    expect(headText(bytesSource(Buffer.alloc(64 * 1024 + 1, 'a'))).length).toBe(64 * 1024);
    expect(headText(bytesSource(Buffer.from([0x63, 0xe9])))).toBe('c\uFFFD');
  });
});
