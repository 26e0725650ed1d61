import { describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

async function withAlice(): Promise<{ daemon: TestDaemon; token: string }> {
  const daemon = await freshDaemon();
  return { daemon, token: (await daemon.addUser('alice')).token };
}

const invalid = refusal(400, 'invalid_request');
const missing = refusal(404, 'entry_not_found');
const oversized = refusal(413, 'payload_too_large');

describe('storing a login', () => {
  it('answers 201, where it is, and its revision', async () => {
    const { daemon, token } = await withAlice();
    const added = await daemon.request('/passwords', { token, json: { website: 'github.com', email: 'me@example.com', password: 'p' } });
    const id = textAt(added, 'id');
    expect(added).toMatchObject({ status: 201, body: { id, name: 'github.com', username: 'me@example.com', revision: 1 } });
    expect(added.headers.get('location')).toBe(`/passwords/${id}`);
    expect(added.headers.get('etag')).toBe('"1"');
    expect(added.headers.get('cache-control')).toBe('no-store');
    expect(added.text).not.toContain('"password"');
  });

  it('generates what it is asked to', async () => {
    const { daemon, token } = await withAlice();
    await daemon.request('/passwords', { token, json: { website: 'github.com', generate: { length: 33, symbols: false } } });
    expect(textAt(await daemon.request('/passwords/github.com', { token }), 'password')).toMatch(/^[A-Za-z0-9]{33}$/);
  });

  it.each([
    'work/db',
    'a b',
    '"quoted" \'name\'',
    'émoji 🔑',
    'שלום',
    'e\u0301',
    '100%',
    '50%2F',
    'a?b#c',
    '...',
    'constructor',
    'x'.repeat(1024),
  ])('takes the name %j, and finds it again', async (name) => {
    const { daemon, token } = await withAlice();
    expect((await daemon.request('/passwords', { token, json: { name, password: 'p' } })).status).toBe(201);
    expect(await daemon.request(`/passwords/${encodeURIComponent(name)}`, { token })).toMatchObject({ status: 200, body: { name } });
  });

  it.each(['', ' ', '.', '..', 'a\nb', 'a\tb', 'a\0b', '\u2028', 'x'.repeat(1025), '\ud800'])('refuses the name %j', async (name) => {
    const { daemon, token } = await withAlice();
    const body = JSON.stringify({ name, password: 'p' });
    expect(await daemon.request('/passwords', { token, body })).toMatchObject(invalid);
    expect((await daemon.request('/passwords', { token })).body).toEqual([]);
  });

  it('takes a note of 1 MiB, and refuses one byte more with 413', async () => {
    const { daemon, token } = await withAlice();
    const notes = 'é'.repeat(512 * 1024);
    expect((await daemon.request('/passwords', { token, json: { name: 'a', notes } })).status).toBe(201);
    expect((await daemon.request('/passwords/a', { token })).body).toMatchObject({ notes });
    expect(await daemon.request('/passwords', { token, json: { name: 'b', notes: `${notes}x` } })).toMatchObject(oversized);
  });

  it('refuses a body above 8 MiB with 413, whether or not it says its length', async () => {
    const { daemon, token } = await withAlice();
    const headers = { 'content-length': String(8 * 1024 * 1024 + 1) };
    expect(await daemon.request('/passwords', { token, body: '{}', headers })).toMatchObject(oversized);
    const body = JSON.stringify({
      name: 'a',
      fields: Array.from({ length: 9 }, (_, i) => ({ name: String(i), value: 'x'.repeat(1_000_000) })),
    });
    expect(await daemon.request('/passwords', { token, body })).toMatchObject(oversized);
  });

  it.each([
    ['no JSON', '{"name":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['a number for a name', '{"name":1,"password":"p"}'],
    ['neither website nor name', '{"password":"p"}'],
    ['both website and name', '{"website":"a","name":"a","password":"p"}'],
    ['nothing to keep', '{"name":"a"}'],
    ['an empty password', '{"name":"a","password":""}'],
    ['both password and generate', '{"name":"a","password":"p","generate":{}}'],
    ['an unknown field', '{"name":"a","password":"p","hunter2":"hunter2"}'],
    ['an unknown field in a field', '{"name":"a","fields":[{"name":"a","value":"b","hunter2":1}]}'],
    ['an unpaired surrogate', String.raw`{"name":"a","password":"\ud800"}`],
  ])('refuses %s, and repeats nothing of it', async (_name, body) => {
    const { daemon, token } = await withAlice();
    const answer = await daemon.request('/passwords', { token, body });
    expect(answer).toMatchObject(invalid);
    expect(answer.text).not.toContain('hunter2');
    expect((await daemon.request('/passwords', { token })).body).toEqual([]);
  });

  it('refuses bytes that are no UTF-8, rather than store something else', async () => {
    const { daemon, token } = await withAlice();
    const body = new Uint8Array([...Buffer.from('{"name":"a","password":"'), 0xc3, 0x28, ...Buffer.from('"}')]);
    expect(await daemon.request('/passwords', { token, body })).toMatchObject(invalid);
  });

  it('names each field that is wrong', async () => {
    const { daemon, token } = await withAlice();
    const answer = await daemon.request('/passwords', { token, json: { name: 'a', urls: ['x', 5], tags: 'work', password: 'p' } });
    expect(answer.body).toMatchObject({ error: { details: { issues: [{ path: ['urls', '1'] }, { path: ['tags'] }] } } });
  });

  it('refuses a second entry of the same name and username', async () => {
    const { daemon, token } = await withAlice();
    const json = { name: 'a', username: 'u', password: 'p' };
    await daemon.request('/passwords', { token, json });
    expect(await daemon.request('/passwords', { token, json })).toMatchObject(refusal(409, 'entry_exists'));
  });
});

describe('reading a login', () => {
  it('gives every key of an entry', async () => {
    const { daemon, token } = await withAlice();
    await daemon.request('/passwords', { token, json: { website: 'https://example.com/login', password: 'p' } });
    const found = await daemon.request('/passwords/example.com', { token });
    expect(found.headers.get('etag')).toBe('"1"');
    const empty = { username: null, totp: null, notes: null, fields: [], tags: [] };
    expect(found.body).toMatchObject({ ...empty, name: 'example.com', password: 'p', urls: ['https://example.com/login'], revision: 1 });
  });

  it('is told apart by username, and ambiguous without', async () => {
    const { daemon, token } = await withAlice();
    for (const username of ['me', 'you']) await daemon.request('/passwords', { token, json: { name: 'a', username, password: username } });
    expect((await daemon.request('/passwords/a?username=you', { token })).body).toMatchObject({ password: 'you' });
    const ambiguous = await daemon.request('/passwords/a', { token });
    expect(ambiguous).toMatchObject(refusal(409, 'entry_ambiguous'));
    expect(ambiguous.body).toMatchObject({ error: { details: { candidates: [{ username: 'me' }, { username: 'you' }] } } });
  });

  it('with "exact" leaves out hosts', async () => {
    const { daemon, token } = await withAlice();
    await daemon.request('/passwords', { token, json: { name: 'work', urls: ['https://login.example.com'], password: 'p' } });
    expect((await daemon.request('/passwords/login.example.com', { token })).status).toBe(200);
    expect(await daemon.request('/passwords/login.example.com?exact=true', { token })).toMatchObject(missing);
    expect((await daemon.request('/passwords/work?exact=true', { token })).status).toBe(200);
  });

  it.each(['/passwords?unknown=1', '/passwords?tag=a&tag=b', '/passwords/a?exact=maybe', '/passwords/a?user=me'])(
    'refuses %s',
    async (path) => {
      const { daemon, token } = await withAlice();
      expect(await daemon.request(path, { token })).toMatchObject(invalid);
    },
  );
});

it('a list is sorted, filtered, and without secrets', async () => {
  const { daemon, token } = await withAlice();
  const secrets = { password: 'secret-password', notes: 'plain note', fields: [{ name: 'pin', value: 'secret-pin', hidden: true }] };
  for (const [name, tags] of [
    ['beta', ['work']],
    ['Alpha', []],
    ['gamma', ['work', 'db']],
  ] as const) {
    await daemon.request('/passwords', { token, json: { name, tags, ...secrets } });
  }
  const names = async (query: string) => {
    const { body, text } = await daemon.request(`/passwords${query}`, { token });
    expect(text).not.toContain('secret-');
    return (body as { name: string }[]).map(({ name }) => name);
  };
  expect(await names('')).toEqual(['Alpha', 'beta', 'gamma']);
  expect(await names('?tag=work')).toEqual(['beta', 'gamma']);
  expect(await names('?pattern=A*')).toEqual(['Alpha']);
  expect(await names('?query=NOTE')).toEqual(['Alpha', 'beta', 'gamma']);
  expect(await names('?query=secret')).toEqual([]);
  expect(await names('?query=nothing')).toEqual([]);
});

describe('changing a login', () => {
  const withEntry = async () => {
    const { daemon, token } = await withAlice();
    const json = { name: 'a', username: 'u', password: 'p', notes: 'n', tags: ['t'] };
    const id = textAt(await daemon.request('/passwords', { token, json }), 'id');
    const patch = (change: object, headers: Record<string, string> = {}) =>
      daemon.request(`/passwords/${id}`, { method: 'PATCH', token, json: change, headers });
    const read = async () => (await daemon.request(`/passwords/${id}`, { token })).body;
    return { daemon, token, id, patch, read };
  };

  it('sets what is given, unsets what is null, and leaves the rest', async () => {
    const { patch, read, id } = await withEntry();
    const changed = await patch({ password: 'new', notes: null, tags: [] }, { 'content-type': 'application/merge-patch+json' });
    expect(changed).toMatchObject({ status: 200, body: { id, name: 'a', username: 'u', revision: 2 } });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect(await read()).toMatchObject({ name: 'a', username: 'u', password: 'new', notes: null, tags: [], revision: 2 });
  });

  it('with the revision it was made for goes through, and with a stale one changes nothing', async () => {
    const { patch, read } = await withEntry();
    expect((await patch({ notes: 'second' }, { 'if-match': '"1"' })).status).toBe(200);
    for (const tag of ['"1"', '"99"', 'W/"2"', '2', '"x"', '']) {
      expect(await patch({ notes: 'third' }, { 'if-match': tag }), tag).toMatchObject(refusal(412, 'revision_conflict'));
    }
    expect(await read()).toMatchObject({ notes: 'second', revision: 2 });
    expect((await patch({ notes: 'third' }, { 'if-match': '*' })).status).toBe(200);
  });

  it('refuses what an entry cannot be', async () => {
    const { patch, read } = await withEntry();
    for (const change of [{ name: '' }, { name: null }, { password: '' }, { id: 'x' }, { revision: 7 }, { tags: [null] }]) {
      expect(await patch(change)).toMatchObject(invalid);
    }
    expect(await read()).toMatchObject({ revision: 1 });
  });

  it('goes by id alone: a name is no id', async () => {
    const { daemon, token } = await withEntry();
    for (const id of ['a', '00000000-0000-4000-8000-000000000000']) {
      expect(await daemon.request(`/passwords/${id}`, { method: 'PATCH', token, json: { notes: 'x' } })).toMatchObject(missing);
      expect(await daemon.request(`/passwords/${id}`, { method: 'DELETE', token })).toMatchObject(missing);
    }
  });

  it('a removed one is gone, and removing it again is a miss; a stale removal is refused', async () => {
    const { daemon, token, id } = await withEntry();
    const remove = (headers = {}) => daemon.request(`/passwords/${id.toUpperCase()}`, { method: 'DELETE', token, headers });
    expect(await remove({ 'if-match': '"7"' })).toMatchObject(refusal(412, 'revision_conflict'));
    expect(await remove({ 'if-match': '"1"' })).toMatchObject({ status: 200, body: { id, name: 'a' } });
    expect(await daemon.request(`/passwords/${id}`, { token })).toMatchObject(missing);
    expect(await daemon.request('/passwords', { token })).toMatchObject({ body: [] });
    expect(await remove()).toMatchObject(missing);
  });
});

it('nobody reaches another’s entries: they are not there', async () => {
  const daemon = await freshDaemon();
  const alice = await daemon.addUser('alice');
  const bob = await daemon.addUser('bob');
  const json = { name: 'mine', urls: ['https://example.com'], password: 'alice’s' };
  const id = textAt(await daemon.request('/passwords', { token: alice.token, json }), 'id');
  for (const website of [id, 'mine', 'example.com']) {
    expect(await daemon.request(`/passwords/${website}`, { token: bob.token })).toMatchObject(missing);
  }
  expect(await daemon.request(`/passwords/${id}`, { method: 'PATCH', token: bob.token, json: { notes: 'x' } })).toMatchObject(missing);
  expect(await daemon.request(`/passwords/${id}`, { method: 'DELETE', token: bob.token })).toMatchObject(missing);
  expect((await daemon.request('/passwords', { token: bob.token })).body).toEqual([]);
  expect((await daemon.request('/passwords?query=mine', { token: bob.token })).body).toEqual([]);
  expect((await daemon.request('/passwords', { token: bob.token, json })).status).toBe(201);
  expect((await daemon.request(`/passwords/${id}`, { token: alice.token })).body).toMatchObject({ password: 'alice’s', revision: 1 });
});
