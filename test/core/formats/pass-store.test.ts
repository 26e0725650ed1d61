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
    await expect(read({ 'readme.md': 'x' })).rejects.toThrow(vaultError('invalid_request'));
  });
});
