import { describe, expect, it } from 'vitest';
import { isCxf } from '../../../../src/core/formats/cxf/read.ts';
import type { ImportedItem } from '../../../../src/core/formats/item.ts';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import { only, plainOptions, readAs, shownFields } from '../support.ts';
import { concealed, file, item, type Json, text } from './support.ts';

async function readItem(one: Json): Promise<ImportedItem> {
  const { items, problems } = await readAs('cxf', file([one]));
  expect(problems).toEqual([]);
  return only(items);
}

describe('an item of the exchange format', () => {
  it('is the same entry whole, and what has a place of its own becomes no field', async () => {
    const credentials = [
      { type: 'basic-auth', username: text('me'), password: concealed('pw'), urls: ['https://old.example'] },
      { type: 'totp', secret: 'JBSWY3DPEHPK3PXP', period: 30, digits: 6, algorithm: 'sha1' },
      { type: 'note', content: text('n') },
      { type: 'passkey', credentialId: 'AQID', rpId: 'a.example' },
    ];
    const scope = { urls: ['https://a.example'], androidApps: [{ bundleId: 'com.a' }, { bundleId: null }] };
    expect(await readItem(item(credentials, { scope, subtitle: 'me', tags: ['one', null], favorite: true }))).toEqual({
      content: {
        name: 'T',
        username: 'me',
        password: 'pw',
        urls: ['https://a.example', 'androidapp://com.a', 'https://old.example'],
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
        notes: 'n',
        fields: [{ name: 'passkey a.example', value: '{"credentialId":"AQID","rpId":"a.example"}', hidden: true }],
        tags: ['one', 'favorite'],
      },
      createdAt: '2024-01-13T10:40:00.000Z',
      updatedAt: '2024-01-14T10:40:00.000Z',
      passwordChangedAt: null,
      trashed: false,
      pending: null,
      history: [],
      attachments: [],
      place: 'item 1 (T)',
    });
  });

  it('keeps a subtitle that says more than the user, and is no favourite unless it says so', async () => {
    const { content } = await readItem(item([{ type: 'login', username: 'me', password: 'pw' }], { subtitle: 'at work', favorite: false }));
    expect(content).toMatchObject({
      username: 'me',
      password: 'pw',
      tags: [],
      fields: [{ name: 'subtitle', value: 'at work', hidden: false }],
    });
  });

  it('keeps texts of all kinds without labels, and a credential that does not say what it is', async () => {
    const credentials = [
      { type: 'address', postalCode: text('123'), id: 'x', extensions: [{ name: 'left out' }] },
      { type: 'identity-document', number: { fieldType: 'string' }, issued: { value: '2020' } },
      { type: 'ssh-key', privateKey: concealed('MC4', 'Key') },
      { depth: 3, username: text('u'), key: text('k') },
      { type: 'totp', issuer: 'x' },
      { type: 'custom-fields', fields: [concealed('a'), 'x'] },
      { type: 'item-reference', reference: { item: 'j' } },
    ];
    expect(shownFields(await readItem(item(credentials)))).toEqual([
      'kind=address',
      'postal code=123',
      'kind=identity document',
      'issued=2020',
      'kind=ssh key',
      'Key*=MC4',
      'kind=credential',
      'depth=3',
      'username=u',
      'key=k',
      'one-time code issuer*=x',
      'fields*=x',
      'field*=a',
      'reference reference item=j',
    ]);
  });

  it('keeps a second password by what it is, and all of an API key', async () => {
    const login = { type: 'basic-auth', username: text('me'), password: concealed('pw') };
    const key = { type: 'api-key', key: concealed('k'), username: text('robot'), url: 'https://a.example', validFrom: text('2020') };
    expect(shownFields(await readItem(item([login, { type: 'generated-password', password: 'gen' }, key])))).toEqual([
      'generated password*=gen',
      'username=robot',
      'API key*=k',
      'kind=api key',
      'valid from=2020',
    ]);
    const labelled = await readItem(item([login, { ...key, key: concealed('k', 'Token') }]));
    expect(shownFields(labelled)).toContain('Token*=k');
    expect(labelled.content.urls).toEqual(['https://a.example']);
  });

  it('keeps what came later in credentials that are known, in their parts and beside them', async () => {
    const credentials = [
      {
        type: 'basic-auth',
        id: 'x',
        username: { ...text('me'), hint: 'a' },
        password: { fieldType: 'concealed-string', value: { parts: ['p'] } },
        strength: 4,
      },
      { type: 'generated-password', password: 'gen', policy: 'long' },
      { type: 'totp', secret: 'JBSWY3DPEHPK3PXP', counter: 7 },
      { type: 'note', label: 'n', content: text('note'), format: 'plain', extensions: [{ name: 'shared' }] },
      { type: 'custom-fields', label: 'Set', fields: [{ ...concealed('v', 'f'), rank: 1 }, 'loose'], order: 2 },
      { type: 'api-key', key: { ...concealed('k', 'Token'), scope: 'all' } },
      { type: 'api-key', key: { value: { parts: ['q'] } } },
      { type: 'wifi', ssid: { ...text('net'), band: '5 GHz' } },
    ];
    const found = await readItem(item([...credentials, 'loose'], { scope: { urls: [], iosApps: ['app'] } }));
    const { username, password, notes, totp } = found.content;
    expect([username, password, notes, totp]).toEqual(['me', 'gen', 'note', 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP']);
    expect(shownFields(found)).toEqual([
      'scope ios apps=app',
      'credentials*=loose',
      'username hint=a',
      'password value parts*=p',
      'strength=4',
      'policy=long',
      'counter=7',
      'format=plain',
      'fields*=loose',
      'f*=v',
      'f rank*=1',
      'order=2',
      'Token*=k',
      'Token scope*=all',
      'kind=api key',
      'key value parts*=q',
      'kind=api key',
      'kind=wifi',
      'ssid=net',
      'ssid band=5 GHz',
    ]);
  });

  it('names the file that it does not carry', async () => {
    const { items, problems } = await readAs('cxf', file([item([{ type: 'file', id: 'f', name: 'x.pdf', decryptedSize: 1 }]), 7]));
    expect(shownFields(only(items))).toEqual(['file id=f', 'file name=x.pdf', 'file decrypted size=1']);
    expect(problems).toEqual([
      { place: 'item 1 (T)', message: 'has a file, whose contents the format does not carry' },
      { place: 'item 2', message: 'is no item: nothing of it could be read' },
    ]);
  });

  it('has all of its collections as tags, in either spelling of what is below them', async () => {
    const collections = [
      { title: 'A', items: [{ item: 'i' }, {}, { item: '' }], sub_collections: [{ title: 'B', items: [{ item: 'i' }] }] },
      { items: [{ item: 'i' }], subCollections: [{ title: 'C', items: [{ item: 'i' }] }] },
    ];
    const { items } = await readAs('cxf', file([item([]), item([], { id: 'j' }), item([], { id: undefined })], { collections }));
    expect(items.map(({ content }) => content.tags)).toEqual([['A', 'A/B', 'C'], [], []]);
  });
});

describe('a time of the exchange format', () => {
  const now = Math.floor(plainOptions.now / 1000);
  const appleOffset = 978_307_200;

  async function timesOf(header: Json, ...seconds: number[]): Promise<(string | null)[]> {
    const accounts = [{ items: seconds.map((creationAt) => item([], { creationAt })) }];
    const { items } = await readAs('cxf', JSON.stringify({ accounts, ...header }));
    return items.map(({ createdAt }) => createdAt);
  }
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();

  it('is taken back by what iOS adds, where Apple wrote it and it is later than tomorrow alone', async () => {
    const tomorrow = now + 86_400;
    const written = [tomorrow, tomorrow + 1, tomorrow + appleOffset, tomorrow + appleOffset + 1];
    const back = [tomorrow, tomorrow + 1 - appleOffset, tomorrow, tomorrow + appleOffset + 1].map(iso);
    for (const exporterRpId of ['apple.com', 'www.iCloud.com']) expect(await timesOf({ exporterRpId }, ...written)).toEqual(back);
    for (const exporterRpId of ['a.example', undefined]) expect(await timesOf({ exporterRpId }, ...written)).toEqual(written.map(iso));
  });
});

describe('a file of the exchange format', () => {
  it('is known by its header, or by words of its items', () => {
    const isOne = (json: string) => isCxf(bytesSource(Buffer.from(json)));
    for (const key of ['exporterRpId', 'creationAt', 'credentials', 'fieldType']) {
      expect([`{"${key}":1}`, ` \n{"${key}" : 1}`].map(isOne)).toEqual([true, true]);
    }
    expect(['{"x":"exporterRpId"}', '{"x":"fieldType"}', '[{"fieldType":1}]', 'x{"fieldType":1}'].map(isOne)).toEqual(Array(4).fill(false));
  });

  it('is refused where it holds no accounts', async () => {
    for (const json of ['{"accounts":[]}', '{"accounts":[null]}', '{"items":{}}']) {
      await expect(readAs('cxf', json)).rejects.toThrow('it holds no accounts');
    }
  });
});
