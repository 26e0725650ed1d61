import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import { logCheck, logEvent } from '../../../src/core/api/log.ts';
import { createTokenResponse } from '../../../src/core/api/tokens.ts';
import { eventually } from '../../support/eventually.ts';
import { freshDaemon, refusal, startTestDaemon, type TestDaemon, textAt } from '../test-daemon.ts';

const password = 'correct horse';
const token = async (daemon: TestDaemon): Promise<string> => textAt(await daemon.request('/login', { json: { password } }), 'token');
const add = async (daemon: TestDaemon, session: string, name: string) =>
  textAt(await daemon.request('/passwords', { token: session, json: { name, password: 'p' } }), 'id');
const events = async (daemon: TestDaemon, session: string, limit = 100) =>
  z.array(logEvent).parse((await daemon.request(`/log?limit=${String(limit)}`, { token: session })).body);
const happened = async (daemon: TestDaemon, session: string) =>
  (await events(daemon, session)).map(({ action, entries }) => [action, ...entries.map(({ name }) => name)].join(' '));
const check = async (daemon: TestDaemon, session: string) => logCheck.parse((await daemon.request('/log/verify', { token: session })).body);

/** A daemon whose account was made with a password, as each is. */
async function withAccount() {
  const daemon = await freshDaemon();
  const session = textAt(await daemon.request('/users', { json: { password } }), 'token');
  return { daemon, session };
}

/** Another process on the same database, with whoever logs in there. */
async function restarted(daemon: TestDaemon, how: { readonly killed?: boolean } = {}) {
  if (how.killed !== true) await daemon.endLog();
  const next = await startTestDaemon({ directory: daemon.directory });
  return { daemon: next, session: await token(next) };
}

const user = async (daemon: TestDaemon) => (await daemon.store.read((rows) => rows.users.all()))[0]?.seq ?? 0;

