import { createCipheriv, createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openPgp } from '../../../../src/core/formats/pgp/open.ts';
import type { Argon2 } from '../../../../src/core/formats/options.ts';
import { vaultError } from '../../support.ts';
import { realArgon2, refusal } from '../support.ts';
import { guarded, hashed, literal, repeatedSpecifier, sealed, sessionKey } from './seal.ts';

const data = Buffer.from('{"vaults":{}}');
const salt = Buffer.from('saltsalt');

const open = (message: Uint8Array, password = 'pässword', argon2: Argon2 = realArgon2) => openPgp(message, password, argon2);

/** The first so many bytes of a text that goes on and on, but never less than all of it. */
function repeated(unit: Buffer, count: number): Buffer {
  return Buffer.concat(Array<Buffer>(Math.ceil(count / unit.length) + 1).fill(unit)).subarray(0, Math.max(count, unit.length));
}

/** A key as long as wanted: of the text, of a zero and the text, of two zeros and the text. */
function keyOf(hash: string, text: Buffer, length: number): Buffer {
  const parts = [0, 1, 2].map((zeros) => createHash(hash).update(Buffer.alloc(zeros)).update(text).digest());
  return Buffer.concat(parts).subarray(0, length);
}

describe('the key that a password gives', () => {
  const ciphers = [
    [7, 16],
    [8, 24],
    [9, 32],
  ] as const;
  const hashes = [
    [2, 'sha1'],
    [8, 'sha256'],
    [9, 'sha384'],
    [10, 'sha512'],
    [11, 'sha224'],
  ] as const;

  it('comes of a hash of any kind, plain, salted or repeated, for AES of any length', async () => {
    const password = Buffer.from('pässword');
    const salted = Buffer.concat([salt, password]);
    for (const [cipher, length] of ciphers) {
      for (const [id, hash] of hashes) {
        const ways: [Buffer, Buffer][] = [
          [Buffer.from([0, id]), password],
          [Buffer.concat([Buffer.from([1, id]), salt]), salted],
          [Buffer.concat([Buffer.from([3, id]), salt, Buffer.from([0x1f])]), repeated(salted, 31 << 7)],
        ];
        for (const [specifier, text] of ways) {
          const message = Buffer.concat([sessionKey(cipher, specifier), sealed(guarded(literal(data)), keyOf(hash, text, length))]);
          expect(await open(message)).toEqual(data);
        }
      }
    }
  });

  it('repeats the password as often as it is told, and a long one at least once', async () => {
    const counts = [
      [0x00, 1024],
      [0x10, 2048],
      [0x6f, 126_976],
      [0x71, 139_264],
    ] as const;
    for (const password of ['', 'pw', 'x'.repeat(2000), 'y'.repeat(70_000)]) {
      for (const [coded, count] of counts) {
        const key = keyOf('sha256', repeated(Buffer.concat([salt, Buffer.from(password)]), count), 32);
        const message = Buffer.concat([sessionKey(9, repeatedSpecifier(salt, coded)), sealed(guarded(literal(data)), key)]);
        expect(await open(message, password)).toEqual(data);
      }
    }
    const plain = Buffer.concat([sessionKey(9, Buffer.from([0, 8])), sealed(guarded(literal(data)), keyOf('sha256', Buffer.alloc(0), 32))]);
    expect(await open(plain, '')).toEqual(data);
  });

  it('is refused where it is derived in a way that is not known', async () => {
    for (const specifier of [Buffer.from([0, 1]), Buffer.concat([Buffer.from([2, 8]), salt]), Buffer.concat([Buffer.from([5, 8]), salt])]) {
      await expect(open(sessionKey(9, specifier))).rejects.toThrow(
        refusal('the message is encrypted under a key derived in an unusual way, which is not supported'),
      );
    }
  });
});

