import { describe, expect, it } from 'vitest';
import { isBitwarden } from '../../../../src/core/formats/bitwarden/read.ts';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';
import { file, login } from './support.ts';

function isOne(file: string | Uint8Array): boolean {
  return isBitwarden(bytesSource(Buffer.from(file)));
}

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
    expect(problems).toEqual(['item 1', 'item 3'].map((place) => ({ place, message: 'is no item: nothing of it could be read' })));
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
    const without = [{ name: 'attachments/a/f', data: Buffer.alloc(1) }];
    await expect(readAs('bitwarden', zipOf(without))).rejects.toThrow('it holds no data.json');
    expect(isOne(zipOf(without))).toBe(false);
  });

  it('is not taken for one that has other files too, or is damaged', () => {
    const data = { name: 'data.json', data: Buffer.from(file([login])) };
    for (const zip of [zipOf([data, { name: 'other', data: Buffer.alloc(1) }]), zipOf([data]).subarray(0, 100)]) {
      expect(isOne(zip)).toBe(false);
    }
  });
});

describe('a file of Bitwarden', () => {
  it('is known by any key that no other program has, however it is laid out', async () => {
    const keys = ['organizationId', 'collectionIds', 'folderId', 'secureNote', 'passwordHistory', 'reprompt', 'fido2Credentials'];
    const inItems = keys.flatMap((key) => ['', ' '].map((space) => ` \n{"items":[{"name":"a","${key}"${space}:null}]}`));
    for (const text of [...inItems, '{"encrypted":false,"items":[{"name":"a"}]}', '{"encrypted" : false,"items":[{"name":"a"}]}']) {
      expect(only((await readDetected('bitwarden', text)).items).content.name).toBe('a');
    }
    for (const key of ['encKeyValidation_DO_NOT_EDIT', 'passwordProtected']) {
      expect(isOne(`{"${key}":true}`)).toBe(true);
    }
  });

  it("is not taken for one where it is Proton Pass's, or any other JSON", () => {
    for (const vaults of ['"vaults":', '"vaults" :']) {
      expect(isOne(`{"encrypted":false,${vaults}{}}`)).toBe(false);
    }
    expect(isOne('{"folder":"organizationId"}')).toBe(false);
  });

  it('is refused where it holds no items', async () => {
    for (const items of ['{}', 'null']) {
      await expect(readAs('bitwarden', `{"encrypted":false,"items":${items}}`)).rejects.toThrow('it holds no items');
    }
  });

  it('may be a table, whose notes may look like anything', async () => {
    const table = csv(
      ['folder', 'favorite', 'type', 'name', 'notes', 'fields', 'reprompt', 'login_uri', 'login_username', 'login_password', 'login_totp'],
      ['Work', '1', 'login', 'Site', '\n{"encrypted":true}', 'pin: 1', '0', 'https://a.example', 'u', 'p', ''],
    );
    const { items, problems } = await readDetected('bitwarden', table);
    expect(problems).toEqual([]);
    expect(only(items).content).toEqual({
      name: 'Site',
      username: 'u',
      password: 'p',
      urls: ['https://a.example'],
      totp: null,
      notes: '\n{"encrypted":true}',
      fields: [{ name: 'pin', value: '1', hidden: true }],
      tags: ['Work', 'favorite'],
    });
    await expect(readAs('bitwarden', csv(['name', 'secret'], ['a', 'b']))).rejects.toThrow('Bitwarden');
  });
});
