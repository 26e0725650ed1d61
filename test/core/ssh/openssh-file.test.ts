import { createECDH, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { u32 } from '../../../src/core/crypto/bytes.ts';
import { fingerprint, publicLine, readPrivateKey, type SshKey, sshKey, writePrivateKey } from '../../../src/core/ssh/keys.ts';
import { PassphraseError, readKeyFile, writeKeyFile } from '../../../src/core/ssh/openssh-file.ts';
import { MalformedError, WireReader, wireMpint, wireString } from '../../../src/core/ssh/wire.ts';
import { thrownBy } from '../support.ts';

const ed25519 = sshKey(generateKeyPairSync('ed25519').privateKey);
const ecdsa = sshKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const rsa = sshKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);

interface Parts {
  readonly cipher: string;
  readonly kdf: string;
  readonly options: Uint8Array;
  readonly count: number;
  readonly blob: Uint8Array;
  readonly section: Uint8Array;
  readonly more: Uint8Array;
}

const nothing = Buffer.alloc(0);

/** The two parts of a file that matter here. */
function partsOf(key: SshKey): { readonly blob: Buffer; readonly section: Buffer } {
  const body = writeKeyFile(key, 'me').replace(/-----.*-----/g, '');
  const reader = new WireReader(Buffer.from(body, 'base64'));
  reader.take('openssh-key-v1\0'.length);
  for (let i = 0; i < 3; i++) reader.string();
  reader.u32();
  return { blob: reader.string(), section: reader.string() };
}

