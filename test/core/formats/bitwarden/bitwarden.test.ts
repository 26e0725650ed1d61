import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expand } from '../../../../src/core/formats/bitwarden/decrypt.ts';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, realArgon2, shownFields } from '../support.ts';
import { createHash } from 'node:crypto';
import { zipOf } from '../zip-support.ts';

type Json = Readonly<Record<string, unknown>>;

const login = {
  id: 'a',
  type: 1,
  name: 'Site',
  folderId: null,
  login: { uris: [{ match: null, uri: 'https://a.example' }], username: 'u', password: 'p', totp: null },
};

function file(items: readonly Json[], more: Json = {}): string {
  return JSON.stringify({ encrypted: false, folders: [], items, ...more });
}

/** `2.iv|ciphertext|mac`, as Bitwarden's programs write it. */
function seal(text: string, key: Uint8Array): string {
  const iv = Buffer.alloc(16, 7);
  const cipher = createCipheriv('aes-256-cbc', expand(key, 'enc'), iv);
  const data = Buffer.concat([cipher.update(text), cipher.final()]);
  const mac = createHmac('sha256', expand(key, 'mac')).update(iv).update(data).digest();
  return `2.${[iv, data, mac].map((part) => part.toString('base64')).join('|')}`;
}

const salt = Buffer.alloc(16, 3).toString('base64');

function sealed(key: Uint8Array, kdf: Json): string {
  return JSON.stringify({
    encrypted: true,
    passwordProtected: true,
    salt,
    ...kdf,
    encKeyValidation_DO_NOT_EDIT: seal('check', key),
    data: seal(file([login]), key),
  });
}

const password = { filePassword: () => Promise.resolve('pässword') };

