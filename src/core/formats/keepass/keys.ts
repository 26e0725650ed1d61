import { createCipheriv, createHash } from 'node:crypto';
import { VaultError } from '../../errors.ts';
import { readXml } from '../xml.ts';
import { bytesSource } from '../source.ts';

/** What opens a database together: a password, a key file, or both. None and an empty password are different keys. */
export interface DatabaseKeys {
  readonly password: string | null;
  readonly keyFile: Uint8Array | null;
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function badKeyFile(): VaultError {
  return new VaultError('invalid_request', 'the key file is damaged');
}

/** KeePass's XML key file: version 1 in base64, version 2 in hex with the first bytes of its SHA-256 to check it by. */
function fromXml(bytes: Uint8Array): Buffer | null {
  const found: { version?: string; data?: string; hash?: string | undefined } = {};
  try {
    readXml(bytesSource(bytes), {
      close: (path, text, attributes) => {
        const at = path.join('/');
        if (at === 'KeyFile/Meta/Version') found.version = text.trim();
        if (at === 'KeyFile/Key/Data') [found.data, found.hash] = [text.replace(/\s/g, ''), attributes['Hash']];
      },
    });
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
  const { version = '', data = '', hash } = found;
  if (data === '') return null;
  if (!version.startsWith('2.')) {
    const key = Buffer.from(data, 'base64');
    if (key.length !== 32) throw badKeyFile();
    return key;
  }
  const key = /^[0-9a-f]{64}$/i.test(data) ? Buffer.from(data, 'hex') : null;
  if (key === null || (hash !== undefined && !sha256(key).subarray(0, 4).equals(Buffer.from(hash, 'hex')))) throw badKeyFile();
  return key;
}

/** The 32 bytes of a key file: XML, 32 raw bytes, 64 hex digits, or the SHA-256 of any other file. */
function keyFileBytes(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const fromFile = /^(?:\u00EF\u00BB\u00BF)?\s*</.test(text) ? fromXml(bytes) : null;
  if (fromFile !== null) return fromFile;
  if (bytes.length === 32) return bytes;
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  return sha256(bytes);
}

/** The key that the KDF works on. */
export function compositeKey({ password, keyFile }: DatabaseKeys): Buffer {
  const parts = [password === null ? null : sha256(Buffer.from(password, 'utf8')), keyFile === null ? null : keyFileBytes(keyFile)];
  return sha256(...parts.filter((part) => part !== null));
}

/**
 * KeePass's AES-KDF: each half of the key encrypted by AES-256 so many times over. Encrypting zeros in CBC mode, with the half as the
 * vector, does exactly that: each block is the encryption of the one before.
 */
export function aesKdf(key: Uint8Array, seed: Uint8Array, rounds: number): Buffer {
  const zeros = Buffer.alloc(64 * 1024);
  const half = (start: Uint8Array): Buffer => {
    const cipher = createCipheriv('aes-256-cbc', seed, start);
    let last = Buffer.from(start);
    for (let left = rounds * 16; left > 0; left -= zeros.length) {
      const blocks = cipher.update(zeros.subarray(0, left));
      last = blocks.subarray(blocks.length - 16);
    }
    return last;
  };
  return sha256(half(key.subarray(0, 16)), half(key.subarray(16, 32)));
}