/** The file of a key that is not encrypted, but for what is given. */
function fileOf(given: Partial<Parts>, key = ed25519): string {
  const parts = { cipher: 'none', kdf: 'none', options: nothing, count: 1, ...partsOf(key), more: nothing, ...given };
  const strings = [parts.cipher, parts.kdf, parts.options].map(wireString);
  const after = [u32(parts.count), wireString(parts.blob), wireString(parts.section), parts.more];
  const body = Buffer.concat([Buffer.from('openssh-key-v1\0'), ...strings, ...after]).toString('base64');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** A file that says that it is encrypted. */
function encrypted(given: Partial<Parts> & { salt?: string; rounds?: number }): string {
  const { salt = 'salt', rounds = 16, ...rest } = given;
  return fileOf({ cipher: 'aes256-ctr', kdf: 'bcrypt', options: Buffer.concat([wireString(salt), u32(rounds)]), ...rest });
}

/** Any key at all, which is the wrong one. */
const passphrase = { bytes: Buffer.from('x'), derive: (_: Buffer, __: Buffer, length: number) => Buffer.alloc(length, 7) };

const changed = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

describe("a private key's file", () => {
  it.each([ed25519, ecdsa, rsa])('is read as it was written: %#', (key) => {
    const text = writeKeyFile(key, 'my key');
    const read = readKeyFile(`\n  ${text}`);
    expect(read.comment).toBe('my key');
    expect(read.key.blob).toEqual(key.blob);
    expect(writePrivateKey(read.key)).toEqual(writePrivateKey(key));
    expect(text.split('\n').every((line) => line.length <= 70)).toBe(true);
    expect(partsOf(key).section.length % 8).toBe(0);
  });

  const { section } = partsOf(ed25519);
  it.each<[string, string, string]>([
    ['another text', 'nonsense', 'it is no private key'],
    ['with text around it', `see ${fileOf({})}`, 'it is no private key'],
    ['with text after it', `${fileOf({})}see`, 'it is no private key'],
    ['of PEM that is none', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'it is no private key that can be read'],
    ['of another version', fileOf({}).replace('b3BlbnNzaC1rZXktdjE', 'b3BlbnNzaC1rZXktdjI'), 'it is no private key'],
    ['with several keys', fileOf({ count: 2 }), 'it holds several keys'],
    ['not encrypted, with a key derivation', fileOf({ kdf: 'bcrypt' }), 'the key is damaged'],
    ["not encrypted, with a key derivation's options", fileOf({ options: Buffer.of(0) }), 'the key is damaged'],
    ['not encrypted, with a tag', fileOf({ more: Buffer.of(0) }), 'the key is damaged'],
    ['not encrypted, with two checks', fileOf({ section: changed(section, 0) }), 'the key is damaged'],
    ['with other padding', fileOf({ section: changed(section, section.length - 1) }), 'the key is damaged'],
    ['of two halves', fileOf({ blob: ecdsa.blob }), 'its two halves do not belong together'],
    ['cut off', fileOf({ section: section.subarray(0, 20) }), 'it ends too soon'],
  ])('is refused where it is %s', (_, text, message) => {
    const error = thrownBy(() => readKeyFile(text));
    expect(error).toBeInstanceOf(MalformedError);
    expect(error).toHaveProperty('message', message);
  });

  it.each<[string, string, string]>([
    ['by an unknown cipher', encrypted({ cipher: 'rot13' }), 'the file is encrypted in a way that vault does not know'],
    ['by a cipher named like a property', encrypted({ cipher: 'toString' }), 'the file is encrypted in a way that vault does not know'],
    ['by another key derivation', encrypted({ kdf: 'none' }), 'the file is encrypted in a way that vault does not know'],
    ['by no rounds', encrypted({ rounds: 0 }), 'its key derivation is out of bounds'],
    ['by rounds without end', encrypted({ rounds: 2049 }), 'its key derivation is out of bounds'],
    ['without a salt', encrypted({ salt: '' }), 'its key derivation is out of bounds'],
    ['by more than salt and rounds', encrypted({ options: Buffer.alloc(20) }), 'something follows its end'],
    ['with a tag where there should be none', encrypted({ more: Buffer.alloc(16) }), 'the key is damaged'],
    ['without the tag of GCM', encrypted({ cipher: 'aes256-gcm@openssh.com' }), 'the key is damaged'],
    ['with half of the tag', encrypted({ cipher: 'aes256-gcm@openssh.com', more: Buffer.alloc(8) }), 'the key is damaged'],
  ])('is refused, whatever the passphrase, where it is encrypted %s', (_, text, message) => {
    const error = thrownBy(() => readKeyFile(text, passphrase));
    expect(error).toBeInstanceOf(MalformedError);
    expect(error).toHaveProperty('message', message);
  });

  it.each([
    ['aes256-ctr', 48, 0],
    ['aes192-ctr', 40, 0],
    ['aes128-ctr', 32, 0],
    ['aes256-cbc', 48, 0],
    ['aes128-cbc', 32, 0],
    ['aes256-gcm@openssh.com', 44, 16],
    ['aes128-gcm@openssh.com', 28, 16],
  ])('encrypted by %s wants its passphrase, of which %i bytes are derived', (cipher, length, tag) => {
    const text = encrypted({ cipher, rounds: 2048, more: Buffer.alloc(tag), section: Buffer.alloc(64) });
    const asked: [string, number, number][] = [];
    const derive = (_: Buffer, salt: Buffer, bytes: number, rounds: number) => {
      asked.push([salt.toString(), bytes, rounds]);
      return Buffer.alloc(bytes, 7);
    };
    const wrong = thrownBy(() => readKeyFile(text, { ...passphrase, derive }));
    expect(wrong).toBeInstanceOf(PassphraseError);
    expect(wrong).toHaveProperty('message', 'the passphrase is wrong');
    expect(asked).toEqual([['salt', length, 2048]]);
    expect(thrownBy(() => readKeyFile(text))).toHaveProperty('message', 'the key is protected by a passphrase');
  });
});

describe('a private key on the wire', () => {
  const read = (type: string, ...parts: readonly Uint8Array[]) =>
    thrownBy(() => readPrivateKey(type, new WireReader(Buffer.concat(parts))));
  const numbers = (...sizes: readonly number[]) => sizes.map((size) => wireString(Buffer.alloc(size, 4)));
  const point = wireString(ecdsa.blob.subarray(-65));

  it.each<[string, string, readonly Uint8Array[]]>([
    ['the key has the wrong length', 'ssh-ed25519', numbers(31, 64)],
    ['the key has the wrong length', 'ssh-ed25519', numbers(32, 63)],
    ['the key has the wrong length', 'ecdsa-sha2-nistp256', [wireString('nistp384'), point, wireMpint(Buffer.of(1))]],
    ['the key has the wrong length', 'ecdsa-sha2-nistp256', [wireString('nistp256'), ...numbers(64), wireMpint(Buffer.of(1))]],
    [
      'the key has the wrong length',
      'ecdsa-sha2-nistp256',
      [wireString('nistp256'), wireString(Buffer.alloc(65, 3)), wireMpint(Buffer.of(1))],
    ],
    ['a number of the key is too large', 'ecdsa-sha2-nistp256', [wireString('nistp256'), point, ...numbers(33)]],
    ['the numbers of the key do not make one', 'ecdsa-sha2-nistp256', [wireString('nistp256'), ...numbers(65), wireMpint(Buffer.of(1))]],
    ['the numbers of the key do not make one', 'ssh-rsa', [...numbers(256, 1, 256, 128), wireMpint(Buffer.of(1)), ...numbers(128)]],
    ['the numbers of the key do not make one', 'ssh-rsa', [...numbers(256, 1, 256, 128, 128), wireMpint(Buffer.of(1))]],
    ['a number is negative', 'ssh-rsa', [wireString(Buffer.of(0x80))]],
    ['keys are Ed25519, ECDSA on a NIST curve, or RSA', 'ssh-dss', []],
    ['keys are Ed25519, ECDSA on a NIST curve, or RSA', 'ecdsa-sha2-nistp192', []],
  ])('is refused: %s (%s)', (message, type, parts) => {
    const error = read(type, ...parts);
    expect(error).toBeInstanceOf(MalformedError);
    expect(error).toHaveProperty('message', message);
  });

  it.each([
    [() => sshKey(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey), 'an RSA key has at least 2048 bits'],
    [() => sshKey(generateKeyPairSync('ed448').privateKey), 'keys are Ed25519, ECDSA on a NIST curve, or RSA'],
    [() => sshKey(generateKeyPairSync('x25519').privateKey), 'keys are Ed25519, ECDSA on a NIST curve, or RSA'],
    [() => sshKey(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey), 'keys are Ed25519, ECDSA on a NIST curve, or RSA'],
  ])('is refused where it is no protection or unknown: %#', (act, message) => {
    expect(thrownBy(act)).toHaveProperty('message', message);
  });

  it('may have a number that begins with zeros', () => {
    const d = Buffer.from('5'.padStart(64, '0'), 'hex');
    const pair = createECDH('prime256v1');
    pair.setPrivateKey(d);
    const coordinate = (from: number) => pair.getPublicKey().toString('base64url', from, from + 32);
    const jwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33), d: d.toString('base64url') };
    const key = sshKey(createPrivateKey({ key: jwk, format: 'jwk' }));
    expect(readKeyFile(writeKeyFile(key, '')).key.blob).toEqual(key.blob);
  });
});

