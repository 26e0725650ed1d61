import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { VaultError } from '../../errors.ts';
import type { Argon2 } from '../options.ts';
import { headerHmac, readHashedBlocks, readHmacBlocks } from './blocks.ts';
import type { KdbxHeader } from './header.ts';
import { transformKey } from './kdf.ts';
import { compositeKey, type DatabaseKeys, sha256, sha512 } from './keys.ts';
import { type ProtectedStream, protectedStream } from './stream.ts';

/** A database that was opened: its XML, what hides the protected values in it, and the attachments that stand beside it. */
export interface OpenDatabase {
  readonly xml: Buffer;
  readonly unprotect: ProtectedStream;
  /** KDBX 4's, by their number; KDBX 3 has them in the XML. */
  readonly binaries: readonly Buffer[];
  /** What the XML of a KDBX 3 file must give as the hash of its header. */
  readonly headerHash: Buffer | null;
}

function damaged(): VaultError {
  return new VaultError('invalid_request', 'the database is damaged or cut short');
}

function decrypt({ cipher, iv }: KdbxHeader, key: Uint8Array, body: Uint8Array): Buffer {
  if (cipher === 'chacha20') return Buffer.from(chacha20(key, iv, body));
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  return Buffer.concat([decipher.update(body), decipher.final()]);
}

/** A database packs to a tenth or so: what inflates two hundredfold is an attack. */
const bombRatio = 200;
const harmless = 64 * 1024 * 1024;
const largest = 512 * 1024 * 1024;

/** Inflates gzip, within bounds that follow from its size. */
export function inflateWithin(packed: Uint8Array): Buffer {
  try {
    return gunzipSync(packed, { maxOutputLength: Math.min(largest, Math.max(harmless, packed.length * bombRatio)) });
  } catch {
    throw new VaultError('invalid_request', 'the database is damaged, or inflates beyond all measure');
  }
}

interface InnerHeader {
  readonly end: number;
  readonly streamId: number;
  readonly streamKey: Buffer;
  readonly binaries: readonly Buffer[];
}

/** KDBX 4 begins its content with the key of the protected values, and all attachments. */
function readInnerHeader(content: Buffer): InnerHeader {
  let streamId = 0;
  let streamKey = Buffer.alloc(0);
  const binaries: Buffer[] = [];
  for (let at = 0; ;) {
    if (at + 5 > content.length) throw damaged();
    const id = content.readUInt8(at);
    const length = content.readUInt32LE(at + 1);
    at += 5;
    if (length > content.length - at) throw damaged();
    const value = content.subarray(at, at + length);
    at += length;
    if (id === 0) return { end: at, streamId, streamKey, binaries };
    if (id === 1 && length === 4) streamId = value.readUInt32LE();
    else if (id === 2) streamKey = Buffer.from(value);
    // Its first byte says that it is to be protected in memory.
    else if (id === 3) binaries.push(value.subarray(1));
  }
}

/** Null where the key is wrong. The header's hash guards against accidents; its HMAC knows the key. */
function openVersion4(file: Buffer, header: KdbxHeader, key: Uint8Array): OpenDatabase | null {
  const headerEnd = header.bytes.length;
  if (file.length < headerEnd + 64 || !sha256(header.bytes).equals(file.subarray(headerEnd, headerEnd + 32))) throw damaged();
  const hmacKey = sha512(header.masterSeed, key, Buffer.from([1]));
  if (!timingSafeEqual(headerHmac(hmacKey, header.bytes), file.subarray(headerEnd + 32, headerEnd + 64))) return null;
  const body = readHmacBlocks(file.subarray(headerEnd + 64), hmacKey);
  let content: Buffer;
  try {
    content = decrypt(header, sha256(header.masterSeed, key), body);
  } catch {
    throw damaged();
  }
  if (header.compressed) content = inflateWithin(content);
  const inner = readInnerHeader(content);
  return {
    xml: content.subarray(inner.end),
    unprotect: protectedStream(inner.streamId, inner.streamKey),
    binaries: inner.binaries,
    headerHash: null,
  };
}

/** Null where the key is wrong: in version 3 nothing but the first bytes tells. */
function openVersion3(file: Buffer, header: KdbxHeader, key: Uint8Array): OpenDatabase | null {
  let body: Buffer;
  try {
    body = decrypt(header, sha256(header.masterSeed, key), file.subarray(header.bytes.length));
  } catch {
    return null;
  }
  if (header.startBytes === null || header.stream === null || !body.subarray(0, 32).equals(header.startBytes)) return null;
  const content = readHashedBlocks(body.subarray(32));
  return {
    xml: header.compressed ? inflateWithin(content) : content,
    unprotect: protectedStream(header.stream.id, header.stream.key),
    binaries: [],
    headerHash: sha256(header.bytes),
  };
}

/**
 * The keys that somebody may mean. None and an empty password are different keys, which a prompt cannot tell apart; and a database that is
 * opened by its key file alone is opened even where a password was given too.
 */
function keysMeant({ password, keyFile }: DatabaseKeys): DatabaseKeys[] {
  const given = { password, keyFile };
  if (keyFile === null || password === null) return [given];
  const alone = { password: null, keyFile };
  return password === '' ? [alone, given] : [given, alone];
}

/** Opens a KDBX file, versions 3 and 4. `incorrect_password` where the keys are wrong, `invalid_request` where the file is. */
export async function openDatabase(file: Buffer, header: KdbxHeader, keys: DatabaseKeys, argon2: Argon2): Promise<OpenDatabase> {
  for (const meant of keysMeant(keys)) {
    const key = await transformKey(compositeKey(meant), header.kdf, argon2);
    const opened = header.major === 4 ? openVersion4(file, header, key) : openVersion3(file, header, key);
    if (opened !== null) return opened;
  }
  throw new VaultError('incorrect_password', 'the file password or the key file is not correct');
}
