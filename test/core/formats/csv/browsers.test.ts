import { describe, expect, it } from 'vitest';
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
});
