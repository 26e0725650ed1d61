import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { decodeScopedToken, encodeScopedToken } from '../../../src/core/scope/token-text.ts';
import { createTokenResponse, tokenSummary } from '../../../src/core/api/tokens.ts';
import { entry } from '../../../src/core/entry/schema.ts';
import { freshDaemon, refusal, type TestAnswer, type TestDaemon, textAt } from '../test-daemon.ts';

const hour = 3_600_000;
const password = 'correct horse';
const notFound = refusal(404, 'entry_not_found');
const ended = refusal(401, 'unauthenticated');
const denied = refusal(403, 'scope_denied');

/** A daemon with a user who has three entries. */
async function withEntries() {
  const daemon = await freshDaemon();
  const user = await daemon.addUser('alice');
  const add = async (json: object) => textAt(await daemon.request('/passwords', { token: user.token, json }), 'id');
  const ids = {
    db: await add({
      name: 'work/db',
      username: 'app',
      password: 'db secret',
      tags: ['ci'],
      fields: [{ name: 'DSN', value: 'postgres://', hidden: true }],
    }),
    site: await add({
      name: 'site',
      username: 'me',
      password: 'site secret',
      urls: ['https://login.example.com'],
      tags: ['ci'],
      totp: 'JBSWY3DPEHPK3PXP',
    }),
    other: await add({ name: 'other', password: 'other secret' }),
  };
  return { daemon, user, ids };
}

async function mint(daemon: TestDaemon, token: string, json: object) {
  const answer = await daemon.request('/tokens', { token, json });
  expect(answer).toMatchObject({ status: 201 });
  return createTokenResponse.parse(answer.body);
}

const read = async (daemon: TestDaemon, token: string, name: string): Promise<TestAnswer> =>
  await daemon.request(`/passwords/${encodeURIComponent(name)}`, { token });

async function tokensOf(daemon: TestDaemon, token: string) {
  return z.array(tokenSummary).parse((await daemon.request('/tokens', { token })).body);
}

