import type { Readable } from 'node:stream';
import { u32 } from '../../core/crypto/bytes.ts';

/** `u32 length | bytes`: how both sides of a pipe tell one message from the next. */
export function frame(bytes: Uint8Array): Buffer[] {
  return [u32(bytes.length), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
}

/** Reads a pipe piece by piece, each of a length that is known beforehand. */
export class PipeReader {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<unknown, unknown>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]();
  }

  /** The next `length` bytes; null where the pipe ends before them. */
  async take(length: number): Promise<Buffer | null> {
    const parts = [this.#rest];
    let size = this.#rest.length;
    while (size < length) {
      const { value } = await this.#chunks.next();
      if (!Buffer.isBuffer(value)) return null;
      parts.push(value);
      size += value.length;
    }
    const all = parts.length === 1 ? this.#rest : Buffer.concat(parts);
    this.#rest = all.subarray(length);
    return all.subarray(0, length);
  }

  /** The next frame's bytes, at most `limit` of them; null where the pipe ends, or the frame is longer. */
  async takeFrame(limit: number): Promise<Buffer | null> {
    const length = (await this.take(4))?.readUInt32BE(0);
    return length === undefined || length > limit ? null : await this.take(length);
  }

  close(): void {
    this.#stream.destroy();
  }
}

/** Several byte strings in one, each with its length before it. */
export function joinParts(parts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(parts.flatMap(frame));
}

/** The reverse of `joinParts`, as views; null where the lengths do not add up. */
export function splitParts(bytes: Buffer): Buffer[] | null {
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return null;
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  return parts;
}
