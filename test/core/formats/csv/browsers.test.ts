import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';

describe('Chrome', () => {
  it('reports a row that ends before its password', async () => {
    const { items, problems } = await readAs('chrome', 'name,url,username,password,note\nA,https://a.example,u\nB,https://b.example,u,p');
    expect(items).toHaveLength(2);
    expect(problems).toEqual([{ place: 'line 2 (A)', message: 'has 3 of 5 columns: cut short?' }]);
  });

  it('gives name, address, username, password and note, and takes rows shorter than the header', async () => {
    const { items, problems } = await readDetected(
      'chrome',
      'name,url,username,password,note\na.example,https://a.example/,u,p\nb,,v,w,n\n',
    );
    expect(problems).toEqual([]);
    expect(items.map(({ content }) => content)).toEqual([
      { name: 'a.example', username: 'u', password: 'p', urls: ['https://a.example/'], totp: null, notes: null, fields: [], tags: [] },
      { name: 'b', username: 'v', password: 'w', urls: [], totp: null, notes: 'n', fields: [], tags: [] },
    ]);
  });

  it('names an entry without a name after its site', async () => {
    const { items, problems } = await readAs('chrome', 'name,url,username,password\n,https://www.a.example:8443/x,u,p\n');
    expect(only(items).content.name).toBe('www.a.example:8443');
    expect(problems).toEqual([]);
  });

  it('takes a table of another program where it has passwords, and names or addresses', async () => {
    for (const [header, row] of [
      ['name,password', 'A,p'],
      ['url,password', 'https://a.example,p'],
    ] as const) {
      expect(only((await readAs('chrome', `${header}\n${row}\n`)).items).content.password).toBe('p');
    }
    for (const header of ['password,user', 'name,url', 'title,user']) {
      await expect(readAs('chrome', `${header}\na,b\n`)).rejects.toThrow(vaultError('invalid_request'));
    }
    await readDetected('chrome', 'name,url,username,password,notes\na,b,c,d,e\n');
  });
});

describe('Firefox', () => {
  const header = [
    'url',
    'username',
    'password',
    'httpRealm',
    'formActionOrigin',
    'guid',
    'timeCreated',
    'timeLastUsed',
    'timePasswordChanged',
  ];

  it('names entries after their sites and keeps the times', async () => {
    const { items, problems } = await readDetected(
      'firefox',
      csv(header, ['https://a.example', 'u', 'p', '', 'https://a.example', '{1}', '1600000000000', '1700000000000', '1650000000123']),
    );
    const item = only(items);
    expect(problems).toEqual([]);
    expect(item.content).toMatchObject({ name: 'a.example', urls: ['https://a.example'], fields: [] });
    expect(item).toMatchObject({
      createdAt: '2020-09-13T12:26:40.000Z',
      passwordChangedAt: '2022-04-15T05:20:00.123Z',
      updatedAt: '2022-04-15T05:20:00.123Z',
    });
  });

  it('keeps the realm, and a form that is sent elsewhere', async () => {
    const { items } = await readAs(
      'firefox',
      csv(header, ['https://a.example', 'u', 'p', 'router', 'https://login.example', '', '', '', '']),
    );
    expect(shownFields(only(items))).toEqual(['HTTP realm=router', 'form action origin=https://login.example']);
  });

  it('leaves out the keys of its sync account', async () => {
    const { items } = await readAs('firefox', csv(header, ['chrome://FirefoxAccounts', 'x', '{"keys":1}', '', '', '', '', '', '']));
    expect(items).toEqual([]);
  });

  it('takes what is no whole address for a name, and for an address too where it is a host', async () => {
    const few = ['url', 'username', 'password', 'timePasswordChanged'];
    const sites = [' https://a.example/x ', 'a.example', 'My bank', 'Dr. No', 'host'];
    const { items } = await readDetected('firefox', csv(few, ...sites.map((site) => [site, 'u', 'p', ''])));
    expect(items.map(({ content: { name, urls, fields } }) => [name, urls, fields])).toEqual([
      ['a.example', ['https://a.example/x'], []],
      ['a.example', ['a.example'], []],
      ['My bank', [], []],
      ['Dr. No', [], []],
      ['host', [], []],
    ]);
    await readDetected('firefox', 'url,username,password,httpRealm\nhttps://a.example,u,p,\n');
  });
});

describe('Apple Passwords', () => {
  it('gives the one-time code too', async () => {
    const totp = 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ&issuer=Air+Canada';
    const { items } = await readDetected(
      'apple',
      csv(['Title', 'URL', 'Username', 'Password', 'Notes', 'OTPAuth'], ['T', 'https://t.example', 'u', 'p', 'n', totp]),
    );
    expect(only(items).content).toMatchObject({ name: 'T', totp, notes: 'n' });
  });

  it('is told from 1Password by its columns, also in its older forms', async () => {
    await readDetected('apple', 'Title,URL,Username,Password\nT,https://t.example,u,p\n');
    await readDetected('apple', 'Title,Url,Username,Password,OTPAuth\nT,https://t.example,u,p,\n');
    await readDetected('1password-csv', 'title,notes,username,password,url\nT,n,u,p,https://t.example\n');
  });

  it('takes any table with titles and passwords where it is named', async () => {
    expect(only((await readAs('apple', 'Title,Password,More\nT,p,m\n')).items).content).toMatchObject({ name: 'T', password: 'p' });
    for (const header of ['Title,More', 'Password,More']) {
      await expect(readAs('apple', `${header}\na,b\n`)).rejects.toThrow(vaultError('invalid_request'));
    }
  });
});
