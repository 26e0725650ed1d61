import { describe, expect, it } from 'vitest';
import { isOnePux } from '../../../../src/core/formats/onepassword/read.ts';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import type { ImportedItem } from '../../../../src/core/formats/item.ts';
import { only, readAs, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';
import { archive, item, type Json, section } from './support.ts';

async function readItem(one: Json): Promise<ImportedItem> {
  const { items, problems } = await readAs('1pux', archive([one]));
  expect(problems).toEqual([]);
  return only(items);
}

async function fieldsOf(category: string, details: Json): Promise<string[]> {
  return shownFields(await readItem(item(category, details)));
}

describe('an item of 1Password', () => {
  it('is the same entry whole, and nothing that means something to 1Password alone becomes a field', async () => {
    const details = {
      loginFields: [{ value: 'me', id: '', name: 'user', fieldType: 'T', designation: 'username' }],
      password: 'pw',
      sections: [section(['pin', { concealed: '1' }])],
      notesPlain: 'first\nsecond',
      passwordHistory: [{ value: 'old', time: 1600000000 }],
      documentAttributes: null,
      htmlForm: { htmlMethod: 'post' },
      backupKeys: ['k'],
    };
    const overview = {
      title: 'Site',
      subtitle: 'me',
      ainfo: 'me',
      url: 'https://a.example',
      urls: [{ label: 'website', url: 'https://b.example' }],
      tags: ['one'],
      icons: { detail: 'x' },
      ps: 50,
      pbe: 60.5,
      pgrng: true,
      watchtowerExclusions: { reused: true },
    };
    expect(await readItem(item('001', details, { overview, favIndex: 1, trashed: true }))).toEqual({
      content: {
        name: 'Site',
        username: 'me',
        password: 'pw',
        urls: ['https://b.example', 'https://a.example'],
        totp: null,
        notes: 'first\nsecond',
        fields: [
          { name: 'pin', value: '1', hidden: true },
          { name: 'password until 2020-09-13', value: 'old', hidden: true },
        ],
        tags: ['Personal', 'one', 'favorite'],
      },
      createdAt: '2022-09-20T02:46:50.000Z',
      updatedAt: '2022-11-12T21:08:25.000Z',
      passwordChangedAt: null,
      trashed: true,
      pending: null,
      history: [],
      attachments: [],
      place: 'item 1 (Site)',
    });
  });

  it('is no favourite and not archived unless it says so', async () => {
    const { content, trashed } = await readItem(item('001', { password: 'pw' }, { favIndex: 0 }));
    expect([content.tags, trashed]).toEqual([['Personal'], false]);
  });

  it('stands one level deeper in files of 2021, and its vault may have no name', async () => {
    const data = { accounts: [{ vaults: [{ items: [{ item: item('001', { password: 'pw' }) }] }] }] };
    const { items } = await readAs('1pux', zipOf([{ name: 'export.data', data: Buffer.from(JSON.stringify(data)) }]));
    expect(only(items).content).toMatchObject({ name: 'T', password: 'pw', tags: [] });
  });

  it('says of what kind it is, but for logins, notes and passwords', async () => {
    const kinds = [
      ['001', []],
      ['002', ['kind=credit card']],
      ['003', []],
      ['004', ['kind=identity']],
      ['005', []],
      ['006', ['kind=document']],
      ['100', ['kind=software licence']],
      ['101', ['kind=bank account']],
      ['102', ['kind=database']],
      ['103', ["kind=driver's licence"]],
      ['104', ['kind=outdoor licence']],
      ['105', ['kind=membership']],
      ['106', ['kind=passport']],
      ['107', ['kind=rewards programme']],
      ['108', ['kind=social security number']],
      ['109', ['kind=wireless router']],
      ['110', ['kind=server']],
      ['111', ['kind=email account']],
      ['112', ['kind=API credential']],
      ['113', ['kind=medical record']],
      ['114', ['kind=SSH key']],
      ['115', ['kind=crypto wallet']],
    ] as const;
    const { items } = await readAs('1pux', archive(kinds.map(([category]) => item(category, {}))));
    expect(items.map((one, at) => [kinds[at]?.[0], shownFields(one)])).toEqual(kinds);
  });
});

describe('a value of 1Password', () => {
  it('is left out where there is none, whatever its kind', async () => {
    const nothing = ['date', 'monthYear', 'email', 'address', 'sshKey', 'totp', 'file'].map((kind): [string, Json] => [
      kind,
      { [kind]: null },
    ]);
    const sections = [section(...nothing, ['never', { monthYear: 0 }], ['nobody', { email: { email_address: '' } }])];
    expect(await fieldsOf('001', { sections })).toEqual([]);
  });

  it('is a text of one line or several, a date of a day or a month', async () => {
    const kinds = ['string', 'phone', 'menu', 'gender', 'url', 'reference', 'creditCardType'];
    const sections = [
      section(
        ...kinds.map((kind): [string, Json] => [kind, { [kind]: 'x' }]),
        ['month', { monthYear: 202211 }],
        ['mail', { email: 'a@b.example' }],
        ['town', { address: { city: 'Town', state: 'ST', zip: '123' } }],
        ['land', { address: { country: 'us' } }],
      ),
    ];
    expect(await fieldsOf('001', { sections })).toEqual([
      ...kinds.map((kind) => `${kind}=x`),
      'month=2022-11',
      'mail=a@b.example',
      'town=123 Town ST',
      'land=us',
    ]);
  });

  it('is kept whatever it holds, where that is not what its kind leads to expect', async () => {
    const odd: [string, Json][] = [
      ['day', { date: 'in May' }],
      ['month', { monthYear: { year: 2024 } }],
      ['home', { address: 'Main Street 1' }],
      ['mail', { email: { domain: 'a.example' } }],
      ['pin', { concealed: { digits: '1234' } }],
      ['later', { score: 3 }],
      ['before', { date: 1e15 }],
      ['code', { totp: { seed: 'JBSWY3DPEHPK3PXP' } }],
    ];
    const loginFields = [
      { name: 'typed', value: { code: '1' }, fieldType: 'P' },
      'loose',
      { name: 'plain', value: { nested: { a: 'b' } }, fieldType: 'T' },
      { name: 'its', value: { typed: 'pw' }, fieldType: 'T', designation: 'password' },
    ];
    expect(await fieldsOf('001', { loginFields, sections: [section(...odd), 'loose too'] })).toEqual([
      'login fields*=loose',
      'typed code*=1',
      'plain nested a=b',
      'its typed*=pw',
      'sections*=loose too',
      'day date=in May',
      'month month year year=2024',
      'home address=Main Street 1',
      'mail email domain=a.example',
      'pin concealed digits*=1234',
      'later score=3',
      'code totp seed*=JBSWY3DPEHPK3PXP',
    ]);
  });

  it('is kept where the login of a server is of another shape', async () => {
    const sections = [section(['name', { string: { part: 'u' } }, 'username'], ['pw', { concealed: { part: 'p' } }, 'password'])];
    expect(await fieldsOf('110', { sections })).toEqual(['kind=server', 'name string part=u', 'pw concealed part*=p']);
  });

  it('is named by its title, else by its id, else by nothing but what it is', async () => {
    const sections = [{ fields: [{ id: 'zipCode', value: { string: '1' } }, { value: { string: '2' } }] }];
    const loginFields = [
      { id: 'remember', value: 'yes', fieldType: 'C' },
      { value: 'no', fieldType: 'C' },
      { name: 'answer', id: 'x', value: { string: 's' }, fieldType: 'P' },
      { name: 'nothing', value: null, fieldType: 'P' },
    ];
    expect(await fieldsOf('001', { loginFields, sections })).toEqual([
      'remember=yes',
      'form field=no',
      'answer*=s',
      'zip code=1',
      'field=2',
    ]);
  });

  it("is a key pair's private key also where that stands with the public one", async () => {
    const sshKey = { metadata: { privateKey: 'PRIV', publicKey: 'ssh-x' } };
    expect(await fieldsOf('114', { sections: [section(['key', { sshKey }])] })).toEqual(['kind=SSH key', 'key*=PRIV', 'public key=ssh-x']);
  });

  it('is the user or the password of a database, a server and an API credential alone', async () => {
    const sections = [section(['user', { string: 'root' }, 'username'], ['secret', { concealed: 'toor' }, 'credential'])];
    const items = await Promise.all(['102', '110', '112', '109'].map((category) => readItem(item(category, { sections }))));
    expect(items.map(({ content }) => [content.username, content.password])).toEqual([
      ['root', 'toor'],
      ['root', 'toor'],
      ['root', 'toor'],
      [null, null],
    ]);
    expect(items.map((one) => shownFields(one).slice(1))).toEqual([[], [], [], ['user=root', 'secret*=toor']]);
  });
});

describe("1Password's archive", () => {
  it('has its files by their ids, under their names in the item, else `file`; those elsewhere are none of them', async () => {
    const file = (documentId: string, more: Json = {}): Json => ({ file: { documentId, ...more } });
    const sections = [section(['a', file('id', { fileName: 'a__b.txt' })], ['b', file('bare')], ['c', file('outer')])];
    const { items, problems } = await readAs(
      '1pux',
      archive(
        [item('001', { sections })],
        ['files/id__a__b.txt', 'files/bare', 'other/outer__c'].map((name) => ({ name, data: Buffer.from(name) })),
      ),
    );
    expect(only(items).attachments.map(({ name, size, read }) => [name, size, Buffer.from(read()).toString()])).toEqual([
      ['a__b.txt', 18, 'files/id__a__b.txt'],
      ['file', 10, 'files/bare'],
    ]);
    expect(problems).toEqual([{ place: 'item 1 (T)', message: 'has a file that is not in the archive' }]);
  });

  it('is one with accounts', async () => {
    const isOne = (bytes: Uint8Array) => isOnePux(bytesSource(bytes));
    const whole = archive([]);
    const other = zipOf([{ name: 'data.json', data: Buffer.from('{}') }]);
    expect([whole, other, whole.subarray(0, 60), Buffer.from('{}')].map(isOne)).toEqual([true, false, false, false]);
    const data = zipOf([{ name: 'export.data', data: Buffer.from('{"accounts":{}}') }]);
    for (const bytes of [other, data]) await expect(readAs('1pux', bytes)).rejects.toThrow('it holds no accounts');
  });
});