describe('the access log', () => {
  it('tells what was read and written, through which session, program and terminal', async () => {
    const { daemon, session } = await withAccount();
    const headers = { 'vault-client': 'program=git%20push&terminal=pts%2F3' };
    const id = await add(daemon, session, 'site');
    await daemon.request('/passwords/site', { token: session, headers });
    await daemon.request(`/passwords/${id}`, { method: 'PATCH', token: session, json: { name: 'renamed' } });
    await daemon.request(`/passwords/${id}`, { method: 'DELETE', token: session });
    const all = await events(daemon, session);
    expect(all.map(({ action }) => action)).toEqual(['added', 'read', 'changed', 'removed']);
    expect(all[1]).toMatchObject({ entries: [{ id, name: 'renamed', username: null }], count: 1, program: 'git push', terminal: 'pts/3' });
    expect(new Set(all.map(({ session: by }) => by)).size).toBe(1);
    expect(all[0]?.session).toMatch(/^[0-9a-f]{8}$/);
    expect(new Set(all.map(({ segment }) => segment))).toEqual(new Set([1]));
    expect(await check(daemon, session)).toEqual({ segments: 1, records: (all.at(-1)?.record ?? 0) + 1, broken: null, unclosed: [] });
  });

  it('keeps the newest only where few are asked for', async () => {
    const { daemon, session } = await withAccount();
    for (const name of ['a', 'b', 'c']) await add(daemon, session, name);
    expect((await events(daemon, session, 2)).map(({ entries }) => entries[0]?.name)).toEqual(['b', 'c']);
    expect(await daemon.request('/log?limit=0', { token: session })).toMatchObject(refusal(400, 'invalid_request'));
  });

  it('has a record for an import however large, and for an export', async () => {
    const { daemon, session } = await withAccount();
    const lines = Array.from({ length: 100 }, (_, i) => JSON.stringify({ name: `n${String(i)}` }));
    await daemon.request('/imports', {
      method: 'POST',
      token: session,
      body: lines.join('\n'),
      headers: { 'content-type': 'application/x-ndjson' },
    });
    await daemon.request('/exports', { method: 'POST', token: session });
    const all = await events(daemon, session);
    expect(all.map(({ action, count, entries }) => [action, count, entries.length])).toEqual([
      ['added', 100, 16],
      ['exported', 100, 0],
    ]);
  });

  it('goes on in another segment after a restart, and its end is in the manifest then', async () => {
    const first = await withAccount();
    await add(first.daemon, first.session, 'site');
    const second = await restarted(first.daemon);
    await second.daemon.request('/passwords/site', { token: second.session });
    const third = await restarted(second.daemon);
    expect(await happened(third.daemon, third.session)).toEqual(['added site', 'login', 'read site', 'login']);
    expect(await check(third.daemon, third.session)).toMatchObject({ segments: 3, broken: null, unclosed: [] });
  });

  it('says where a daemon was killed', async () => {
    const first = await withAccount();
    await add(first.daemon, first.session, 'site');
    const second = await restarted(first.daemon, { killed: true });
    expect(await check(second.daemon, second.session)).toEqual({ segments: 2, records: 2, broken: null, unclosed: [1] });
  });

  it('outlives a new password and new keys', async () => {
    const first = await withAccount();
    await add(first.daemon, first.session, 'site');
    const change = { method: 'PUT', json: { currentPassword: password, newPassword: password, rotateKeys: true } };
    expect((await first.daemon.request('/users/me/password', { token: first.session, ...change })).status).toBe(200);
    const again = await token(first.daemon);
    expect(await happened(first.daemon, again)).toEqual(['added site', 'password changed', 'login']);
    const second = await restarted(first.daemon);
    expect(await happened(second.daemon, second.session)).toEqual(['added site', 'password changed', 'login', 'login']);
    expect((await check(second.daemon, second.session)).broken).toBeNull();
  });

  it('has nothing of a change that failed, and keeps reads that waited', async () => {
    const { daemon, session } = await withAccount();
    const id = await add(daemon, session, 'site');
    await daemon.request('/passwords/site', { token: session });
    const stale = { method: 'PATCH', token: session, json: { notes: 'n' }, headers: { 'if-match': '"7"' } };
    expect((await daemon.request(`/passwords/${id}`, stale)).status).toBe(412);
    await Promise.all([add(daemon, session, 'a'), add(daemon, session, 'site').catch(() => null), add(daemon, session, 'b')]);
    expect((await happened(daemon, session)).sort()).toEqual(['added a', 'added b', 'added site', 'read site']);
    expect((await check(daemon, session)).broken).toBeNull();
  });

  it('keeps accounts apart', async () => {
    const { daemon, session } = await withAccount();
    await add(daemon, session, 'site');
    const other = textAt(await daemon.request('/users', { json: { account: 'other', password } }), 'token');
    await add(daemon, other, 'theirs');
    expect(await happened(daemon, session)).toEqual(['added site']);
    expect(await happened(daemon, other)).toEqual(['added theirs']);
  });

  it('is not filled or painted on by what a client says of itself', async () => {
    const { daemon, session } = await withAccount();
    const said = new URLSearchParams({ program: `\u001b[2J\u202e${'x'.repeat(500)}`, terminal: '' });
    await daemon.request('/passwords/none', { token: session });
    await add(daemon, session, 'site');
    await daemon.request('/passwords/site', { token: session, headers: { 'vault-client': said.toString() } });
    const [, read] = await events(daemon, session);
    expect(read).toMatchObject({ action: 'read', program: `?[2J?${'x'.repeat(59)}`, terminal: null });
  });
});