describe('Bitwarden JSON', () => {
  it('gives logins with all their addresses, folders by their paths, times and trash', async () => {
    const item = {
      ...login,
      folderId: 'f',
      favorite: true,
      notes: 'n',
      creationDate: '2023-01-01T08:00:00.000Z',
      revisionDate: '2023-12-01T12:00:00Z',
      deletedDate: '2024-01-01T00:00:00.000Z',
      archivedDate: '2024-01-01T00:00:00.000Z',
      login: {
        ...login.login,
        uris: [{ uri: 'https://a.example', match: 5 }, { uri: 'androidapp://com.a' }],
        totp: 'JBSWY3DPEHPK3PXP',
        passwordRevisionDate: '2023-06-01T00:00:00.000Z',
      },
    };
    const { items, problems } = await readDetected('bitwarden', file([item], { folders: [{ id: 'f', name: 'Work/Servers' }] }));
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        name: 'Site',
        urls: ['https://a.example', 'androidapp://com.a'],
        tags: ['Work/Servers', 'favorite', 'archived'],
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
      },
      createdAt: '2023-01-01T08:00:00.000Z',
      updatedAt: '2023-12-01T12:00:00.000Z',
      passwordChangedAt: '2023-06-01T00:00:00.000Z',
      trashed: true,
    });
  });

  it('takes whatever may be missing or null', async () => {
    const items = [
      { name: 'a', type: 1 },
      { name: 'b', type: 1, login: null, fields: null, passwordHistory: null, collectionIds: [null] },
      { name: 'c', type: 1, login: { uris: null } },
      { name: 'd', type: 2, secureNote: { type: 0 } },
    ];
    const read = await readAs('bitwarden', JSON.stringify({ items }));
    expect(read.items.map(({ content }) => content.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(read.problems).toEqual([]);
  });

  it('keeps cards, identities, keys and kinds that came later as fields', async () => {
    const { items } = await readDetected(
      'bitwarden',
      file([
        {
          name: 'card',
          type: 3,
          card: { cardholderName: 'J', brand: 'Visa', number: '4111', expMonth: '1', expYear: '2030', code: '123' },
        },
        { name: 'identity', type: 4, identity: { title: null, firstName: 'Jane', username: 'jane', ssn: '12', passportNumber: 'P1' } },
        { name: 'ssh', type: 5, sshKey: { privateKey: '-----BEGIN', publicKey: 'ssh-ed25519 A', keyFingerprint: 'SHA256:x' } },
        { name: 'bank', type: 6, bankAccount: { bankName: 'B', iban: 'DE1' } },
      ]),
    );
    expect(items.map((item) => [item.content.username, shownFields(item)])).toEqual([
      [null, ['kind=card', 'cardholder name=J', 'brand=Visa', 'exp month=1', 'exp year=2030', 'card number*=4111', 'security code*=123']],
      ['jane', ['kind=identity', 'first name=Jane', 'ssn*=12', 'passport number=P1']],
      [null, ['kind=SSH key', 'private key*=-----BEGIN', 'public key=ssh-ed25519 A', 'key fingerprint=SHA256:x']],
      [null, ['kind=bank account', 'bank name=B', 'iban*=DE1']],
    ]);
  });

  it('keeps own fields of all four types and earlier passwords', async () => {
    const item = {
      ...login,
      fields: [
        { name: 'plain', value: 'a', type: 0 },
        { name: 'pin', value: '1', type: 1 },
        { name: 'on', value: 'true', type: 2 },
        { name: 'user', value: null, type: 3, linkedId: 100 },
      ],
      passwordHistory: [
        { lastUsedDate: '2023-01-15T10:30:00.000Z', password: 'old' },
        { lastUsedDate: null, password: 'older' },
      ],
    };
    const { items } = await readAs('bitwarden', file([item]));
    expect(shownFields(only(items))).toEqual([
      'plain=a',
      'pin*=1',
      'on=true',
      'user=linked field',
      'password until 2023-01-15*=old',
      'earlier password*=older',
    ]);
  });

  it('keeps passkeys whole, under the names of the exchange format', async () => {
    const passkey = {
      credentialId: 'a3e15f8b-27c1-42ae-90cf-a615ad87854f',
      keyType: 'public-key',
      keyAlgorithm: 'ECDSA',
      keyCurve: 'P-256',
      keyValue: 'MIGH',
      rpId: 'webauthn.example',
      userHandle: 'aTE',
      userName: 'me',
      counter: '0',
      rpName: 'R',
      userDisplayName: 'Me',
      discoverable: 'true',
      creationDate: '2024-10-23T16:38:08.617Z',
    };
    const { items } = await readAs(
      'bitwarden',
      file([{ ...login, login: { ...login.login, fido2Credentials: [passkey, { ...passkey, credentialId: 'b64.AQID' }] } }]),
    );
    const [first, second] = only(items).content.fields;
    expect(first).toMatchObject({ name: 'passkey webauthn.example', hidden: true });
    expect(JSON.parse(first?.value ?? '')).toMatchObject({
      credentialId: 'o-FfiyfBQq6Qz6YVrYeFTw',
      key: 'MIGH',
      username: 'me',
      rpId: 'webauthn.example',
      counter: '0',
    });
    expect(JSON.parse(second?.value ?? '')).toMatchObject({ credentialId: 'AQID' });
  });

  it('knows the collections of organisations', async () => {
    const { items } = await readDetected(
      'bitwarden',
      JSON.stringify({
        encrypted: false,
        collections: [{ id: 'c', name: 'Bank' }],
        items: [{ ...login, collectionIds: ['c', 'unknown'] }],
      }),
    );
    expect(only(items).content.tags).toEqual(['Bank']);
  });

  it('goes on behind what is no item, and says so', async () => {
    const { items, problems } = await readAs('bitwarden', JSON.stringify({ items: [null, login, 'x'] }));
    expect(items.map(({ content }) => content.name)).toEqual(['Site']);
    expect(problems.map(({ place }) => place)).toEqual(['item 1', 'item 3']);
  });

  it('keeps as fields what a later version of Bitwarden adds, and names attachments that the file does not hold', async () => {
    const later = {
      ...login,
      vaccine: { dose: '2', secretCode: 's' },
      login: { ...login.login, hint: 'h' },
      attachments: [{ fileName: 'a' }],
    };
    const { items, problems } = await readAs('bitwarden', JSON.stringify({ items: [later] }));
    expect(shownFields(only(items))).toEqual(expect.arrayContaining(['vaccine dose=2', 'vaccine secret code*=s', 'hint=h']));
    expect(problems).toEqual([{ place: 'item 1 (Site)', message: expect.stringContaining('attachments') as string }]);
  });
});

