import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
import { inflateRawSync, inflateSync } from 'node:zlib';
import { VaultError } from '../../errors.ts';
import type { Argon2 } from '../options.ts';
import { damaged, isArmored, packets, unarmored } from './packets.ts';

/*
 * OpenPGP messages that a password encrypts (RFC 9580), as far as Proton Pass and `gpg --symmetric` write them: version 4 session keys,
 * AES in CFB mode with the modification detection code, plain or deflated literal data. Anything else is refused by name.
 */

const tags = { sessionKey: 3, compressed: 8, marker: 10, literal: 11, sealed: 18 } as const;

const ciphers: Readonly<Record<number, { readonly name: string; readonly keyLength: number }>> = {
  7: { name: 'aes-128-cfb', keyLength: 16 },
  8: { name: 'aes-192-cfb', keyLength: 24 },
  9: { name: 'aes-256-cfb', keyLength: 32 },
};

const hashes: Readonly<Record<number, string>> = { 2: 'sha1', 8: 'sha256', 9: 'sha384', 10: 'sha512', 11: 'sha224' };

const blockLength = 16;
const bombRatio = 200;
const harmless = 64 * 1024 * 1024;
const largest = 512 * 1024 * 1024;

/** What Argon2 may take: RFC 9580 lets a message ask for any amount. */
const argon2Limit = { memoryKiB: 2 * 1024 * 1024, work: 64 * 1024 * 1024 };

/** Whether a file begins as a message that a password encrypts: in armor, or with a session key of version 4 for AES. */
export function isPgp(head: Uint8Array): boolean {
  const [first, , version = 0, cipher = 0] = head;
  return isArmored(head) || ((first === 0xc3 || first === 0x8c) && version === 4 && cipher in ciphers);
}

function unsupported(what: string): VaultError {
  return new VaultError('invalid_request', `the message is encrypted ${what}, which is not supported`, {
    hint: 'decrypt it with gpg and import what comes out',
  });
}

function cipherOf(id: number): { readonly name: string; readonly keyLength: number } {
  const cipher = ciphers[id];
  if (cipher === undefined) throw unsupported('with another cipher than AES');
  return cipher;
}

/** The salted, repeated hash of a password. Where a key is longer than the hash, another begins with a zero more. */
function hashedKey(hash: string, salt: Buffer, password: Buffer, count: number, length: number): Buffer {
  const unit = Buffer.concat([salt, password]);
  const total = Math.max(count, unit.length);
  const many = Buffer.concat(Array<Buffer>(Math.max(1, Math.floor(65_536 / Math.max(1, unit.length)))).fill(unit));
  let key = Buffer.alloc(0);
  for (let zeros = 0; key.length < length; zeros++) {
    const digest = createHash(hash).update(Buffer.alloc(zeros));
    for (let left = total; left > 0; left -= many.length) digest.update(many.subarray(0, left));
    key = Buffer.concat([key, digest.digest()]);
  }
  return key.subarray(0, length);
}

interface Derived {
  readonly key: Uint8Array;
  /** Where the specifier ends. */
  readonly end: number;
}

/** A key from a password by the "string to key" specifier at a place. */
async function derive(bytes: Buffer, at: number, password: Buffer, length: number, argon2: Argon2): Promise<Derived> {
  const kind = bytes.readUInt8(at);
  if (kind === 4) {
    const memoryKiB = 2 ** Math.min(30, bytes.readUInt8(at + 19));
    const [iterations, parallelism] = [bytes.readUInt8(at + 17), bytes.readUInt8(at + 18)];
    if (
      memoryKiB > argon2Limit.memoryKiB ||
      memoryKiB * iterations > argon2Limit.work ||
      iterations === 0 ||
      parallelism === 0 ||
      memoryKiB < 8 * parallelism
    ) {
      throw new VaultError('invalid_request', 'the message asks for a key derivation outside the bounds that are safe');
    }
    const salt = bytes.subarray(at + 1, at + 17);
    return { key: await argon2({ type: 'id', version: 0x13, password, salt, memoryKiB, iterations, parallelism, length }), end: at + 20 };
  }
  const hash = hashes[bytes.readUInt8(at + 1)];
  if (hash === undefined || (kind !== 0 && kind !== 1 && kind !== 3)) throw unsupported('under a key derived in an unusual way');
  const salt = kind === 0 ? Buffer.alloc(0) : bytes.subarray(at + 2, at + 10);
  const coded = kind === 3 ? bytes.readUInt8(at + 10) : 0;
  const count = kind === 3 ? (16 + (coded & 15)) * 2 ** ((coded >> 4) + 6) : 0;
  return { key: hashedKey(hash, salt, password, count, length), end: at + (kind === 0 ? 2 : kind === 1 ? 10 : 11) };
}

