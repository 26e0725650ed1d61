import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../src/core/errors.ts';
import { readPassStore, type StoreFile } from '../../../src/core/formats/pass-store.ts';
import { vaultError } from '../support.ts';
import { gather, only, type Read, shownFields } from './support.ts';

/** A store whose "encryption" is none: gpg is the caller's. */
function store(files: Readonly<Record<string, string | Uint8Array>>): StoreFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, read: () => Buffer.from(text) }));
}

function read(files: Readonly<Record<string, string | Uint8Array>>): Promise<Read> {
  return gather(readPassStore(store(files), { decrypt: (message) => Promise.resolve(message) }));
}

describe('a password store', () => {
  it('names entries by their paths and tags them by their folders', async () => {
    const { items, problems } = await read({
      'work/db/main.gpg': 'pw\n',
      'top.gpg': 'pw2',
      '.gpg-id': 'x',
      '.git/config': 'x',
      'work/.gpg-id': 'x',
    });
    expect(problems).toEqual([]);
    expect(items.map(({ content, place }) => [content.name, content.password, content.tags, place])).toEqual([
      ['work/db/main', 'pw', ['work/db'], 'work/db/main (work/db/main)'],
      ['top', 'pw2', [], 'top (top)'],
    ]);
  });

  it('reads keys behind the password, and leaves text as it is', async () => {
    const text =
      'pw\n---\nlogin: me\nURL: https://a.example\nurl: http://b.example\npin: 1234\nplain: a: b\nemail: me@a.example\n\nSome words.\nnot a: key any more\n  indented\n';
    const item = only((await read({ 'a.gpg': text })).items);
    expect(item.content).toMatchObject({
      username: 'me',
      password: 'pw',
      urls: ['https://a.example', 'http://b.example'],
      notes: 'Some words.\nnot a: key any more\n  indented',
    });
    expect(shownFields(item)).toEqual(['pin*=1234', 'plain=a: b', 'email=me@a.example']);
  });

  it('finds one-time codes alone, below the password, within text and by key', async () => {
    const uri = 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ';
    const { items } = await read({
      'a.gpg': uri,
      'b.gpg': `pw\n${uri}\n`,
      'c.gpg': `pw\nwords\n${uri}\nmore`,
      'd.gpg': 'pw\ntotp: GEZDGNBVGY3TQOJQ',
    });
    expect(items.map(({ content }) => [content.password, content.totp, content.notes])).toEqual([
      [null, uri, null],
      ['pw', uri, null],
      ['pw', uri, 'words\nmore'],
      ['pw', 'otpauth://totp/vault?secret=GEZDGNBVGY3TQOJQ', null],
    ]);
  });

  it('takes addresses in text for text, Windows line ends for line ends, and what is no text for a file', async () => {
    const { items } = await read({
      'a.gpg': 'pw\r\nhttps://a.example/x\r\nuser: not me',
      'photo.png.gpg': Buffer.from([0x89, 0x50, 0, 0xff]),
      'empty.gpg': '',
    });
    expect(items.map(({ content }) => [content.password, content.username, content.notes])).toEqual([
      ['pw', null, 'https://a.example/x\nuser: not me'],
      [null, null, null],
      [null, null, null],
    ]);
    expect(items[1]?.attachments.map(({ name, size }) => [name, size])).toEqual([['photo.png', 4]]);
  });

  it('gives whole entries', async () => {
    const text = 'pw\nuser: me\nlink: https://a.example\npin:1\n\nfirst\n\nsecond\n\n';
    expect(only((await read({ 'work/site.gpg': text })).items)).toEqual({
      content: {
        name: 'work/site',
        username: 'me',
        password: 'pw',
        urls: ['https://a.example'],
        totp: null,
        notes: 'first\n\nsecond',
        fields: [{ name: 'pin', value: '1', hidden: true }],
        tags: ['work'],
      },
      createdAt: null,
      updatedAt: null,
      passwordChangedAt: null,
      trashed: false,
      pending: null,
      history: [],
      attachments: [],
      place: 'work/site (work/site)',
    });
  });

  it('knows users and addresses by all the names that people give them, alone', async () => {
    const users = ['login', 'User', 'username', 'email', 'e-mail', 'account'];
    const urls = ['url', 'URI', 'website', 'site', 'web', 'link'];
    for (const key of users) {
      expect(only((await read({ 'a.gpg': `pw\n${key}: x` })).items).content).toMatchObject({ username: 'x', fields: [] });
    }
    for (const key of urls) {
      expect(only((await read({ 'a.gpg': `pw\n${key}: x` })).items).content).toMatchObject({ urls: ['x'], fields: [] });
    }
    const others = ['my login', 'user 2', 'my url', 'url 2', 'my otp', 'otp 2'];
    const { items, problems } = await read({ 'a.gpg': ['pw', ...others.map((key) => `${key}: x`)].join('\n') });
    expect(problems).toEqual([]);
    expect(shownFields(only(items)).map((shown) => shown.replace('*', ''))).toEqual(others.map((key) => `${key}=x`));
  });

  it('takes a line for a key and its value where it looks like one, up to a hundred characters of key', async () => {
    const long = 'k'.repeat(100);
    const item = only((await read({ 'a.gpg': `pw\n${long}: v\na b:\t c \nempty:\nx://y: z\nk: v` })).items);
    expect(shownFields(item)).toEqual([`${long}=v`, 'a b=c ']);
    expect(item.content.notes).toBe('x://y: z\nk: v');
    for (const text of [`${long}k: v`, ' indented: v', ': v']) {
      expect(only((await read({ 'a.gpg': `pw\n${text}` })).items).content).toMatchObject({ fields: [], notes: text });
    }
  });

  it('finds one-time codes in capitals and indented, by the whole address behind a key, and keeps a second by its key', async () => {
    const item = only(
      (await read({ 'a.gpg': 'pw\n  OTPAUTH://totp/x?secret=GEZDGNBVGY3TQOJQ\nnotes\ntext otpauth://totp/x?secret=A' })).items,
    );
    expect([item.content.totp, item.content.notes]).toEqual([
      'OTPAUTH://totp/x?secret=GEZDGNBVGY3TQOJQ',
      'notes\ntext otpauth://totp/x?secret=A',
    ]);
    const keyed = only((await read({ 'a.gpg': 'pw\nOTP: otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ\notp: JBSWY3DPEHPK3PXP' })).items);
    expect([keyed.content.totp, shownFields(keyed)]).toEqual([
      'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ',
      ['otp*=otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP'],
    ]);
    expect(only((await read({ 'a.gpg': 'see otpauth://totp/x' })).items).content.password).toBe('see otpauth://totp/x');
  });

  it('leaves out a rule above the keys, and keeps one within the text', async () => {
    expect(only((await read({ 'a.gpg': 'pw\n \n---\nplain: v\ntext\n---\nend' })).items).content).toMatchObject({
      fields: [{ name: 'plain', value: 'v', hidden: false }],
      notes: 'text\n---\nend',
    });
  });

  it('takes what holds a zero byte for a file, and brings it whole', async () => {
    const [item] = (await read({ 'keys/raw.gpg': 'a\u0000b' })).items;
    expect(item?.content).toMatchObject({ name: 'keys/raw', password: null });
    expect(item?.attachments.map((file) => [file.name, Buffer.from(file.read()).toString()])).toEqual([['raw', 'a\u0000b']]);
  });

  it('takes what only looks like a file of its own for an entry', async () => {
    const { items, problems } = await read({ 'a.b/c.gpg': 'pw', 'x/.hidden/y.gpg': 'no', '/z.gpg': 'pw', 'w.gpg.txt': 'no' });
    expect(items.map(({ content }) => [content.name, content.tags])).toEqual([
      ['a.b/c', ['a.b']],
      ['/z', []],
    ]);
    expect(problems).toEqual([{ place: 'w.gpg.txt', message: 'is no .gpg file: left out' }]);
  });

  it('reports files that cannot be decrypted or are none of its own, and goes on', async () => {
    const decrypt = (message: Uint8Array, path: string) =>
      path === 'bad.gpg' ? Promise.reject(new VaultError('invalid_request', 'gpg has no key for it')) : Promise.resolve(message);
    const { items, problems } = await gather(readPassStore(store({ 'bad.gpg': 'x', 'notes.txt': 'x', 'good.gpg': 'pw' }), { decrypt }));
    expect(items.map(({ content }) => content.name)).toEqual(['good']);
    expect(problems).toEqual([
      { place: 'bad.gpg', message: 'could not be decrypted: gpg has no key for it' },
      { place: 'notes.txt', message: 'is no .gpg file: left out' },
    ]);
  });

  it('stops where the user cancels, and is refused without any entry', async () => {
    const cancel = () => Promise.reject(new VaultError('cancelled', 'cancelled'));
    await expect(gather(readPassStore(store({ 'a.gpg': 'x' }), { decrypt: cancel }))).rejects.toThrow(vaultError('cancelled'));
    const broken = () => Promise.reject(new TypeError('a defect'));
    await expect(gather(readPassStore(store({ 'a.gpg': 'x' }), { decrypt: broken }))).rejects.toThrow('a defect');
    await expect(read({ 'readme.md': 'x' })).rejects.toThrow('there is no .gpg file in it');
  });
});