describe('a protected export of Bitwarden', () => {
  it('opens with its password, derived by PBKDF2', async () => {
    const key = pbkdf2Sync('pässword', salt, 5000, 32, 'sha256');
    const { items } = await readDetected('bitwarden', sealed(key, { kdfType: 0, kdfIterations: 5000 }), password);
    expect(only(items).content.password).toBe('p');
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
    const kdf = { kdfType: 0, kdfIterations: 5000 };
    await expect(readAs('bitwarden', sealed(key, kdf), password)).rejects.toThrow(vaultError('incorrect_password'));
    await expect(readAs('bitwarden', sealed(key, kdf))).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused before deriving where it asks for more than Bitwarden would', async () => {
    const never = { ...password, argon2: () => Promise.reject(new Error('derived')) };
    for (const kdf of [
      { kdfType: 0, kdfIterations: 2_000_001 },
      { kdfType: 0, kdfIterations: 4999 },
      { kdfType: 0, kdfIterations: 5000.5 },
      { kdfType: 0, kdfIterations: '5000' },
      { kdfType: 2, kdfIterations: 5000 },
      { kdfType: 1, kdfIterations: 3, kdfMemory: 1025, kdfParallelism: 1 },
      { kdfType: 1, kdfIterations: 11, kdfMemory: 64, kdfParallelism: 1 },
      { kdfType: 1, kdfIterations: 3, kdfMemory: 64, kdfParallelism: null },
    ]) {
      await expect(readAs('bitwarden', sealed(Buffer.alloc(32), kdf), never)).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where data and password do not belong together, or it is damaged', async () => {
    const key = pbkdf2Sync('pässword', salt, 5000, 32, 'sha256');
    const good = JSON.parse(sealed(key, { kdfType: 0, kdfIterations: 5000 })) as Json;
    for (const data of [seal('{}', Buffer.alloc(32)), '2.x', null, String(good['data']).slice(0, -8)]) {
      await expect(readAs('bitwarden', JSON.stringify({ ...good, data }), password)).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where only its account can open it, even if it does not say so', async () => {
    const name = seal('x', Buffer.alloc(32));
    for (const text of [
      JSON.stringify({ encrypted: true, encKeyValidation_DO_NOT_EDIT: name, items: [{ name }] }),
      file([{ type: 1, name }]),
      file([{ id: 'a', data: name }]),
    ]) {
      await expect(readAs('bitwarden', text, password)).rejects.toThrow('account alone');
    }
  });
});

describe("Bitwarden's archive", () => {
  it('brings its attachments', async () => {
    const zip = zipOf([
      { name: 'data.json', data: Buffer.from(file([login])) },
      { name: 'attachments/a/photo.png', data: Buffer.from([1, 2, 3]) },
    ]);
    const { items } = await readDetected('bitwarden', zip);
    const [attachment] = only(items).attachments;
    expect(attachment).toMatchObject({ name: 'photo.png', size: 3 });
    expect([...(attachment?.read() ?? [])]).toEqual([1, 2, 3]);
  });

  it('reports attachments that an item names and the archive lacks, and those of no item; not those that it brings', async () => {
    const items = ['a', 'b'].map((id) => ({ ...login, id, name: id, attachments: [{ fileName: 'f' }] }));
    const { problems } = await readAs(
      'bitwarden',
      zipOf([
        { name: 'data.json', data: Buffer.from(file(items)) },
        ...['a/f', 'gone/f'].map((path) => ({ name: `attachments/${path}`, data: Buffer.from([1]) })),
      ]),
    );
    expect(problems.map(({ place, message }) => `${place} ${message}`)).toEqual([
      'item 2 (b) has attachments, which the file names and does not hold: left out',
      'attachment f is of an item that is not in the file: left out',
    ]);
  });

  it('is refused without its data', async () => {
    await expect(readAs('bitwarden', zipOf([{ name: 'x', data: Buffer.alloc(1) }]))).rejects.toThrow(vaultError('invalid_request'));
  });
});
