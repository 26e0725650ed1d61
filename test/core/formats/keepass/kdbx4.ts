import { createCipheriv, createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { cipherIds, signature } from '../../../../src/core/formats/keepass/header.ts';
import { aesKdf, compositeKey, sha256, sha512 } from '../../../../src/core/formats/keepass/keys.ts';
import { type ProtectedStream, protectedStream, streamIds } from '../../../../src/core/formats/keepass/stream.ts';

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint | number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A value of the KDF's map: what kind it is, and its bytes. */
export type RawVariant = readonly [kind: number, value: Buffer];

/** The map that names the KDF, version 1.0 of its form unless told otherwise. */
export function variants(values: Readonly<Record<string, RawVariant>>, version = 1): Buffer {
  const parts = Object.entries(values).flatMap(([name, [kind, value]]) => [
    Buffer.from([kind]),
    u32(Buffer.byteLength(name)),
    Buffer.from(name),
    u32(value.length),
    value,
  ]);
  return Buffer.concat([Buffer.from([0, version]), ...parts, Buffer.from([0])]);
}

const seed = Buffer.alloc(32, 9);

/** AES-KDF of a few rounds. */
export const aesVariants: Readonly<Record<string, RawVariant>> = {
  $UUID: [0x42, Buffer.from('c9d9f39a628a4460bf740d08c18a4fea', 'hex')],
  R: [0x05, u64(5)],
  S: [0x42, seed],
};

export const argonVariants: Readonly<Record<string, RawVariant>> = {
  $UUID: [0x42, Buffer.from('9e298b1956db4773b23dfc3ec6f0a1e6', 'hex')],
  S: [0x42, seed],
  V: [0x04, u32(0x13)],
  I: [0x05, u64(2)],
  M: [0x05, u64(64 * 1024)],
  P: [0x04, u32(2)],
};

/** A field of the header, outer or inner. */
export function field(id: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([id]), u32(value.length), value]);
}

export interface Kdbx4Options {
  readonly cipher?: 'aes256' | 'chacha20';
  readonly compressed?: boolean;
  readonly stream?: number;
  readonly kdf?: Buffer;
  /** The key that the KDF gives; else that of `aesVariants` for the password "password". */
  readonly key?: Uint8Array;
  /** The fields of the header by their ids, in place of the usual ones; null leaves one out. */
  readonly header?: Readonly<Record<number, Buffer | null>>;
  /** What stands in the inner header beside the stream. */
  readonly inner?: readonly Buffer[];
  /** Changes what is encrypted. */
  readonly content?: (content: Buffer) => Buffer;
  readonly blockBytes?: number;
}

/** A KDBX 4 database around an XML that is made with the stream that protects its values. */
export function writeKdbx4(makeXml: (protect: ProtectedStream) => string, options: Kdbx4Options = {}): Buffer {
  const { cipher = 'aes256', compressed = true, stream = streamIds.chacha20, kdf = variants(aesVariants), blockBytes = 200 } = options;
  const key = options.key ?? aesKdf(compositeKey({ password: 'password', keyFile: null }), seed, 5);
  const masterSeed = Buffer.alloc(32, 1);
  const iv = Buffer.alloc(cipher === 'aes256' ? 16 : 12, 2);
  const streamKey = Buffer.alloc(64, 3);
  const fields: Record<number, Buffer | null> = {
    2: Buffer.from(cipherIds[cipher], 'hex'),
    3: u32(compressed ? 1 : 0),
    4: masterSeed,
    7: iv,
    11: kdf,
    ...options.header,
  };
  const header = Buffer.concat([
    signature,
    Buffer.from([1, 0, 4, 0]),
    ...Object.entries(fields).flatMap(([id, value]) => (value === null ? [] : [field(Number(id), value)])),
    field(0, Buffer.from('\r\n\r\n')),
  ]);
  const inner = [field(1, u32(stream)), field(2, streamKey), ...(options.inner ?? []), field(0, Buffer.alloc(0))];
  const plain = Buffer.concat([...inner, Buffer.from(makeXml(protectedStream(stream, streamKey)))]);
  const content = (options.content ?? ((same) => same))(plain);
  const packed = compressed ? gzipSync(content) : content;
  const sealing = createCipheriv('aes-256-cbc', sha256(masterSeed, key), Buffer.alloc(16, 2));
  const body =
    cipher === 'aes256' ? Buffer.concat([sealing.update(packed), sealing.final()]) : chacha20(sha256(masterSeed, key), iv, packed);
  const hmacKey = sha512(masterSeed, key, Buffer.from([1]));
  const hmac = (index: Buffer, ...parts: Uint8Array[]) =>
    createHmac('sha256', sha512(index, hmacKey)).update(Buffer.concat(parts)).digest();
  const blocks: Buffer[] = [];
  for (let at = 0, index = 0; at < body.length + blockBytes; at += blockBytes, index++) {
    const part = body.subarray(at, at + blockBytes);
    blocks.push(hmac(u64(index), u64(index), u32(part.length), part), u32(part.length), Buffer.from(part));
    if (part.length === 0) break;
  }
  return Buffer.concat([header, sha256(header), hmac(u64(0xffffffffffffffffn), header), ...blocks]);
}