interface SessionKey {
  readonly cipher: string;
  readonly key: Uint8Array;
}

async function sessionKey(body: Buffer, password: Buffer, argon2: Argon2): Promise<SessionKey | null> {
  if (body.readUInt8(0) !== 4) throw unsupported('by a newer method');
  const { name, keyLength } = cipherOf(body.readUInt8(1));
  const { key, end } = await derive(body, 2, password, keyLength, argon2);
  if (end >= body.length) return { cipher: name, key };
  const decipher = createDecipheriv(name, key, Buffer.alloc(blockLength));
  const opened = Buffer.concat([decipher.update(body.subarray(end)), decipher.final()]);
  const inner = ciphers[opened[0] ?? 0];
  return inner?.keyLength === opened.length - 1 ? { cipher: inner.name, key: opened.subarray(1) } : null;
}

/** Null where the key is wrong: a random block comes first, and its last two bytes again. */
function unseal(body: Buffer, { cipher, key }: SessionKey): Buffer | null {
  if (body.readUInt8(0) !== 1) throw unsupported('by a newer method');
  const decipher = createDecipheriv(cipher, key, Buffer.alloc(blockLength));
  const plain = Buffer.concat([decipher.update(body.subarray(1)), decipher.final()]);
  if (plain.readUInt16BE(blockLength) !== plain.readUInt16BE(blockLength - 2)) return null;
  const end = plain.length - 22;
  const detection = createHash('sha1')
    .update(plain.subarray(0, end + 2))
    .digest();
  if (plain.readUInt16BE(end) !== 0xd314 || !timingSafeEqual(detection, plain.subarray(end + 2))) return null;
  return plain.subarray(blockLength + 2, end);
}

function inflate(body: Buffer): Buffer {
  const limit = { maxOutputLength: Math.min(largest, Math.max(harmless, body.length * bombRatio)) };
  const packed = body.subarray(1);
  const kind = body.readUInt8(0);
  try {
    if (kind === 0) return packed;
    if (kind === 1) return inflateRawSync(packed, limit);
    if (kind === 2) return inflateSync(packed, limit);
  } catch {
    throw damaged();
  }
  throw unsupported('and packed by bzip2');
}

/** The data of a message that was opened: within at most one layer of compression. */
function literal(content: Buffer, layers = 0): Buffer {
  for (const { tag, body } of packets(content)) {
    if (tag === tags.literal) return body.subarray(2 + body.readUInt8(1) + 4);
    if (tag === tags.compressed && layers === 0) return literal(inflate(body), layers + 1);
    if (tag !== tags.marker) throw damaged();
  }
  throw damaged();
}

async function open(message: Buffer, password: Buffer, argon2: Argon2): Promise<Buffer> {
  const keys: SessionKey[] = [];
  let asked = 0;
  for (const { tag, body } of packets(message)) {
    if (tag === tags.sessionKey) {
      if (++asked > 4) throw damaged();
      const key = await sessionKey(body, password, argon2);
      if (key !== null) keys.push(key);
    } else if (tag === tags.sealed) {
      for (const key of keys) {
        const content = unseal(body, key);
        if (content !== null) return literal(content);
      }
      if (asked === 0) throw unsupported('for a key instead of by a password');
      throw new VaultError('incorrect_password', 'the file password is not correct, or the file is damaged');
    } else if (tag !== tags.marker) throw unsupported('for a key instead of by a password, or in an outdated way');
  }
  throw damaged();
}

/** Opens a message that was encrypted by a password, armored or not. `incorrect_password` where it is another one. */
export async function openPgp(message: Uint8Array, password: string, argon2: Argon2): Promise<Buffer> {
  try {
    return await open(unarmored(message), Buffer.from(password, 'utf8'), argon2);
  } catch (error) {
    // Lengths that reach beyond the end.
    if (error instanceof RangeError) throw damaged();
    throw error;
  }
}
