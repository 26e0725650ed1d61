import { crc32, inflateRawSync } from 'node:zlib';
import { VaultError } from '../errors.ts';
import { asBuffer, type ByteSource } from './source.ts';

/*
 * Reading ZIP archives (PKWARE's APPNOTE) as password managers write them: stored or deflated, with or without ZIP64. Files are inflated
 * one at a time when they are wanted, never beyond the size the directory gives, and checked against it.
 */

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const locator64Signature = 0x07064b50;
const directorySignature = 0x02014b50;
const localSignature = 0x04034b50;

const endLength = 22;
const longestComment = 65_535;

const directoryLimit = 64 * 1024 * 1024;
const fileLimit = 512 * 1024 * 1024;

/** Real exports deflate to a tenth or so; a bomb claims a thousandfold, or overlapping files that together do. */
const bombRatio = 200;
const harmless = 64 * 1024 * 1024;

export interface ZipFile {
  readonly name: string;
  readonly size: number;
  /** The contents. `invalid_request` where they are damaged, encrypted or larger than they claim. */
  read(): Buffer;
}

export type ZipFiles = ReadonlyMap<string, ZipFile>;

function refuse(what: string): VaultError {
  return new VaultError('invalid_request', `the archive ${what}`);
}

/** A number of eight bytes that must be an exact one. */
function u64(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw refuse('is damaged');
  return Number(value);
}

/** Whether a file begins as a ZIP archive does. */
export function isZip(source: ByteSource): boolean {
  const head = asBuffer(source.read(0, 4));
  return head.length === 4 && (head.readUInt32LE() === localSignature || head.readUInt32LE() === endSignature);
}

interface Directory {
  readonly bytes: Buffer;
  readonly count: number;
}

function directoryOf(source: ByteSource): Directory {
  const from = Math.max(0, source.size - endLength - longestComment);
  const tail = asBuffer(source.read(from, source.size - from));
  let at = tail.length - endLength;
  while (at >= 0 && !(tail.readUInt32LE(at) === endSignature && tail.readUInt16LE(at + 20) === tail.length - at - endLength)) at--;
  if (at < 0) throw refuse('has no directory: the file was cut short or is no ZIP file');
  let count = tail.readUInt16LE(at + 10);
  let length = tail.readUInt32LE(at + 12);
  let offset = tail.readUInt32LE(at + 16);
  if (
    (count === 0xffff || length === 0xffffffff || offset === 0xffffffff) &&
    at >= 20 &&
    tail.readUInt32LE(at - 20) === locator64Signature
  ) {
    const end64 = asBuffer(source.read(u64(tail, at - 12), 56));
    if (end64.length < 56 || end64.readUInt32LE() !== end64Signature) throw refuse('is damaged');
    count = u64(end64, 32);
    length = u64(end64, 40);
    offset = u64(end64, 48);
  }
  if (length > directoryLimit) throw refuse('has a directory of more than 64 MiB');
  const bytes = asBuffer(source.read(offset, length));
  if (bytes.length !== length) throw refuse('is damaged: its directory is not whole');
  return { bytes, count };
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** The sizes and the place that do not fit four bytes stand in an extra field of kind 1, in this order. */
function withZip64(extra: Buffer, entry: Entry): Entry {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    const wide = (value: number): number => {
      if (value !== 0xffffffff) return value;
      if (next + 8 > extra.length) throw refuse('is damaged');
      next += 8;
      return u64(extra, next - 8);
    };
    const size = wide(entry.size);
    const packed = wide(entry.packed);
    return { ...entry, size, packed, offset: wide(entry.offset) };
  }
  return entry;
}

function* entriesOf({ bytes, count }: Directory): Generator<Entry> {
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== directorySignature) throw refuse('is damaged: its directory is not whole');
    const nameLength = bytes.readUInt16LE(at + 28);
    const extraLength = bytes.readUInt16LE(at + 30);
    const nameEnd = at + 46 + nameLength;
    const name = bytes
      .subarray(at + 46, nameEnd)
      .toString('utf8')
      .replaceAll('\\', '/');
    const entry: Entry = {
      name,
      flags: bytes.readUInt16LE(at + 8),
      method: bytes.readUInt16LE(at + 10),
      checksum: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    };
    yield withZip64(bytes.subarray(nameEnd, nameEnd + extraLength), entry);
    at = nameEnd + extraLength + bytes.readUInt16LE(at + 32);
  }
}

function inflate(packed: Buffer, size: number): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch {
    throw refuse('is damaged: a file in it does not inflate to the size it claims');
  }
}

function readEntry(source: ByteSource, { flags, method, checksum, packed, size, offset }: Entry): Buffer {
  if ((flags & 1) !== 0) throw refuse('is encrypted, in a way that is not supported');
  if (size > fileLimit) throw refuse('holds a file larger than 512 MiB');
  if (size > harmless && size > packed * bombRatio) throw refuse('holds a file that inflates beyond all measure');
  const local = asBuffer(source.read(offset, 30));
  if (local.length < 30 || local.readUInt32LE() !== localSignature) throw refuse('is damaged');
  const data = asBuffer(source.read(offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28), packed));
  if (data.length !== packed) throw refuse('is damaged: a file in it is cut short');
  if (method !== 0 && method !== 8) throw refuse('is packed in a way that is not supported');
  const bytes = method === 0 ? data : inflate(data, size);
  if (bytes.length !== size || crc32(bytes) !== checksum) throw refuse('is damaged: a file in it is not what its checksum says');
  return bytes;
}

/** The files of an archive by their paths, folders left out. Of two of one path the later counts. `invalid_request` where it is none, or a bomb. */
export function openZip(source: ByteSource): ZipFiles {
  const files = new Map<string, ZipFile>();
  let total = 0;
  for (const entry of entriesOf(directoryOf(source))) {
    if (entry.name.endsWith('/')) continue;
    total += entry.size;
    files.set(entry.name, { name: entry.name, size: entry.size, read: () => readEntry(source, entry) });
  }
  if (total > harmless && total > source.size * bombRatio) throw refuse('inflates beyond all measure');
  return files;
}
