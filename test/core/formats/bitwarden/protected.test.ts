import { createCipheriv, createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Argon2 } from '../../../../src/core/formats/options.ts';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, realArgon2 } from '../support.ts';
import { file, type Json, login } from './support.ts';

/** HKDF-Expand (RFC 5869, section 2.3) to the length of one block. */
function expand(key: Uint8Array, info: string): Buffer {
  return createHmac('sha256', key).update(`${info}\u0001`).digest();
}

const usualIv = Buffer.alloc(16, 7);

/** `2.iv|ciphertext|mac`, with a MAC that fits. */
function authentic(data: Uint8Array, key: Uint8Array, iv = usualIv): string {
  const mac = createHmac('sha256', expand(key, 'mac')).update(iv).update(data).digest();
  return `2.${[iv, Buffer.from(data), mac].map((part) => part.toString('base64')).join('|')}`;
}

/** As Bitwarden's programs write it. */
function seal(text: string, key: Uint8Array): string {
  const cipher = createCipheriv('aes-256-cbc', expand(key, 'enc'), usualIv);
  return authentic(Buffer.concat([cipher.update(text), cipher.final()]), key);
}

const salt = Buffer.alloc(16, 3).toString('base64');

function sealed(key: Uint8Array, kdf: Json, more: Json = {}): string {
  return JSON.stringify({
    encrypted: true,
    passwordProtected: true,
    salt,
    ...kdf,
    encKeyValidation_DO_NOT_EDIT: seal('check', key),
    data: seal(file([login]), key),
    ...more,
  });
}

const password = { filePassword: () => Promise.resolve('pässword') };
const fastKdf = { kdfType: 0, kdfIterations: 5000 };
const fastKey = pbkdf2Sync('pässword', salt, 5000, 32, 'sha256');

describe('a protected export of Bitwarden', () => {
  it('opens with its password, derived by PBKDF2, also where it does not say that it is encrypted', async () => {
    for (const more of [{}, { encrypted: undefined }]) {
      const { items } = await readDetected('bitwarden', sealed(fastKey, fastKdf, more), password);
      expect(only(items).content.password).toBe('p');
    }
  });

  it('opens with its password, derived by Argon2id', async () => {
    const key = await realArgon2({
      type: 'id',
      version: 0x13,
      password: Buffer.from('pässword'),
      salt: createHash('sha256').update(salt).digest(),
      memoryKiB: 16 * 1024,
      iterations: 2,
      parallelism: 1,
      length: 32,
    });
    const { items } = await readDetected(
      'bitwarden',
      sealed(key, { kdfType: 1, kdfIterations: 2, kdfMemory: 16, kdfParallelism: 1 }),
      password,
    );
    expect(only(items).content.password).toBe('p');
  });

  it('says that the password is wrong, or missing', async () => {
    const key = pbkdf2Sync('other', salt, 5000, 32, 'sha256');
    await expect(readAs('bitwarden', sealed(key, fastKdf), password)).rejects.toThrow(vaultError('incorrect_password'));
    await expect(readAs('bitwarden', sealed(key, fastKdf))).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused before deriving where it asks for more than Bitwarden would', async () => {
    const never = { ...password, argon2: () => Promise.reject(new Error('derived')) };
    for (const kdf of [
      { kdfType: 0, kdfIterations: 2_000_001 },
      { kdfType: 0, kdfIterations: 4999 },
      { kdfType: 0, kdfIterations: 5000.5 },
      { kdfType: 0, kdfIterations: '5000' },
      { kdfType: 2, kdfIterations: 5000 },
      { kdfType: 2, kdfIterations: 3, kdfMemory: 64, kdfParallelism: 4 },
      { kdfType: 1, kdfIterations: 3, kdfMemory: 1025, kdfParallelism: 1 },
      { kdfType: 1, kdfIterations: 11, kdfMemory: 64, kdfParallelism: 1 },
      { kdfType: 1, kdfIterations: 3, kdfMemory: 64, kdfParallelism: 17 },
      { kdfType: 1, kdfIterations: 3, kdfMemory: 64, kdfParallelism: null },
    ]) {
      await expect(readAs('bitwarden', sealed(Buffer.alloc(32), kdf), never)).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('may ask for the most that Bitwarden would', async () => {
    const asked: unknown[] = [];
    const argon2: Argon2 = (parameters) => {
      asked.push(parameters);
      return Promise.resolve(fastKey);
    };
    const kdf = { kdfType: 1, kdfIterations: 10, kdfMemory: 1024, kdfParallelism: 16 };
    await readAs('bitwarden', sealed(fastKey, kdf), { ...password, argon2 });
    expect(asked).toEqual([
      {
        type: 'id',
        version: 0x13,
        password: Buffer.from('pässword'),
        salt: createHash('sha256').update(salt).digest(),
        iterations: 10,
        memoryKiB: 1024 * 1024,
        parallelism: 16,
        length: 32,
      },
    ]);
  });

  it('is refused where data and password do not belong together, or it is damaged', async () => {
    const good = seal(file([login]), fastKey);
    const [head, data, mac] = good.split('|');
    const wrong = [
      ...[seal('{}', Buffer.alloc(32)), '2.x', null, good.slice(0, -8), `x${good}`, `${good}|`],
      ...[`${head}|${data}|AAAA`, `2.AAAA|${data}|${mac}`, `${head}|AAAA|${mac}`],
      ...[seal('{"items":[', fastKey), seal('[]', fastKey), seal('{"items":{}}', fastKey)],
      authentic(Buffer.alloc(32), fastKey),
      authentic(Buffer.alloc(16), fastKey, Buffer.alloc(15)),
    ];
    for (const data of wrong) {
      await expect(readAs('bitwarden', sealed(fastKey, fastKdf, { data }), password)).rejects.toThrow(vaultError('invalid_request'));
    }
    for (const check of [
      null,
      '2.AAAA|AAAA|AAAA',
      `${head}|A|${mac}`,
      `${head}|AAAA|${mac}`,
      authentic(Buffer.alloc(20), Buffer.alloc(32)),
    ]) {
      const text = sealed(fastKey, fastKdf, { encKeyValidation_DO_NOT_EDIT: check });
      await expect(readAs('bitwarden', text, password)).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where only its account can open it, even if it does not say so', async () => {
    const name = seal('x', Buffer.alloc(32));
    for (const text of [
      JSON.stringify({ encrypted: true, encKeyValidation_DO_NOT_EDIT: name, items: [{ name }] }),
      JSON.stringify({ encrypted: true, items: [] }),
      JSON.stringify({ encKeyValidation_DO_NOT_EDIT: name, items: [] }),
      file([{ type: 1, name }]),
      file([{ id: 'a', data: name }]),
      sealed(fastKey, fastKdf, { data: seal(file([{ name }]), fastKey) }),
    ]) {
      await expect(readAs('bitwarden', text, password)).rejects.toThrow(
        expect.objectContaining({
          code: 'invalid_request',
          message: 'this export can be opened by the Bitwarden account alone that wrote it',
          hint: 'export again: as JSON without encryption, or encrypted and password protected',
        }) as Error,
      );
    }
  });

  it('is plain where a name only looks somewhat like a sealed text', async () => {
    const names = ['2.5|inch', 'the 2.A|', '2. x|'].map((name) => [name]);
    for (const [name] of names) {
      expect(only((await readAs('bitwarden', file([{ name, data: '2.A|' }]), password)).items).content.name).toBe(name);
    }
  });
});