describe('a public key', () => {
  it('is one line, whatever the comment', () => {
    const line = `ssh-ed25519 ${ed25519.blob.toString('base64')}`;
    expect(publicLine(ed25519, '')).toBe(line);
    expect(publicLine(ed25519, 'my\r\n key')).toBe(`${line} my key`);
  });

  it('has the fingerprint that ssh-keygen shows, without padding', () => {
    expect(fingerprint(Buffer.from('abc'))).toBe('SHA256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0');
  });
});

describe('a private key in PEM', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const passphrase = (text: string) => ({ bytes: Buffer.from(text), derive: () => nothing });

  it('tells whether it wants a passphrase, or another one', () => {
    const text = String(privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'right' }));
    for (const [given, message] of [
      [null, 'the key is protected by a passphrase'],
      [passphrase('wrong'), 'the passphrase is wrong'],
    ] as const) {
      const error = thrownBy(() => readKeyFile(text, given));
      expect(error).toBeInstanceOf(PassphraseError);
      expect(error).toHaveProperty('message', message);
    }
    expect(readKeyFile(text, passphrase('right')).key.blob).toEqual(sshKey(privateKey).blob);
  });

  it('is refused by its kind, and with anything around it', () => {
    const text = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const other = String(generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(thrownBy(() => readKeyFile(other))).toHaveProperty('message', 'keys are Ed25519, ECDSA on a NIST curve, or RSA');
    for (const around of [`see ${text}`, `${text}see`]) {
      expect(thrownBy(() => readKeyFile(around))).toHaveProperty('message', 'it is no private key');
    }
    expect(readKeyFile(`\n${text}\n`).comment).toBe('');
  });
});
