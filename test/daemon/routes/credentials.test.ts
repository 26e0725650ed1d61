import { describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestRequest } from '../test-daemon.ts';

const site = { protocol: 'https', host: 'git.example' };

async function start() {
  const daemon = await freshDaemon();
  const { token } = await daemon.addUser('alice');
  const send = (path: string, options: TestRequest = {}) => daemon.request(path, { token, ...options });
  return {
    daemon,
    send,
    store: (json: object) => send('/credentials', { method: 'PUT', json: { ...site, ...json } }),
    erase: (json: object) => send('/credentials/erase', { json: { ...site, ...json } }),
    read: (query: Record<string, string> = {}) => send(`/credentials?${new URLSearchParams({ ...site, ...query }).toString()}`),
    list: async () => (await send('/passwords')).body,
  };
}

const missing = refusal(404, 'entry_not_found');

describe('reading a credential', () => {
  it('finds by exactly this site, never by its domain', async () => {
    const { send, read } = await start();
    await send('/passwords', { json: { name: 'https://git.example/users/sign_in', username: 'me', password: 'secret' } });
    expect((await read()).body).toEqual({
      username: 'me',
      password: 'secret',
      passwordExpiry: null,
      refreshToken: null,
      authtype: null,
      credential: null,
    });
    for (const other of [
      { host: 'api.git.example' },
      { host: 'git.example:444' },
      { protocol: 'http' },
      { path: 'x' },
      { username: 'you' },
    ]) {
      expect(await read(other), JSON.stringify(other)).toMatchObject(missing);
    }
  });

  it('takes the most recent of several, unless the username says which', async () => {
    const { daemon, store, read } = await start();
    await store({ username: 'one', password: '1' });
    daemon.clock.advance(10);
    await store({ username: 'two', password: '2' });
    daemon.clock.advance(10);
    expect((await read()).body).toMatchObject({ username: 'two' });
    expect((await read({ username: 'one' })).body).toMatchObject({ password: '1' });
    await store({ username: 'one', password: '1b' });
    expect((await read()).body).toMatchObject({ username: 'one', password: '1b' });
  });

  it('passes over entries that hold no secret', async () => {
    const { send, read } = await start();
    await send('/passwords', { json: { name: 'git.example', notes: 'x' } });
    expect(await read()).toMatchObject(missing);
  });

  it('hands out no password that has expired, only what renews it', async () => {
    const { daemon, store, read } = await start();
    const expiry = Math.floor(Date.now() / 1000) + 60;
    await store({ username: 'me', password: 'old', passwordExpiry: expiry, refreshToken: 'again' });
    expect((await read()).body).toMatchObject({ password: 'old', passwordExpiry: expiry });
    daemon.clock.advance(61_000);
    expect((await read()).body).toMatchObject({ username: 'me', password: null, passwordExpiry: null, refreshToken: 'again' });
    await store({ username: 'you', password: 'dead', passwordExpiry: 1 });
    expect(await read({ username: 'you' })).toMatchObject(missing);
  });

  it('gives a header’s credential only to who knows what that is', async () => {
    const { store, read } = await start();
    await store({ authtype: 'Bearer', credential: 'token' });
    expect(await read()).toMatchObject(missing);
    expect((await read({ authtype: 'true' })).body).toMatchObject({
      username: null,
      password: null,
      authtype: 'Bearer',
      credential: 'token',
    });
  });

  it('is a use of the session only where it found something and nobody marked it', async () => {
    const { daemon, send, read, store } = await start();
    await store({ username: 'me', password: '1' });
    const minutes = (n: number) => daemon.clock.advance(n * 60_000);
    minutes(10);
    await read({ host: 'other.example' });
    await send('/credentials?protocol=https&host=git.example', { headers: { 'vault-background': 'true' } });
    minutes(4);
    expect(await read()).toMatchObject({ status: 200 });
    minutes(14);
    expect(await read()).toMatchObject({ status: 200 });
    minutes(10);
    await read({ host: 'other.example' });
    minutes(6);
    expect(await read()).toMatchObject(refusal(401, 'unauthenticated'));
  });
});

