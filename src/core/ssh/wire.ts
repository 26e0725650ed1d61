import { u32 } from '../crypto/bytes.ts';

/*
 * The data types of SSH: RFC 4251, section 5.
 */

/** What cannot be read: too short, or not what was expected. Says nothing of what it holds. */
export class MalformedError extends Error {
  override readonly name = 'MalformedError';
}

/** Reads one after the other; throws `MalformedError` at whatever is not there. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw new MalformedError('it ends too soon');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  u8(): number {
    return this.take(1).readUInt8();
  }

  u32(): number {
    return this.take(4).readUInt32BE();
  }

  /** A view on the bytes that were given. */
  string(): Buffer {
    return this.take(this.u32());
  }

  text(): string {
    return this.string().toString('utf8');
  }

  /** A number that is not negative, without leading zeros. */
  mpint(): Buffer {
    const bytes = this.string();
    if (bytes.length > 0 && (bytes.readUInt8() & 0x80) !== 0) throw new MalformedError('a number is negative');
    return bytes.subarray(bytes.findIndex((byte) => byte !== 0) < 0 ? bytes.length : bytes.findIndex((byte) => byte !== 0));
  }

  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }

  /** Throws where anything is left. */
  end(): void {
    if (this.#at < this.#bytes.length) throw new MalformedError('something follows its end');
  }
}

/** `string` of SSH: its length and its bytes. */
export function wireString(value: Uint8Array | string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u32(bytes.length), bytes]);
}

/** `mpint` of SSH, for a number that is not negative: no leading zeros but the one that keeps it from being negative. */
export function wireMpint(number: Uint8Array): Buffer {
  const first = number.findIndex((byte) => byte !== 0);
  const bytes = first < 0 ? Buffer.alloc(0) : Buffer.from(number.subarray(first));
  const negative = bytes.length > 0 && (bytes.readUInt8() & 0x80) !== 0;
  return wireString(negative ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}
