import { describe, expect, it } from 'vitest';
import { vaultError } from '../support.ts';
import { only, readAs, readDetected, shownFields } from './support.ts';

type Json = Readonly<Record<string, unknown>>;

function field(type: string, label: string, value: string, more: Json = {}): Json {
  return { type, label, value, sensitive: 0, deleted: 0, order: 1, updated_at: 1697729133, value_updated_at: 1697729133, ...more };
}

function item(fields: readonly Json[], more: Json = {}): Json {
  return {
    title: 'T',
    category: 'login',
    template_type: 'login.default',
    note: '',
    subtitle: '',
    favorite: 0,
    archived: 0,
    trashed: 0,
    createdAt: 1697729073,
    updated_at: 1698057141,
    fields,
    ...more,
  };
}

describe('Enpass JSON', () => {
  it('gives the login, a code in groups of lower case, folders by their paths and times', async () => {
    const folders = [
      { uuid: 'a', parent_uuid: '', title: 'Work' },
      { uuid: 'b', parent_uuid: 'a', title: 'Servers' },
      { uuid: 'c', parent_uuid: 'c', title: 'Loop' },
    ];
    const fields = [
      field('username', 'Username', 'me'),
      field('password', 'Password', 'pw', { sensitive: 1 }),
      field('url', 'Website', 'https://a.example'),
      field('totp', 'One-time code', 'jbsw y3dp ehpk 3pxp'),
      field('section', 'DETAILS', ''),
    ];
    const { items, problems } = await readDetected(
      'enpass',
      JSON.stringify({ folders, items: [item(fields, { folders: ['b', 'c', 'x'], favorite: 1, archived: 1, trashed: 1, note: 'n' })] }),
    );
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        name: 'T',
        username: 'me',
        password: 'pw',
        urls: ['https://a.example'],
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
        notes: 'n',
        tags: ['Work/Servers', 'Loop', 'favorite', 'archived'],
        fields: [],
      },
      createdAt: '2023-10-19T15:24:33.000Z',
      updatedAt: '2023-10-23T10:32:21.000Z',
      passwordChangedAt: '2023-10-19T15:25:33.000Z',
      trashed: true,
    });
  });

  it('takes the address for the user where there is no other, and keeps both where there are two', async () => {
    const { items } = await readAs(
      'enpass',
      JSON.stringify({
        items: [
          item([field('username', 'Username', ''), field('email', 'E-mail', 'me@a.example')]),
          item([field('username', 'Username', 'me'), field('email', 'E-mail', 'me@a.example')]),
        ],
      }),
    );
    expect(items.map((found) => [found.content.username, shownFields(found)])).toEqual([
      ['me@a.example', []],
      ['me', ['E-mail=me@a.example']],
    ]);
  });

  it('keeps history, further passwords and own fields as hidden as they were, but not what was deleted', async () => {
    const fields = [
      field('password', 'Password', 'now', {
        sensitive: 1,
        history: [
          { value: 'then', updated_at: 1534490049 },
          { value: 'now', updated_at: 1 },
        ],
      }),
      field('password', 'PIN', '1234', { sensitive: 1 }),
      field('url', 'Website', 'https://a.example', { history: [{ value: 'https://old.example', updated_at: 1534490049 }] }),
      field('text', 'Answer', 'blue', { sensitive: 1 }),
      field('text', 'gone', 'x', { deleted: 1 }),
    ];
    expect(shownFields(only((await readAs('enpass', JSON.stringify({ items: [item(fields)] }))).items))).toEqual([
      'password until 2018-08-17*=then',
      'PIN*=1234',
      'earlier Website=https://old.example',
      'Answer*=blue',
    ]);
  });

  it('keeps the applications of a login, tells fields of one name apart, and keeps what it does not know of an item', async () => {
    const fields = [
      field('.Android#', 'Autofill', 'com.a.example'),
      field('.Android#', 'Autofill', 'android://c2lnbmF0dXJl==@com.b.example'),
      field('.Android#', 'Autofill', ''),
      field('text', 'Code', 'first'),
      field('section', 'Spare', ''),
      field('text', 'Code', 'second'),
    ];
    const { items } = await readAs('enpass', JSON.stringify({ items: [item(fields, { hologram: { depth: 3 } })] }));
    expect(only(items).content.urls).toEqual(['androidapp://com.a.example', 'androidapp://com.b.example']);
    expect(shownFields(only(items))).toEqual(['Code=first', 'Spare Code=second', 'hologram depth=3']);
  });

  it('brings attachments and names other kinds', async () => {
    const { items } = await readAs(
      'enpass',
      JSON.stringify({
        items: [item([], { category: 'creditcard', attachments: [{ name: 'a.txt', kind: 'text/plain', data: 'aGVsbG8=' }] })],
      }),
    );
    expect(shownFields(only(items))).toEqual(['kind=creditcard']);
    expect(only(items).attachments.map((file) => [file.name, Buffer.from(file.read()).toString()])).toEqual([['a.txt', 'hello']]);
  });

  it('takes items without fields, and is refused without items', async () => {
    const { items } = await readAs('enpass', JSON.stringify({ items: [{ title: 'Yahoo!', note: 'n' }, 7] }));
    expect(items.map(({ content }) => content.name)).toEqual(['Yahoo!']);
    await expect(readAs('enpass', '{"folders":[]}')).rejects.toThrow(vaultError('invalid_request'));
  });
});
