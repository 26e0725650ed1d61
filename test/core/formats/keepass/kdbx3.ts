import { createCipheriv, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { cipherIds, fieldIds, signature } from '../../../../src/core/formats/keepass/header.ts';
import { aesKdf, compositeKey, type DatabaseKeys, sha256 } from '../../../../src/core/formats/keepass/keys.ts';
import { type ProtectedStream, protectedStream, streamIds } from '../../../../src/core/formats/keepass/stream.ts';

export interface Kdbx3Options {
  readonly keys?: DatabaseKeys;
  readonly cipher?: 'aes256' | 'chacha20';
  readonly compressed?: boolean;
  readonly stream?: number;
  readonly rounds?: number;
  /** The hash that stands in the XML instead of the true one. */
  readonly headerHash?: string;
  readonly version?: number;
  /** Changes the blocks before they are encrypted. */
  readonly blocks?: (blocks: Buffer) => Buffer;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** A KDBX 3.1 database around an XML that is made with the stream that protects its values and the hash of the header. */
export function writeKdbx3(makeXml: (protect: ProtectedStream, headerHash: string) => string, options: Kdbx3Options = {}): Buffer {
  const {
    keys = { password: 'password', keyFile: null },
    cipher = 'aes256',
    compressed = true,
    stream = streamIds.salsa20,
    rounds = 1000,
    version = 3,
    blocks = (same) => same,
  } = options;
  const [seed, transformSeed, streamKey, start] = [randomBytes(32), randomBytes(32), randomBytes(32), randomBytes(32)];
  const iv = randomBytes(cipher === 'aes256' ? 16 : 12);
  const field = (id: number, value: Buffer) => Buffer.concat([Buffer.from([id]), u16(value.length), value]);
  const header = Buffer.concat([
    signature,
    u16(1),
    u16(version),
    field(fieldIds.cipher, Buffer.from(cipherIds[cipher], 'hex')),
    field(fieldIds.compression, u32(compressed ? 1 : 0)),
    field(fieldIds.masterSeed, seed),
    field(fieldIds.transformSeed, transformSeed),
    field(fieldIds.transformRounds, u64(rounds)),
    field(fieldIds.iv, iv),
    field(fieldIds.streamKey, streamKey),
    field(fieldIds.startBytes, start),
    field(fieldIds.streamId, u32(stream)),
    field(fieldIds.end, Buffer.from('\r\n\r\n')),
  ]);
  const xml = Buffer.from(makeXml(protectedStream(stream, streamKey), options.headerHash ?? sha256(header).toString('base64')));
  const content = compressed ? gzipSync(xml) : xml;
  const block = (index: number, data: Buffer) =>
    Buffer.concat([u32(index), data.length === 0 ? Buffer.alloc(32) : sha256(data), u32(data.length), data]);
  const half = Math.floor(content.length / 2);
  const all = [block(0, content.subarray(0, half)), block(1, content.subarray(half)), block(2, Buffer.alloc(0))];
  const body = Buffer.concat([start, blocks(Buffer.concat(all))]);
  const key = sha256(seed, aesKdf(compositeKey(keys), transformSeed, rounds));
  if (cipher === 'chacha20') return Buffer.concat([header, chacha20(key, iv, body)]);
  const sealing = createCipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([header, sealing.update(body), sealing.final()]);
}