describe('what somebody did to the log', () => {
  /** Two closed segments and an open one: five records in the second, of which reads are 1 to 3. */
  async function threeSegments() {
    const first = await withAccount();
    await add(first.daemon, first.session, 'site');
    const second = await restarted(first.daemon);
    for (let i = 0; i < 3; i++) {
      await second.daemon.request('/passwords/site', { token: second.session });
      await events(second.daemon, second.session);
    }
    const third = await restarted(second.daemon);
    expect((await check(third.daemon, third.session)).broken).toBeNull();
    return third;
  }

  it('is found, and named by its first broken link', async () => {
    const { daemon, session } = await threeSegments();
    const cases = [
      ['delete from log_records where segment = 2 and position = 2', { segment: 2, record: 2, problem: 'missing' }],
      ['delete from log_records where segment = 2 and position > 1', { segment: 2, record: 2, problem: 'missing' }],
      ['update log_records set record = zeroblob(337) where segment = 2 and position = 1', { segment: 2, record: 1, problem: 'altered' }],
      [
        'update log_records set record = (select record from log_records where segment = 2 and position = 1) where segment = 2 and position = 3',
        { segment: 2, record: 3, problem: 'altered' },
      ],
      ['delete from log_segments where number = 2', { segment: 2, record: null, problem: 'missing' }],
      ['delete from log_segments where number = 1', { segment: 1, record: null, problem: 'missing' }],
      ['update log_segments set head = zeroblob(337) where number = 1', { segment: 1, record: null, problem: 'altered' }],
      ['delete from log_records where segment = 3', { segment: 3, record: 0, problem: 'missing' }],
      ['update log_records set segment = 1 where segment = 2 and position = 4', { segment: 1, record: 2, problem: 'missing' }],
    ] as const;
    const copy = join(daemon.directory, 'copy.db');
    daemon.tamper(`vacuum into '${copy}'`);
    const tables = ['log_segments', 'log_records'];
    const restore = tables.map((table) => `delete from ${table}; insert into ${table} select * from copy.${table};`).join('');
    for (const [sql, broken] of cases) {
      daemon.tamper(sql);
      expect((await check(daemon, session)).broken, sql).toEqual(broken);
      daemon.tamper(`attach '${copy}' as copy; ${restore}`);
      expect((await check(daemon, session)).broken, sql).toBeNull();
    }
  });

  it('is told at the next login, which it does not prevent', async () => {
    const { daemon } = await threeSegments();
    await daemon.endLog();
    daemon.tamper('delete from log_records where segment = 3 and position = 0');
    const next = await startTestDaemon({ directory: daemon.directory });
    const login = await next.request('/login', { json: { password } });
    expect(login).toMatchObject({ status: 200, body: { accessLogBroken: true } });
    const session = textAt(login, 'token');
    expect(await check(next, session)).toMatchObject({ broken: { segment: 3, record: 0 } });
    expect((await events(next, session)).at(-2)).toMatchObject({ action: 'broken' });
    expect(await next.request('/login', { json: { password } })).toMatchObject({ body: { token: expect.any(String) } });
  });

  it('is told though all of it is gone', async () => {
    const { daemon } = await threeSegments();
    await daemon.endLog();
    daemon.tamper('delete from log_segments');
    const next = await startTestDaemon({ directory: daemon.directory });
    expect((await next.request('/login', { json: { password } })).body).toMatchObject({ accessLogBroken: true });
  });
});