describe('the key that Argon2 gives', () => {
  const salt16 = Buffer.from('0123456789abcdef');
  const key = Buffer.alloc(32, 7);
  const message = (iterations: number, parallelism: number, memory: number) =>
    Buffer.concat([
      sessionKey(9, Buffer.concat([Buffer.from([4]), salt16, Buffer.from([iterations, parallelism, memory])])),
      sealed(guarded(literal(data)), key),
    ]);

  it('is asked for as the message says, up to 2 GiB and as much work as is safe', async () => {
    for (const [iterations, parallelism, memory] of [
      [32, 4, 21],
      [64, 4, 20],
      [255, 1, 10],
      [1, 4, 5],
    ] as const) {
      const asked: unknown[] = [];
      const argon2: Argon2 = (request) => {
        asked.push(request);
        return Promise.resolve(key);
      };
      expect(await open(message(iterations, parallelism, memory), 'pw', argon2)).toEqual(data);
      expect(asked).toEqual([
        {
          type: 'id',
          version: 0x13,
          password: Buffer.from('pw'),
          salt: salt16,
          memoryKiB: 2 ** memory,
          iterations,
          parallelism,
          length: 32,
        },
      ]);
    }
  });

  it('is not derived where the message asks for more, or for what cannot be', async () => {
    const never: Argon2 = () => Promise.reject(new Error('derived'));
    for (const [iterations, parallelism, memory] of [
      [33, 4, 21],
      [65, 4, 20],
      [1, 4, 22],
      [1, 1, 255],
      [0, 4, 10],
      [1, 0, 10],
      [1, 5, 5],
    ] as const) {
      await expect(open(message(iterations, parallelism, memory), 'pw', never)).rejects.toThrow(
        refusal('the message asks for a key derivation outside the bounds that are safe'),
      );
    }
  });

  it('is what the program that derives it says it is, its failures too', async () => {
    await expect(open(message(1, 1, 10), 'pw', () => Promise.reject(new Error('no memory left')))).rejects.toThrow('no memory left');
  });
});

describe('a key that is encrypted under those of passwords', () => {
  const session = Buffer.alloc(24, 5);
  const content = sealed(guarded(literal(data)), session);

  /** The session key of AES-192, under the key for AES-128 that a password gives. */
  function underPassword(password: string, inner: Uint8Array = Buffer.concat([Buffer.from([8]), session])): Buffer {
    const cipher = createCipheriv('aes-128-cfb', hashed(password, salt).subarray(0, 16), Buffer.alloc(16));
    return sessionKey(7, repeatedSpecifier(salt), Buffer.concat([cipher.update(inner), cipher.final()]));
  }

  it('opens by each of the passwords, four at most', async () => {
    const passwords = ['one', 'two', 'three', 'four'];
    const message = Buffer.concat([...passwords.map((password) => underPassword(password)), content]);
    for (const password of passwords) expect(await open(message, password)).toEqual(data);
    await expect(open(message, 'five')).rejects.toThrow(vaultError('incorrect_password'));
    const more = Buffer.concat([...passwords, 'five'].map((password) => underPassword(password)));
    await expect(open(Buffer.concat([more, content]), 'one')).rejects.toThrow(refusal('the encrypted message is damaged or cut short'));
  });

  it('opens where that of the password is a plain hash, or a salted one', async () => {
    for (const [specifier, unit] of [
      [Buffer.from([0, 8]), Buffer.from('pw')],
      [Buffer.concat([Buffer.from([1, 8]), salt]), Buffer.concat([salt, Buffer.from('pw')])],
    ] as const) {
      const cipher = createCipheriv('aes-128-cfb', keyOf('sha256', unit, 16), Buffer.alloc(16));
      const encrypted = Buffer.concat([cipher.update(Buffer.from([8])), cipher.update(session), cipher.final()]);
      expect(await open(Buffer.concat([sessionKey(7, specifier, encrypted), content]), 'pw')).toEqual(data);
    }
  });

  it('opens where the password also stands for a key of its own', async () => {
    const first = sessionKey(9, repeatedSpecifier(salt));
    expect(await open(Buffer.concat([first, underPassword('two'), content]), 'two')).toEqual(data);
  });

  it('is taken as a wrong one where it is of no cipher, or not as long as its cipher wants', async () => {
    for (const inner of [Buffer.concat([Buffer.from([1]), session]), Buffer.concat([Buffer.from([9]), session]), Buffer.from([8])]) {
      await expect(open(Buffer.concat([underPassword('one', inner), content]), 'one')).rejects.toThrow(
        'the file password is not correct, or the file is damaged',
      );
    }
  });
});