describe('storing a credential', () => {
  it('makes no revision of what is kept already, also by a git that does not know all of it', async () => {
    const { store } = await start();
    const whole = { username: 'me', password: '1', passwordExpiry: 9_999_999_999, refreshToken: 'r' };
    expect((await store(whole)).body).toMatchObject({ name: 'git.example', revision: 1 });
    for (const again of [whole, { username: 'me', password: '1' }]) expect((await store(again)).body).toMatchObject({ revision: 1 });
    expect((await store({ ...whole, passwordExpiry: 9_999_999_998 })).body).toMatchObject({ revision: 2 });
  });

  it('puts a new password into the entry that is there, which keeps all else', async () => {
    const { send, store, list } = await start();
    await send('/passwords', { json: { name: 'git.example', username: 'me', password: '1', notes: 'n', tags: ['t'] } });
    expect((await store({ username: 'me', password: '2' })).body).toMatchObject({ revision: 2 });
    expect((await send('/passwords/git.example')).body).toMatchObject({ password: '2', notes: 'n', tags: ['t'], fields: [] });
    expect(await list()).toHaveLength(1);
  });

  it('lets go of what belonged to the old secret', async () => {
    const { send, store } = await start();
    await store({ username: 'me', password: '1', refreshToken: 'r', passwordExpiry: 9_999_999_999 });
    await store({ username: 'me', password: '2' });
    expect((await send('/passwords/git.example')).body).toMatchObject({ password: '2', fields: [] });
    await store({ username: 'me', authtype: 'Bearer', credential: 'c' });
    expect((await send('/passwords/git.example')).body).toMatchObject({
      password: null,
      fields: [
        { name: 'git authtype', value: 'Bearer', hidden: false },
        { name: 'git credential', value: 'c', hidden: true },
      ],
    });
  });

  it('names a new entry as add does, and with path and port where that is taken', async () => {
    const { store, list } = await start();
    await store({ username: 'me', password: '1' });
    await store({ username: 'me', password: '2', protocol: 'http' });
    await store({ username: 'me', password: '3', path: 'a b.git' });
    expect(await list()).toMatchObject([
      { name: 'git.example', urls: ['https://git.example'] },
      { name: 'git.example/a b.git', urls: ['https://git.example/a%20b.git'] },
      { name: 'git.example:80', urls: ['http://git.example'] },
    ]);
  });

  it('keeps apart an empty username and password from none', async () => {
    const { store, read } = await start();
    await store({ username: '', password: '' });
    expect((await read()).body).toMatchObject({ username: '', password: '' });
  });

  it.each([
    { host: '', password: 'x' },
    { host: 'a/b', password: 'x' },
    { username: 'me' },
    { authtype: 'Bearer' },
    { password: 'x', url: 'https://evil.example' },
  ])('refuses %j', async (json) => {
    const { store, list } = await start();
    expect(await store(json)).toMatchObject(refusal(400, 'invalid_request'));
    expect(await list()).toEqual([]);
  });
});

describe('erasing a credential', () => {
  it('takes only what holds the secret that was wrong, into the trash', async () => {
    const { store, erase, read } = await start();
    await store({ username: 'one', password: '1' });
    await store({ username: 'two', password: '2' });
    expect((await erase({ password: '3' })).body).toEqual({ removed: 0 });
    expect((await erase({ username: 'one', password: '2' })).body).toEqual({ removed: 0 });
    expect((await erase({ password: '2' })).body).toEqual({ removed: 1 });
    expect((await read()).body).toMatchObject({ username: 'one' });
    expect((await erase({})).body).toEqual({ removed: 1 });
    expect(await read()).toMatchObject(missing);
  });

  it.each([{ host: '' }, { host: '*' }, { protocol: '' }, { host: 'git' }])('takes nothing for %j', async (part) => {
    const { store, erase, list } = await start();
    await store({ username: 'me', password: '1' });
    expect((await erase(part)).body).toEqual({ removed: 0 });
    expect(await list()).toHaveLength(1);
  });
});

describe('with a tag', () => {
  it('a site has one credential, and others’ entries are read but not erased', async () => {
    const { send, store, erase, read, list } = await start();
    await send('/passwords', { json: { name: 'git.example', username: 'mine', password: 'x' } });
    const tagged = { tag: 'docker', path: '' };
    expect((await read(tagged)).body).toMatchObject({ username: 'mine' });
    expect((await erase(tagged)).body).toEqual({ removed: 0 });
    await store({ ...tagged, url: 'git.example', username: 'one', password: '1' });
    await store({ ...tagged, url: 'git.example', username: 'two', password: '2' });
    expect(await list()).toMatchObject([
      { username: 'mine', tags: [] },
      { username: 'two', tags: ['docker'], urls: ['git.example'] },
    ]);
    expect((await read(tagged)).body).toMatchObject({ username: 'two' });
    expect((await erase(tagged)).body).toEqual({ removed: 1 });
    expect((await read(tagged)).body).toMatchObject({ username: 'mine' });
  });
});
