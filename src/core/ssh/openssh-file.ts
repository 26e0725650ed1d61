import { type CipherGCMTypes, createDecipheriv, createPrivateKey, randomBytes } from 'node:crypto';
import { u32, wipe } from '../crypto/bytes.ts';
import { readPrivateKey, type SshKey, sshKey, writePrivateKey } from './keys.ts';
import { isWhole } from './sign.ts';
import { MalformedError, WireReader, wireString } from './wire.ts';

/*
 * Files with private keys: OpenSSH's own (PROTOCOL.key of OpenSSH), and what OpenSSL writes (PKCS#1, PKCS#8, SEC 1).
 */

const magic = Buffer.from('openssh-key-v1\0');
const armor = /^-----BEGIN OPENSSH PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----$/;
const pem = /^-----BEGIN (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----\s[\s\S]+-----END (?:RSA |EC |ENCRYPTED )?PRIVATE KEY-----$/;
/** So many rounds take about a minute. */
const mostRounds = 2048;
/** The two equal numbers before a key. */
const checkLength = 8;
/** The padding of what is not encrypted. */
const plainBlock = 8;

interface Cipher {
  readonly algorithm: CipherGCMTypes | 'aes-128-ctr' | 'aes-192-ctr' | 'aes-256-ctr' | 'aes-128-cbc' | 'aes-256-cbc';
  /** Bytes of key and nonce, both from the passphrase. */
  readonly key: number;
  readonly iv: number;
}

/** The ciphers that files come with; OpenSSH's default is the first. */
const ciphers: Readonly<Record<string, Cipher>> = {
  'aes256-ctr': { algorithm: 'aes-256-ctr', key: 32, iv: 16 },
  'aes192-ctr': { algorithm: 'aes-192-ctr', key: 24, iv: 16 },
  'aes128-ctr': { algorithm: 'aes-128-ctr', key: 16, iv: 16 },
  'aes256-cbc': { algorithm: 'aes-256-cbc', key: 32, iv: 16 },
  'aes128-cbc': { algorithm: 'aes-128-cbc', key: 16, iv: 16 },
  'aes256-gcm@openssh.com': { algorithm: 'aes-256-gcm', key: 32, iv: 12 },
  'aes128-gcm@openssh.com': { algorithm: 'aes-128-gcm', key: 16, iv: 12 },
};

const gcmTagLength = 16;

/** What derives a key from a passphrase: bcrypt_pbkdf, of which only the command line has a copy. */
export type DeriveKey = (passphrase: Buffer, salt: Buffer, length: number, rounds: number) => Buffer;

export interface Passphrase {
  readonly bytes: Buffer;
  readonly derive: DeriveKey;
}

/** The file is encrypted, and no passphrase or a wrong one was given. */
export class PassphraseError extends Error {
  override readonly name = 'PassphraseError';
}

export interface KeyFile {
  readonly key: SshKey;
  /** Empty where there is none. */
  readonly comment: string;
}

interface Encrypted {
  readonly cipher: string;
  readonly kdf: string;
  readonly options: Buffer;
  readonly section: Buffer;
  readonly tag: Buffer;
}

function isGcm(algorithm: Cipher['algorithm']): algorithm is CipherGCMTypes {
  return algorithm.endsWith('-gcm');
}

function createDecipher(algorithm: Cipher['algorithm'], key: Buffer, iv: Buffer, tag: Buffer) {
  if (!isGcm(algorithm)) return createDecipheriv(algorithm, key, iv).setAutoPadding(false);
  return createDecipheriv(algorithm, key, iv, { authTagLength: gcmTagLength }).setAuthTag(tag);
}

function decrypt({ cipher: name, kdf, options, section, tag }: Encrypted, { bytes, derive }: Passphrase): Buffer {
  const cipher = Object.hasOwn(ciphers, name) ? ciphers[name] : undefined;
  if (cipher === undefined || kdf !== 'bcrypt') throw new MalformedError('the file is encrypted in a way that vault does not know');
  const reader = new WireReader(options);
  const [salt, rounds] = [reader.string(), reader.u32()];
  reader.end();
  if (rounds < 1 || rounds > mostRounds || salt.length === 0) throw new MalformedError('its key derivation is out of bounds');
  if (tag.length !== (isGcm(cipher.algorithm) ? gcmTagLength : 0)) throw new MalformedError('the key is damaged');
  const derived = derive(bytes, salt, cipher.key + cipher.iv, rounds);
  const [key, iv] = [derived.subarray(0, cipher.key), derived.subarray(cipher.key)];
  try {
    const decipher = createDecipher(cipher.algorithm, key, iv, tag);
    return Buffer.concat([decipher.update(section), decipher.final()]);
  } catch {
    throw new PassphraseError('the passphrase is wrong');
  } finally {
    wipe(derived);
  }
}

/** The private section: the key, after two equal numbers that show that the passphrase was right, and before 1, 2, 3 … */
function readSection(section: Buffer, encrypted: boolean): KeyFile {
  const reader = new WireReader(section);
  const [first, second] = [reader.u32(), reader.u32()];
  if (first !== second) {
    throw encrypted ? new PassphraseError('the passphrase is wrong') : new MalformedError('the key is damaged');
  }
  const key = sshKey(readPrivateKey(reader.text(), reader));
  // Nothing in it may say anything else than the key that was read does.
  const written = writePrivateKey(key);
  const same = written.equals(section.subarray(checkLength, checkLength + written.length));
  wipe(written);
  const comment = reader.text();
  if (!same || !reader.rest().every((byte, i) => byte === ((i + 1) & 0xff))) throw new MalformedError('the key is damaged');
  return { key, comment };
}

function readOpenSsh(bytes: Buffer, passphrase: Passphrase | null): KeyFile {
  const reader = new WireReader(bytes);
  if (!reader.take(magic.length).equals(magic)) throw new MalformedError('it is no private key');
  const [cipher, kdf, options] = [reader.text(), reader.text(), reader.string()];
  if (reader.u32() !== 1) throw new MalformedError('it holds several keys');
  const blob = reader.string();
  const section = reader.string();
  const tag = reader.rest();
  const encrypted = cipher !== 'none';
  if (!encrypted && (kdf !== 'none' || options.length > 0 || tag.length > 0)) throw new MalformedError('the key is damaged');
  if (encrypted && passphrase === null) throw new PassphraseError('the key is protected by a passphrase');
  const plain = encrypted && passphrase !== null ? decrypt({ cipher, kdf, options, section, tag }, passphrase) : section;
  try {
    const file = readSection(plain, encrypted);
    if (!file.key.blob.equals(blob)) throw new MalformedError('its two halves do not belong together');
    return file;
  } finally {
    wipe(plain);
  }
}

function readPem(text: string, passphrase: Passphrase | null): KeyFile {
  try {
    const key = createPrivateKey({ key: text, format: 'pem', ...(passphrase === null ? {} : { passphrase: passphrase.bytes }) });
    return { key: sshKey(key), comment: '' };
  } catch (error) {
    if (error instanceof MalformedError) throw error;
    if (!text.includes('ENCRYPTED')) throw new MalformedError('it is no private key that can be read');
    throw new PassphraseError(passphrase === null ? 'the key is protected by a passphrase' : 'the passphrase is wrong');
  }
}

/** Reads a private key's file. `PassphraseError`, or `MalformedError` without a byte of it. */
export function readKeyFile(text: string, passphrase: Passphrase | null = null): KeyFile {
  const trimmed = text.trim();
  const body = armor.exec(trimmed)?.[1];
  let file: KeyFile;
  if (body !== undefined) file = readOpenSsh(Buffer.from(body, 'base64'), passphrase);
  else if (pem.test(trimmed)) file = readPem(trimmed, passphrase);
  else throw new MalformedError('it is no private key');
  if (!isWhole(file.key)) throw new MalformedError('its two halves do not belong together');
  return file;
}

/** The file of a private key that is not encrypted, as OpenSSH writes it. */
export function writeKeyFile(key: SshKey, comment: string): string {
  const check = randomBytes(4);
  const secret = Buffer.concat([check, check, writePrivateKey(key), wireString(comment)]);
  const padding = Buffer.from(Array.from({ length: (plainBlock - (secret.length % plainBlock)) % plainBlock }, (_, i) => i + 1));
  const none = wireString('none');
  const bytes = Buffer.concat([
    magic,
    none,
    none,
    wireString(''),
    u32(1),
    wireString(key.blob),
    wireString(Buffer.concat([secret, padding])),
  ]);
  const lines = bytes.toString('base64').match(/.{1,70}/g) ?? [];
  wipe(secret, bytes);
  return ['-----BEGIN OPENSSH PRIVATE KEY-----', ...lines, '-----END OPENSSH PRIVATE KEY-----', ''].join('\n');
}