describe.each([
  ['ends with its session', {}],
  ['survives a lock', { surviveLock: true, ttlSeconds: 3600 }],
] as const)('a scoped token that %s', (_name, kind) => {
  it('reads its entries by every way to name them, and nothing else', async () => {
    const { daemon, user, ids } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['WORK/db', 'example.com'], ...kind });
    for (const name of ['work/db', ids.db]) expect((await read(daemon, token, name)).body).toMatchObject({ password: 'db secret' });
    for (const name of ['site', 'login.example.com', 'www.example.com']) {
      expect((await read(daemon, token, name)).body).toMatchObject({ password: 'site secret', revision: 1 });
    }
    for (const name of ['other', ids.other, 'no such thing']) expect(await read(daemon, token, name)).toMatchObject(notFound);
    expect(await daemon.request('/passwords/site?username=you', { token })).toMatchObject(notFound);
  });

  it('is refused everything but reading', async () => {
    const { daemon, user, ids } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], ...kind });
    const routes = daemon.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`);
    const open = ['POST /users', 'POST /login', 'POST /generate', 'GET /status', 'GET /openapi.json', 'GET /docs', 'GET /docs/:file'];
    // A kit, or a copy's own password, takes the token's place.
    open.push('POST /recover', 'POST /backups/verify', 'POST /backups/restore');
    const reading = ['GET /passwords/:website', 'GET /credentials'];
    const wanting = [...new Set(routes)].filter((route) => !open.includes(route) && !reading.includes(route));
    expect(wanting.length).toBeGreaterThan(8);
    for (const route of wanting) {
      const [method = '', path = ''] = route.split(' ');
      const answer = await daemon.request(path.replace(/:\w+/, ids.site), { method, token, ...(method === 'GET' ? {} : { json: {} }) });
      expect(answer, route).toMatchObject(denied);
    }
    expect((await daemon.request('/status', { token })).body).toMatchObject({ locked: true, session: null });
  });

  it('gives credential helpers what its entries hold for a site, and of no other', async () => {
    const { daemon, user } = await withEntries();
    const later = { name: 'later', username: 'you', password: 'later secret', urls: ['https://login.example.com'] };
    await daemon.request('/passwords', { token: user.token, json: later });
    const { token } = await mint(daemon, user.token, { entries: ['site'], uses: 2, ...kind });
    const ask = (host: string, query = '') => daemon.request(`/credentials?protocol=https&host=${host}${query}`, { token });
    for (const host of ['example.com', 'other', 'a/b']) expect(await ask(encodeURIComponent(host))).toMatchObject(notFound);
    expect(await ask('login.example.com', '&username=you')).toMatchObject(notFound);
    for (const query of ['', '&username=me&tag=docker']) {
      expect((await ask('login.example.com', query)).body).toMatchObject({ username: 'me', password: 'site secret' });
    }
    expect(await ask('login.example.com')).toMatchObject(ended);
  });

  it('gives credential helpers its one field, and no password that has expired', async () => {
    const { daemon, user, ids } = await withEntries();
    const expiry = (at: number) => [{ name: 'git password_expiry_utc', value: String(at), hidden: false }];
    const change = async (fields: object) =>
      await daemon.request(`/passwords/${ids.site}`, { method: 'PATCH', token: user.token, json: { fields } });
    await change(expiry(Math.floor(daemon.clock.wall() / 1000) + 3000));
    const of = async (field: string) => {
      const { token } = await mint(daemon, user.token, { entries: ['site'], field, ...kind });
      return await daemon.request('/credentials?protocol=https&host=login.example.com&username=me', { token });
    };
    expect((await of('password')).body).toMatchObject({ username: null, password: 'site secret', passwordExpiry: null });
    expect(await of('username')).toMatchObject(notFound);
    await change(expiry(1));
    expect(await of('password')).toMatchObject(notFound);
  });

  it('for one field leaves all others empty, and refuses them by name', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { tag: 'ci', field: 'dsn', ...kind });
    const answer = await read(daemon, token, 'work/db');
    expect(answer.body).toMatchObject({ name: 'work/db', username: null, password: null, fields: [{ name: 'DSN', value: 'postgres://' }] });
    expect(entry.parse((await read(daemon, token, 'site')).body)).toMatchObject({ password: null, totp: null, urls: [], fields: [] });
    const wanting = async (field: string) => (await daemon.request(`/passwords/work%2Fdb?field=${field}`, { token })).status;
    expect(await Promise.all(['DSN', 'dsn', 'id', 'password', 'username', 'code'].map(wanting))).toEqual([200, 200, 200, 403, 403, 403]);
  });

  it('for the TOTP secret gives what codes are made of', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], field: 'totp', ...kind });
    expect((await daemon.request('/passwords/site?field=code', { token })).body).toMatchObject({
      totp: expect.stringContaining('otpauth:'),
      password: null,
    });
  });

  it('follows its entries, and never sees one that was put back', async () => {
    const { daemon, user, ids } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site', 'other'], ...kind });
    await daemon.request(`/passwords/${ids.site}`, { method: 'PATCH', token: user.token, json: { name: 'renamed', password: 'next' } });
    expect(await read(daemon, token, 'site')).toMatchObject(notFound);
    expect((await read(daemon, token, 'renamed')).body).toMatchObject({ password: 'next', revision: 2 });
    await daemon.request(`/passwords/${ids.other}`, { method: 'DELETE', token: user.token });
    expect(await read(daemon, token, 'other')).toMatchObject(notFound);
  });

  it('ends when its time is over', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], ...kind, ttlSeconds: 60 });
    daemon.clock.advance(59_000);
    expect((await read(daemon, token, 'site')).status).toBe(200);
    expect(await tokensOf(daemon, user.token)).toHaveLength(1);
    daemon.clock.advance(1000);
    expect(await read(daemon, token, 'site')).toMatchObject(ended);
    expect(await tokensOf(daemon, user.token)).toEqual([]);
  });

  it('with one use lets exactly one of a hundred through', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], uses: 1, ...kind });
    expect(await read(daemon, token, 'nothing')).toMatchObject(notFound);
    const answers = await Promise.all(Array.from({ length: 100 }, () => read(daemon, token, 'site')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(99).fill(401)]);
    expect(await tokensOf(daemon, user.token)).toEqual([]);
  });

  it('counts its uses', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], uses: 3, ...kind });
    await read(daemon, token, 'site');
    expect(await tokensOf(daemon, user.token)).toMatchObject([{ uses: 3, usesLeft: 2 }]);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await read(daemon, token, 'site')).status);
    expect(statuses).toEqual([200, 200, 401]);
  });

  it('can be revoked, by its own account alone', async () => {
    const { daemon, user } = await withEntries();
    const bob = await daemon.addUser('bob');
    const { token, id } = await mint(daemon, user.token, { entries: ['site'], ...kind });
    const second = await mint(daemon, user.token, { entries: ['site'], ...kind });
    expect(await tokensOf(daemon, bob.token)).toEqual([]);
    expect(await daemon.request(`/tokens/${id}`, { method: 'DELETE', token: bob.token })).toMatchObject(notFound);
    expect((await daemon.request('/tokens', { method: 'DELETE', token: bob.token })).body).toEqual({ revoked: 0 });
    expect((await read(daemon, token, 'site')).status).toBe(200);
    expect((await daemon.request(`/tokens/${id}`, { method: 'DELETE', token: user.token })).body).toEqual({ revoked: 1 });
    expect(await read(daemon, token, 'site')).toMatchObject(ended);
    expect((await read(daemon, second.token, 'site')).status).toBe(200);
    expect((await daemon.request('/tokens', { method: 'DELETE', token: user.token })).body).toEqual({ revoked: 1 });
    expect(await read(daemon, second.token, 'site')).toMatchObject(ended);
  });

  it('opens with its own secret alone', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], ...kind });
    const parts = decodeScopedToken(token);
    if (parts === null) throw new Error('no token');
    const other = encodeScopedToken({ ...parts, secret: Buffer.alloc(32, 1) });
    const elsewhere = encodeScopedToken({ ...parts, survivesLock: !parts.survivesLock });
    for (const wrong of [other, elsewhere, `${token}A`]) {
      expect(await read(daemon, wrong, 'site')).toMatchObject(ended);
      expect(await daemon.request('/passwords', { token: wrong })).toMatchObject(ended);
    }
  });

  it('is no use of the session that made it', async () => {
    const { daemon, user } = await withEntries();
    const { token } = await mint(daemon, user.token, { entries: ['site'], ...kind });
    daemon.clock.advance(hour / 5);
    await read(daemon, token, 'site');
    daemon.clock.advance(hour / 5);
    expect(await daemon.request('/passwords', { token: user.token })).toMatchObject(ended);
  });
});

it('a token of a session ends with that session, one that survives a lock does not', async () => {
  const { daemon, user } = await withEntries();
  const again = await user.again();
  const [short, long, others] = [
    await mint(daemon, user.token, { entries: ['site'] }),
    await mint(daemon, user.token, { entries: ['site'], surviveLock: true, ttlSeconds: 60 }),
    await mint(daemon, again, { entries: ['site'] }),
  ];
  await daemon.request('/lock', { token: user.token, json: {} });
  expect(await read(daemon, short.token, 'site')).toMatchObject(ended);
  expect((await read(daemon, others.token, 'site')).status).toBe(200);
  await daemon.request('/lock', { token: again, json: {} });
  expect(daemon.sessions.count).toBe(0);
  expect(await read(daemon, others.token, 'site')).toMatchObject(ended);
  expect((await read(daemon, long.token, 'site')).body).toMatchObject({ password: 'site secret' });
});

it('one that has expired goes at a login a day after one that found it so, and a clock that is set far ahead takes none away', async () => {
  const daemon = await freshDaemon();
  const session = textAt(await daemon.request('/users', { json: { password } }), 'token');
  await daemon.request('/passwords', { token: session, json: { name: 'site', password: 'site secret' } });
  await mint(daemon, session, { entries: ['site'], surviveLock: true, ttlSeconds: (10 * 24 * hour) / 1000 });
  let day = 0;
  const leftAt = async (next: number) => {
    daemon.clock.setWall((next - day) * 24 * hour);
    day = next;
    const token = textAt(await daemon.request('/login', { json: { password } }), 'token');
    // The login is on the disk.
    await daemon.request('/log', { token });
    return await daemon.store.read(async (rows) => (await rows.tokens.ofUser((await rows.users.all())[0]?.seq ?? 0)).length);
  };
  for (const ahead of [0.1, 1000, 1000.5, 2, 11]) expect(await leftAt(ahead), `day ${String(ahead)}`).toBe(1);
  expect(await leftAt(12.5)).toBe(0);
});

it('what the database keeps of a token opens to no other key, and names nothing', async () => {
  const { daemon, user } = await withEntries();
  await mint(daemon, user.token, { entries: ['site'], field: 'password', surviveLock: true, ttlSeconds: 60 });
  await mint(daemon, user.token, { entries: ['site'] });
  const rows = await daemon.store.read(async (all) => await all.tokens.ofUser((await all.users.byId(user.id))?.seq ?? 0));
  expect(rows).toHaveLength(1);
  for (const { record, note } of rows) {
    for (const word of ['site', 'password', 'secret']) expect(`${record.toString('latin1')}${note.toString('latin1')}`).not.toContain(word);
  }
});

it('an entry that was put back to before the token is damage, not an answer', async () => {
  const { daemon, user, ids } = await withEntries();
  const rowOf = async (id: string) =>
    await daemon.store.read(
      async (rows) => await rows.entries.byId((await rows.users.byId(user.id))?.seq ?? 0, Buffer.from(id.replaceAll('-', ''), 'hex')),
    );
  const old = await rowOf(ids.site);
  await daemon.request(`/passwords/${ids.site}`, { method: 'PATCH', token: user.token, json: { password: 'next' } });
  const { token } = await mint(daemon, user.token, { entries: ['site'], surviveLock: true, ttlSeconds: 60 });
  if (old === null) throw new Error('the entry is gone');
  await daemon.store.write((rows) => rows.entries.update(old, null));
  expect(await read(daemon, token, 'site')).toMatchObject(refusal(500, 'vault_corrupt'));
});

describe('making a token', () => {
  it.each([
    ['for nothing', {}, refusal(400, 'invalid_request')],
    [
      'for an entry that is not there',
      { entries: ['site', 'nothing'] },
      { status: 404, body: { error: { code: 'entry_not_found', details: { entry: 1 } } } },
    ],
    ['for a tag that no entry has', { tag: 'none' }, notFound],
    ['for a field that none of the entries has', { entries: ['site'], field: 'pin' }, refusal(404, 'field_not_found')],
    ['for codes', { entries: ['site'], field: 'code' }, refusal(400, 'invalid_request')],
    ['that survives a lock without an end', { entries: ['site'], surviveLock: true }, refusal(400, 'invalid_request')],
    ['with no uses', { entries: ['site'], uses: 0 }, refusal(400, 'invalid_request')],
    ['with an unknown wish', { entries: ['site'], write: true }, refusal(400, 'invalid_request')],
  ])('%s is refused', async (_name, json, refused) => {
    const { daemon, user } = await withEntries();
    expect(await daemon.request('/tokens', { token: user.token, json })).toMatchObject(refused);
    expect(await tokensOf(daemon, user.token)).toEqual([]);
  });

  it('takes each entry once, and at most 256', async () => {
    const { daemon, user } = await withEntries();
    expect((await mint(daemon, user.token, { entries: ['site', 'SITE'], tag: 'ci' })).entries.map(({ name }) => name).sort()).toEqual([
      'site',
      'work/db',
    ]);
    const lines = Array.from({ length: 257 }, (_, i) => JSON.stringify({ name: `n${String(i)}`, password: 'p', tags: ['many'] }));
    const headers = { 'content-type': 'application/x-ndjson' };
    await daemon.request('/imports', { token: user.token, method: 'POST', body: lines.join('\n'), headers });
    expect(await daemon.request('/tokens', { token: user.token, json: { tag: 'many' } })).toMatchObject(refusal(400, 'invalid_request'));
  });

  it('says what was made, in order', async () => {
    const { daemon, user, ids } = await withEntries();
    const first = await mint(daemon, user.token, { entries: ['other'], surviveLock: true, ttlSeconds: 3600, uses: 2 });
    daemon.clock.advance(1000);
    const second = await mint(daemon, user.token, { entries: ['site'], field: 'password' });
    const listed = await tokensOf(daemon, user.token);
    expect(listed.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(listed).toMatchObject([
      { uses: 2, usesLeft: 2, field: null, survivesLock: true, entries: [{ id: ids.other, name: 'other', username: null }] },
      { uses: null, usesLeft: null, field: 'password', survivesLock: false, expiresAt: null, entries: [{ id: ids.site }] },
    ]);
    expect(Date.parse(listed[0]?.expiresAt ?? '') - Date.parse(listed[0]?.createdAt ?? '')).toBe(hour);
  });
});