describe('a token that survives a lock', () => {
  const mint = async (daemon: TestDaemon, session: string) => {
    await add(daemon, session, 'site');
    const json = { entries: ['site'], surviveLock: true, ttlSeconds: 60 };
    return createTokenResponse.parse((await daemon.request('/tokens', { token: session, json })).body);
  };

  it('is in the log though nobody has logged in where it was used', async () => {
    const first = await withAccount();
    const made = await mint(first.daemon, first.session);
    await first.daemon.endLog();
    const locked = await startTestDaemon({ directory: first.daemon.directory });
    for (const name of ['site', 'nothing']) await locked.request(`/passwords/${name}`, { token: made.token });
    await locked.request('/passwords', { token: made.token });
    const second = await restarted(locked);
    await second.daemon.request('/passwords/site', { token: made.token });
    const all = (await events(second.daemon, second.session)).filter(({ action }) => action !== 'login');
    expect(all.map(({ action, session, detail }) => [action, session?.slice(0, 6) === 'token ', detail])).toEqual([
      ['added', false, null],
      ['token made', false, made.id.slice(0, 8)],
      ['read', true, null],
      ['refused', true, 'entry_not_found'],
      ['refused', true, 'scope_denied'],
      ['read', true, null],
    ]);
    expect(await check(second.daemon, second.session)).toMatchObject({ segments: 3, broken: null, unclosed: [] });
    const third = await restarted(second.daemon);
    expect(await check(third.daemon, third.session)).toMatchObject({ segments: 4, broken: null });
  });

  it('cannot have its part taken away once somebody logged in', async () => {
    const first = await withAccount();
    const { token: scoped } = await mint(first.daemon, first.session);
    for (let i = 0; i < 3; i++) await first.daemon.request('/passwords/site', { token: scoped });
    const second = await restarted(first.daemon);
    second.daemon.tamper('delete from log_records where segment = 2 and position = 2');
    expect((await check(second.daemon, second.session)).broken).toEqual({ segment: 2, record: 2, problem: 'missing' });
    second.daemon.tamper('delete from log_segments where number = 2');
    expect((await check(second.daemon, second.session)).broken).toEqual({ segment: 2, record: null, problem: 'missing' });
  });
});

it('reads are on the disk within a second, and nothing in the file names an entry', async () => {
  const { daemon, session } = await withAccount();
  await add(daemon, session, 'unmistakable');
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await daemon.request('/passwords/unmistakable', { token: session });
  const owner = await user(daemon);
  const count = async () => await daemon.store.read((rows) => rows.log.count(owner, 1));
  expect(await count()).toBe(1);
  vi.advanceTimersByTime(1000);
  await eventually(async () => (await count()) === 2, { what: 'the read is on the disk' });
  const records = await daemon.store.read((rows) => rows.log.records(owner, 1));
  expect(records.some(({ record }) => record.includes('unmistakable'))).toBe(false);
});

/** Processes of an account, one after the other, each with a login; the clock is so many days ahead in each. */
async function loginsAt(first: TestDaemon, days: readonly number[]) {
  let daemon = first;
  let session = '';
  for (const ahead of days) {
    await daemon.endLog();
    daemon = await startTestDaemon({ directory: daemon.directory });
    daemon.clock.advance(ahead * 86_400_000);
    session = await token(daemon);
  }
  return { daemon, session };
}

it('what is older than log.keepDays goes at a login a day after one that found it so old, and verifying knows of it', async () => {
  const first = await withAccount();
  await add(first.daemon, first.session, 'site');
  const found = await loginsAt(first.daemon, [0, 366]);
  expect(await check(found.daemon, found.session)).toMatchObject({ segments: 3, broken: null });
  const { daemon, session } = await loginsAt(found.daemon, [367.5]);
  expect(await check(daemon, session)).toMatchObject({ segments: 3, broken: null });
  expect(await happened(daemon, session)).toEqual(['login', 'login', 'login']);
  daemon.tamper('delete from log_segments where number = 3');
  expect((await check(daemon, session)).broken).toEqual({ segment: 3, record: null, problem: 'missing' });
});

it('loses nothing to a clock that is set far ahead for some hours', async () => {
  const first = await withAccount();
  await add(first.daemon, first.session, 'site');
  const { daemon, session } = await loginsAt(first.daemon, [0, 1000, 1000.5, 2, 4]);
  expect(await check(daemon, session)).toMatchObject({ segments: 6, broken: null });
  expect(await happened(daemon, session)).toContain('added site');
});

it('keeps a segment that is broken as long as the one after it: it does not go for what is left of it', async () => {
  const first = await withAccount();
  const { daemon } = await loginsAt(first.daemon, [0, 0]);
  daemon.tamper("update log_segments set head = x'00' where number = 1");
  const broken = { segment: 1, record: null, problem: 'altered' };
  const later = await loginsAt(daemon, [2, 4]);
  expect((await check(later.daemon, later.session)).broken).toEqual(broken);
  const old = await loginsAt(later.daemon, [367, 368.5]);
  expect((await check(old.daemon, old.session)).broken).toBeNull();
});
