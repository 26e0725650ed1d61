import { createHmac, timingSafeEqual } from 'node:crypto';
import { VaultError } from '../../errors.ts';
import { sha256, sha512 } from './keys.ts';

function damaged(): VaultError {
  return new VaultError('invalid_request', 'the database is damaged or cut short');
}

/** KDBX 3's body: blocks with their number, SHA-256 and length, until an empty one. */
export function readHashedBlocks(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let index = 0; ; index++) {
    if (at + 40 > body.length || body.readUInt32LE(at) !== index) throw damaged();
    const hash = body.subarray(at + 4, at + 36);
    const length = body.readUInt32LE(at + 36);
    at += 40;
    if (length === 0) return Buffer.concat(parts);
    const part = body.subarray(at, at + length);
    if (!sha256(part).equals(hash)) throw damaged();
    parts.push(part);
    at += length;
  }
}

/** The number that stands for the header among the blocks. */
const headerIndex = 0xffffffffffffffffn;

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Each block has an HMAC key of its own, made of its number and one key of 64 bytes. */
function blockHmac(key: Uint8Array, index: bigint, ...parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac('sha256', sha512(u64(index), key));
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** What authenticates a KDBX 4 header, and by it the password. */
export function headerHmac(key: Uint8Array, header: Uint8Array): Buffer {
  return blockHmac(key, headerIndex, header);
}

/** KDBX 4's body: blocks with their HMAC and length, until an empty one. Each is checked before it counts. */
export function readHmacBlocks(body: Buffer, key: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (let index = 0n; ; index++) {
    if (at + 36 > body.length) throw damaged();
    const length = body.readUInt32LE(at + 32);
    const part = body.subarray(at + 36, at + 36 + length);
    if (!timingSafeEqual(blockHmac(key, index, u64(index), u32(length), part), body.subarray(at, at + 32))) throw damaged();
    if (length === 0) return Buffer.concat(parts);
    parts.push(part);
    at += 36 + length;
  }
}

const blockBytes = 1024 * 1024;

export function* writeHmacBlocks(body: Buffer, key: Uint8Array): Generator<Buffer> {
  let index = 0n;
  for (let at = 0; ; at += blockBytes, index++) {
    const part = body.subarray(at, at + blockBytes);
    yield Buffer.concat([blockHmac(key, index, u64(index), u32(part.length), part), u32(part.length), part]);
    if (part.length === 0) return;
  }
}
