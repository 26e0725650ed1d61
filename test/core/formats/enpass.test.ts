import { describe, expect, it } from 'vitest';
import { isEnpass } from '../../../src/core/formats/enpass.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
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
          item([field('text', 'Reply to', 'me@a.example'), field('email', 'E-mail', 'me@a.example')]),
          item([
            ...[field('text', 'E-mail', 'you@a.example'), field('section', 'Login', ''), field('email', 'E-mail', 'me@a.example')],
            field('text', 'Reply to', 'me@a.example'),
          ]),
        ],
      }),
    );
    expect(items.map((found) => [found.content.username, shownFields(found)])).toEqual([
      ['me@a.example', []],
      ['me', ['E-mail=me@a.example']],
      ['me@a.example', ['Reply to=me@a.example']],
      ['me@a.example', ['E-mail=you@a.example', 'Reply to=me@a.example']],
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
    const { items, problems } = await readAs(
      'enpass',
      JSON.stringify({ items: [{ title: 'Yahoo!', note: 'n', created_at: 1697729073 }, 7] }),
    );
    expect(items.map(({ content, createdAt, updatedAt, trashed }) => [content.name, content.tags, createdAt, updatedAt, trashed])).toEqual([
      ['Yahoo!', [], '2023-10-19T15:24:33.000Z', null, false],
    ]);
    expect(problems).toEqual([{ place: 'item 2', message: 'is no item: nothing of it could be read' }]);
    await expect(readAs('enpass', '{"folders":[]}')).rejects.toThrow('it holds no items');
  });

  it('makes no field of what means something to Enpass alone', async () => {
    const more = {
      uuid: 'u',
      subtitle: 'me',
      icon: { type: 1 },
      auto_submit: 1,
      last_used: 1697729073,
      usage_count: 3,
      wearable: 1,
      created_at: 1,
      folders: [],
      attachments: [],
    };
    expect(only((await readAs('enpass', JSON.stringify({ items: [item([], more)] }))).items)).toEqual({
      content: { name: 'T', username: null, password: null, urls: [], totp: null, notes: null, fields: [], tags: [] },
      createdAt: '2023-10-19T15:24:33.000Z',
      updatedAt: '2023-10-23T10:32:21.000Z',
      passwordChangedAt: null,
      trashed: false,
      pending: null,
      history: [],
      attachments: [],
      place: 'item 1 (T)',
    });
  });

  it('says of what kind an item is, but for logins, passwords and notes', async () => {
    const kinds = ['login', 'password', 'note', '', 'identity'];
    const { items } = await readAs('enpass', JSON.stringify({ items: kinds.map((category) => item([], { category })) }));
    expect(items.map(shownFields)).toEqual([[], [], [], [], ['kind=identity']]);
  });

  it('has the fields in the order of the form, and names one without a label by its kind', async () => {
    const fields = [
      field('text', 'third', '3', { order: 3 }),
      field('phone', '', '2', { order: 2 }),
      { value: '0' },
      field('text', 'first', '1', { order: 1 }),
    ];
    expect(shownFields(only((await readAs('enpass', JSON.stringify({ items: [item(fields)] }))).items))).toEqual([
      'text=0',
      'first=1',
      'phone=2',
      'third=3',
    ]);
  });

  it('knows when the password was set that is in force, and keeps the earlier ones that were others', async () => {
    const history = [
      { value: 'then', updated_at: 1534490049 },
      { value: 'ages ago', updated_at: 0 },
      { value: '', updated_at: 1534490049 },
    ];
    const fields = [
      field('password', 'Old', '', { value_updated_at: 1 }),
      field('password', 'Password', 'now', { history }),
      field('password', 'PIN', '1234', { value_updated_at: 1 }),
      field('text', 'Answer', 'blue', { sensitive: 1, history: [{ value: 'red', updated_at: 1 }] }),
    ];
    const found = only((await readAs('enpass', JSON.stringify({ items: [item(fields)] }))).items);
    expect([found.content.password, found.passwordChangedAt]).toEqual(['now', '2023-10-19T15:25:33.000Z']);
    expect(shownFields(found)).toEqual([
      'password until 2018-08-17*=then',
      'earlier password*=ages ago',
      'PIN*=1234',
      'earlier Answer*=red',
      'Answer*=blue',
    ]);
  });

  it('takes no address for the user that is empty or deleted, nor where there is a user', async () => {
    const emails = [field('email', 'gone', 'gone@a.example', { deleted: 1 }), field('email', 'E-mail', ''), field('text', 'x', 'y')];
    const { items } = await readAs(
      'enpass',
      JSON.stringify({ items: [item(emails), item([...emails, field('email', 'Second', 'me@a.example')])] }),
    );
    expect(items.map((found) => [found.content.username, shownFields(found)])).toEqual([
      [null, ['x=y']],
      ['me@a.example', ['x=y']],
    ]);
  });

  it('has applications in any spelling, codes by their labels, and headings of several sections', async () => {
    const fields = [
      field('.Android#', 'Autofill', 'ANDROIDAPP://com.c.example'),
      field('.Android#', 'Autofill', 'x.android://com.d.example'),
      field('totp', 'Code', 'JBSWY3DPEHPK3PXP'),
      field('totp', 'Spare', 'GEZDGNBVGY3TQOJQ'),
      ...['A', 'B'].flatMap((heading) => [field('section', heading, ''), field('text', 'x', heading)]),
    ];
    const found = only((await readAs('enpass', JSON.stringify({ items: [item(fields)] }))).items);
    expect(found.content.urls).toEqual(['androidapp://com.c.example', 'androidapp://x.android://com.d.example']);
    expect(shownFields(found)).toEqual(['x=A', 'B x=B', 'Spare*=otpauth://totp/vault?secret=GEZDGNBVGY3TQOJQ']);
  });

  it('need not know the names and ids of folders, nor the names of files', async () => {
    const folders = [
      { title: 'without id' },
      { uuid: 'a', title: '' },
      { uuid: 'b', parent_uuid: 'a', title: 'B' },
      { uuid: 'c', parent_uuid: 'x', title: 'C' },
    ];
    const more = { folders: ['a', 'b', 'c', null], attachments: [{ data: 'aGk=' }, { name: 'none' }] };
    const found = only((await readAs('enpass', JSON.stringify({ folders, items: [item([], more)] }))).items);
    expect(found.content.tags).toEqual(['B', 'C']);
    expect(found.attachments.map(({ name, size, read }) => [name, size, Buffer.from(read()).toString()])).toEqual([
      ['file', null, 'hi'],
      ['none', null, ''],
    ]);
  });

  it('follows folders fifty levels up and no further', async () => {
    const folders = Array.from({ length: 60 }, (_, at) => ({ uuid: `${at}`, parent_uuid: `${at - 1}`, title: `${at}` }));
    const found = only((await readAs('enpass', JSON.stringify({ folders, items: [item([], { folders: ['59'] })] }))).items);
    expect(found.content.tags).toEqual([Array.from({ length: 50 }, (_, at) => at + 10).join('/')]);
  });

  it('is known by any key that no other program has', () => {
    const isOne = (text: string) => isEnpass(bytesSource(Buffer.from(text)));
    const keys = ['template_type', 'auto_submit', 'value_updated_at', 'parent_uuid'];
    for (const key of keys) expect([`{"${key}":1}`, ` \n{"${key}" : 1}`].map(isOne)).toEqual([true, true]);
    expect(['{"x":"auto_submit"}', '[{"auto_submit":1}]', 'x{"auto_submit":1}'].map(isOne)).toEqual([false, false, false]);
  });
});
