import { isUtf8 } from 'node:buffer';
import { VaultError } from '../errors.ts';
import { asBuffer, type ByteSource, pieces, readWhole } from './source.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const byteOrderMarks: readonly (readonly [Encoding, Buffer])[] = [
  ['utf-8', Buffer.from([0xef, 0xbb, 0xbf])],
  ['utf-16le', Buffer.from([0xff, 0xfe])],
  ['utf-16be', Buffer.from([0xfe, 0xff])],
];

/** UTF-16 without a mark shows as zeros at every other byte where the text is Latin: all of our files begin so. */
function unmarkedUtf16(file: Buffer): Encoding | null {
  const head = file.subarray(0, 64);
  const pairs = Math.floor(head.length / 2);
  if (pairs < 2) return null;
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  if (odd > pairs * 0.4 && even < pairs * 0.1) return 'utf-16le';
  if (even > pairs * 0.4 && odd < pairs * 0.1) return 'utf-16be';
  return null;
}

/** Where the last character of UTF-8 begins, whose rest may be in the next piece: before the bytes that go on with one. */
function lastCharacter(bytes: Buffer): number {
  let at = bytes.length - 1;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}

function isAllUtf8(source: ByteSource): boolean {
  const step = 1024 * 1024;
  for (let offset = 0; offset < source.size;) {
    const piece = asBuffer(source.read(offset, step));
    const last = offset + piece.length >= source.size;
    const end = last ? piece.length : lastCharacter(piece);
    if (end <= 0 || !isUtf8(piece.subarray(0, end))) return false;
    offset += end;
  }
  return true;
}

/**
 * How a text file is written: by its byte order mark, by the look of UTF-16, as UTF-8 where all of it is; else as Windows-1252, which
 * spreadsheets still write and in which any bytes are text.
 */
export function encodingOf(source: ByteSource): Encoding {
  const head = asBuffer(source.read(0, 4096));
  const marked = byteOrderMarks.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  const guessed = marked?.[0] ?? unmarkedUtf16(head);
  if (guessed !== null && guessed !== 'utf-8') return guessed;
  return isAllUtf8(source) ? 'utf-8' : 'windows-1252';
}

/** UTF-16 as it stands, halves of characters included, which a decoder would replace unseen: whoever makes an entry of them reports it. */
function* utf16Pieces(source: ByteSource, isBigEndian: boolean): Generator<string> {
  let rest = Buffer.alloc(0);
  let isFirst = true;
  for (const piece of pieces(source)) {
    const bytes = Buffer.concat([rest, piece]);
    const whole = bytes.subarray(0, bytes.length & ~1);
    rest = bytes.subarray(whole.length);
    const text = (isBigEndian ? whole.swap16() : whole).toString('utf16le');
    yield isFirst ? text.replace(/^\uFEFF/, '') : text;
    isFirst = false;
  }
  if (rest.length > 0) yield '\uFFFD';
}

/** The text in pieces, without its byte order mark. */
export function* textPieces(source: ByteSource, encoding: Encoding): Generator<string> {
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    yield* utf16Pieces(source, encoding === 'utf-16be');
    return;
  }
  const decoder = new TextDecoder(encoding);
  for (const piece of pieces(source)) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** All of a text file, in whatever encoding. `payload_too_large` where it is more than a format that is read whole may be. */
export function readText(source: ByteSource): string {
  const bytes = readWhole(source);
  try {
    // As a stream: at once, Node.js takes Windows-1252 for Latin-1, which has no € (https://github.com/nodejs/node/issues/56542).
    const decoder = new TextDecoder(encodingOf(source));
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    throw new VaultError('payload_too_large', 'the file holds more text than can be read at once');
  }
}

/** The beginning of a file as text, to tell formats apart: a character cut at its end does not matter. */
export function headText(source: ByteSource, length = 64 * 1024): string {
  const bytes = source.read(0, length);
  const head = asBuffer(bytes).subarray(0, 4096);
  const marked = byteOrderMarks.find(([, mark]) => head.subarray(0, mark.length).equals(mark));
  return new TextDecoder(marked?.[0] ?? unmarkedUtf16(head) ?? 'utf-8').decode(bytes);
}
