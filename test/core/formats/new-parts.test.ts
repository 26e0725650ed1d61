import { describe, expect, it } from 'vitest';
import { archive } from './onepassword/support.ts';
import { readAs } from './support.ts';

type Json = Readonly<Record<string, unknown>>;

const marker = 'what came later';

/** An item with one more part at each of its places, each by the place: in every object a key more, in every list a text more. */
function* withNewPart(value: unknown, place = ''): Generator<[place: string, changed: unknown]> {
  if (Array.isArray(value)) {
    yield [`a text in ${place}`, [...(value as unknown[]), marker]];
    for (const [at, part] of value.entries()) {
      for (const [inner, changed] of withNewPart(part, `${place}[]`)) yield [inner, value.with(at, changed)];
    }
  } else if (typeof value === 'object' && value !== null) {
    yield [place === '' ? 'item' : place, { ...value, later: marker }];
    for (const [key, part] of Object.entries(value)) {
      for (const [inner, changed] of withNewPart(part, place === '' ? key : `${place}.${key}`)) yield [inner, { ...value, [key]: changed }];
    }
  }
}

/** Where in an item a new part is neither kept nor reported. */
async function placesNotKept(format: string, item: Json, file: (item: unknown) => string | Uint8Array): Promise<string[]> {
  const lost = new Set<string>();
  for (const [place, changed] of withNewPart(item)) {
    const { items, problems } = await readAs(format, file(changed));
    if (!JSON.stringify([items, problems]).includes(marker)) lost.add(place);
  }
  return [...lost].sort();
}

const json = (value: unknown) => JSON.stringify(value);

/*
 * Programs add to their formats. An import that knows nothing of it yet keeps it, but for the few places that are listed here: there they
 * write ids, and how something is shown.
 */
describe('a part that is new to Vault is kept', () => {
  it('of Bitwarden', async () => {
    const item = {
      ...{ id: 'i', organizationId: 'o', collectionIds: ['c'], folderId: 'f', type: 1, name: 'T', notes: 'n', favorite: true, reprompt: 0 },
      fields: [{ name: 'a', value: 'b', type: 0, linkedId: null }],
      login: {
        uris: [{ uri: 'https://a.example', match: null }],
        username: 'u',
        password: 'p',
        totp: null,
        fido2Credentials: [{ rpId: 'a.example' }],
      },
      card: { number: '4111' },
      secureNote: { type: 0 },
      passwordHistory: [{ password: 'o', lastUsedDate: '2024-01-02T03:04:05Z' }],
    };
    expect(await placesNotKept('bitwarden', item, (one) => json({ encrypted: false, folders: [], items: [one] }))).toEqual([
      'a text in collectionIds',
    ]);
  });

  it('of Proton Pass', async () => {
    const item = {
      ...{ itemId: 'i', shareId: 's', state: 1, aliasEmail: null, createTime: 1689182868, modifyTime: 1689182869, pinned: false },
      data: {
        type: 'login',
        metadata: { name: 'T', note: '', itemUuid: 'u' },
        content: { itemUsername: 'me', password: 'pw', urls: ['https://a.example'], passkeys: [{ rpId: 'a.example' }] },
        extraFields: [{ fieldName: 'a', type: 'text', data: { content: 'b' } }],
        platformSpecific: { android: { allowedApps: [{ packageName: 'a.b' }] } },
      },
    };
    expect(await placesNotKept('proton', item, (one) => json({ version: '1', vaults: { v: { name: 'V', items: [one] } } }))).toEqual([
      'data.platformSpecific.android.allowedApps[]',
    ]);
  });

  it('of Enpass', async () => {
    const item = {
      ...{ uuid: 'u', title: 'T', note: '', category: 'login', template_type: 'login.default', favorite: 0, trashed: 0, folders: ['f'] },
      icon: { type: 1, image: { file: 'x' } },
      fields: [{ uid: 1, type: 'text', label: 'a', value: 'b', history: [{ value: 'c', updated_at: 1 }] }],
      attachments: [{ name: 'a', data: 'AAAA' }],
    };
    expect(await placesNotKept('enpass', item, (one) => json({ folders: [], items: [one] }))).toEqual([
      'a text in folders',
      'attachments[]',
      'fields[]',
      'fields[].history[]',
      'icon',
      'icon.image',
    ]);
  });

  it('of 1Password', async () => {
    const item = {
      ...{ uuid: 'u', favIndex: 0, createdAt: 1, updatedAt: 1, state: 'active', categoryUuid: '001' },
      overview: { title: 'T', urls: [{ label: 'w', url: 'https://a.example' }], tags: ['t'], watchtowerExclusions: { weak: true } },
      details: {
        loginFields: [{ value: 'u', id: '', name: 'n', fieldType: 'T', designation: 'username' }],
        sections: [{ title: 'S', fields: [{ title: 'f', id: 'x', value: { string: 's' }, inputTraits: { keyboard: 'default' } }] }],
        passwordHistory: [{ value: 'o', time: 1 }],
      },
    };
    expect(await placesNotKept('1pux', item, (one) => archive([one]))).toEqual([
      'details.loginFields[]',
      'details.passwordHistory[]',
      'details.sections[]',
      'details.sections[].fields[]',
      'details.sections[].fields[].inputTraits',
      'overview.urls[]',
      'overview.watchtowerExclusions',
    ]);
  });

  it('of the exchange format', async () => {
    const item = {
      ...{ id: 'i', title: 'T', subtitle: 's', favorite: false, tags: ['t'], extensions: [] },
      scope: { urls: ['https://a.example'], androidApps: [{ bundleId: 'a.b' }] },
      credentials: [
        { type: 'basic-auth', username: { fieldType: 'string', value: 'u' }, password: { fieldType: 'concealed-string', value: 'p' } },
        { type: 'totp', secret: 'JBSWY3DPEHPK3PXP', digits: 6, period: 30 },
        { type: 'note', content: { fieldType: 'string', value: 'n' } },
        { type: 'custom-fields', fields: [{ fieldType: 'string', value: 'v', label: 'l' }] },
        { type: 'api-key', key: { fieldType: 'concealed-string', value: 'k' } },
        { type: 'generated-password', password: 'g' },
        { type: 'wifi', ssid: { fieldType: 'string', value: 'w' } },
        { type: 'passkey', rpId: 'a.example', fido2Extensions: { hmac: 'x' } },
      ],
    };
    expect(
      await placesNotKept('cxf', item, (one) => json({ version: { major: 1, minor: 0 }, accounts: [{ collections: [], items: [one] }] })),
    ).toEqual(['a text in scope.androidApps', 'scope.androidApps[]']);
  });
});
