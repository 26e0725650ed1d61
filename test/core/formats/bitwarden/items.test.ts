import { describe, expect, it } from 'vitest';
import type { ImportedItem } from '../../../../src/core/formats/item.ts';
import { only, readAs, readDetected, shownFields } from '../support.ts';
import { file, type Json, login } from './support.ts';

async function readItem(item: Json): Promise<ImportedItem> {
  const { items, problems } = await readAs('bitwarden', file([item]));
  expect(problems).toEqual([]);
  return only(items);
}

async function passkeys(...credentials: Json[]): Promise<unknown[]> {
  const { content } = await readItem({ ...login, login: { ...login.login, fido2Credentials: credentials } });
  return content.fields.map(({ name, value, hidden }) => [name, JSON.parse(value) as unknown, hidden]);
}

describe('an item of Bitwarden', () => {
  it('is the same entry whole, and nothing that means something to Bitwarden alone becomes a field', async () => {
    const whole = {
      id: 'a',
      organizationId: 'o',
      folderId: 'f',
      collectionIds: ['c'],
      type: 1,
      object: 'item',
      key: 'k',
      edit: true,
      viewPassword: true,
      permissions: { delete: true },
      organizationUseTotp: true,
      name: 'Site',
      notes: 'first\nsecond',
      favorite: true,
      reprompt: 1,
      fields: [{ name: 'pin', value: '1', type: 1 }],
      login: {
        uris: [{ uri: 'https://a.example', match: 5 }],
        uri: 'https://b.example',
        username: 'u',
        password: 'p',
        totp: 'JBSWY3DPEHPK3PXP',
        passwordRevisionDate: '2023-06-01T00:00:00.000Z',
        fido2Credentials: [],
        autofillOnPageLoad: true,
      },
      secureNote: { type: 0 },
      passwordHistory: [{ lastUsedDate: '2023-01-15T10:30:00.000Z', password: 'old' }],
      attachments: [],
      creationDate: '2023-01-01T08:00:00.000Z',
      revisionDate: '2023-12-01T12:00:00.000Z',
      deletedDate: '2024-01-01T00:00:00.000Z',
      archivedDate: '2024-01-01T00:00:00.000Z',
    };
    const folders = [{ name: 'without id' }, { id: 'f', name: 'Work' }];
    const { items, problems } = await readDetected('bitwarden', file([whole], { folders, collections: [{ id: 'c', name: 'Bank' }] }));
    expect(problems).toEqual([]);
    expect(only(items)).toEqual({
      content: {
        name: 'Site',
        username: 'u',
        password: 'p',
        urls: ['https://a.example', 'https://b.example'],
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
        notes: 'first\nsecond',
        fields: [
          { name: 'pin', value: '1', hidden: true },
          { name: 'password until 2023-01-15', value: 'old', hidden: true },
        ],
        tags: ['Work', 'Bank', 'favorite', 'archived'],
      },
      createdAt: '2023-01-01T08:00:00.000Z',
      updatedAt: '2023-12-01T12:00:00.000Z',
      passwordChangedAt: '2023-06-01T00:00:00.000Z',
      trashed: true,
      pending: null,
      history: [],
      attachments: [],
      place: 'item 1 (Site)',
    });
  });

  it('is neither in the trash nor tagged where it says nothing of it', async () => {
    const { content, trashed } = await readItem(login);
    expect([content.tags, trashed]).toEqual([[], false]);
  });

  it('keeps what came later in its lists, and what stands in them, or in their place, that is none of theirs', async () => {
    const later = {
      name: 'T',
      fields: [
        { name: 'a', value: 'b', type: 0, linkedId: null, colour: 'red' },
        { name: 'c', value: 'd', type: 1, hint: 'e' },
        'loose',
        { z: 1 },
      ],
      login: { uris: [{ uri: 'https://a.example', match: 1, uriChecksum: 'x', note: 'first' }], fido2Credentials: 'none' },
      passwordHistory: [{ password: 'old', lastUsedDate: '2024-01-02T00:00:00Z', reason: 'leak' }, 7],
      secureNote: { type: 0, mood: 'calm' },
    };
    expect(shownFields(await readItem(later))).toEqual([
      'URL note=first',
      'fido2Credentials*=none',
      'fields*=loose',
      'a=b',
      'a colour=red',
      'c*=d',
      'c hint*=e',
      'z=1',
      'mood=calm',
      'password history*=7',
      'password until 2024-01-02*=old',
      'earlier password reason*=leak',
    ]);
  });

  it("holds a driver's licence or a passport, whose number is no card's, and a user beside that of its login", async () => {
    expect(shownFields(await readItem({ name: 'l', type: 7, driversLicense: { licenseNumber: 'L1', issuingState: 'X' } }))).toEqual([
      "kind=driver's licence",
      'license number=L1',
      'issuing state=X',
    ]);
    expect(shownFields(await readItem({ name: 'p', type: 8, passport: { number: 'N1', code: 'UTO' } }))).toEqual([
      'kind=passport',
      'number=N1',
      'code=UTO',
    ]);
    const { content } = await readItem({ name: 'i', type: 4, login: { username: 'one' }, identity: { username: 'two' } });
    expect([content.username, content.fields]).toEqual([
      'one',
      [
        { name: 'kind', value: 'identity', hidden: false },
        { name: 'username', value: 'two', hidden: false },
      ],
    ]);
  });
});

describe('a passkey of Bitwarden', () => {
  const passkey = {
    credentialId: 'b64.AQID',
    keyType: 'public-key',
    keyAlgorithm: 'ECDSA',
    keyCurve: 'P-256',
    keyValue: 'MIGH',
    rpId: 'a',
  };

  it('has its id in base64url, whether it is written as that, as a UUID, or as something else', async () => {
    const uuid = 'a3e15f8b-27c1-42ae-90cf-a615ad87854f';
    const written = ['b64.AQID', uuid, uuid.toUpperCase(), `x${uuid}`, `${uuid}x`, null];
    const read = await passkeys(...written.map((credentialId) => ({ ...passkey, credentialId })));
    expect(read).toEqual(
      ['AQID', 'o-FfiyfBQq6Qz6YVrYeFTw', 'o-FfiyfBQq6Qz6YVrYeFTw', `x${uuid}`, `${uuid}x`, null].map((credentialId) => [
        'passkey a',
        { credentialId, key: 'MIGH', username: '', rpId: 'a' },
        true,
      ]),
    );
  });

  it('says of what kind its key is where it is not the usual one', async () => {
    const kinds = [
      { keyType: 'other', keyAlgorithm: 'ECDSA', keyCurve: 'P-256' },
      { keyType: 'public-key', keyAlgorithm: 'RSA', keyCurve: 'P-256' },
      { keyType: 'public-key', keyAlgorithm: 'ECDSA', keyCurve: 'P-521' },
    ];
    expect(await passkeys(...kinds.map((kind) => ({ ...passkey, ...kind })))).toEqual(
      kinds.map((kind) => ['passkey a', { credentialId: 'AQID', key: 'MIGH', username: '', rpId: 'a', ...kind }, true]),
    );
  });
});
