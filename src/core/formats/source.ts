import { VaultError } from '../errors.ts';

/** A file to import, read at the places that are wanted, so that a large one is never in memory whole unless its format demands it. */
export interface ByteSource {
  /** The file's name without its folder: a hint where the content says too little. */
  readonly name: string;
  readonly size: number;
  /** Up to `length` bytes from `offset`, fewer only at the end. The caller does not change them. */
  read(offset: number, length: number): Uint8Array;
}

/** What a format that cannot be streamed may weigh: a string of V8 holds no more. */
const wholeLimit = 512 * 1024 * 1024;

const chunkBytes = 256 * 1024;

/** Bytes that are in memory already. */
export function bytesSource(bytes: Uint8Array, name = ''): ByteSource {
  return { name, size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** All of a file. `payload_too_large` above 512 MiB. */
export function readWhole(source: ByteSource): Buffer {
  if (source.size > wholeLimit) {
    throw new VaultError('payload_too_large', 'the file is larger than 512 MiB, which this format cannot be read at');
  }
  return asBuffer(source.read(0, source.size));
}

/** The same memory as a Buffer. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The file's pieces in order. */
export function* pieces(source: ByteSource, from = 0): Generator<Buffer> {
  for (let offset = from; offset < source.size; offset += chunkBytes) yield asBuffer(source.read(offset, chunkBytes));
}
