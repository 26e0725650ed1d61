import { describe, expect, it } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const password = 'correct horse';
const wanted = refusal(403, 'confirmation_required');
const minute = 60_000;

/** A daemon with an account of eight entries, of which three can be read within a minute. */
async function withEntries(readsPerMinute = 3) {
  const daemon = await freshDaemon({ config: { brake: { readsPerMinute } } });
  const token = textAt(await daemon.request('/users', { json: { password } }), 'token');
  const lines = Array.from({ length: 8 }, (_, i) =>
    JSON.stringify({ name: `n${String(i)}`, password: 'p', urls: [`https://n${String(i)}.example`] }),
  );
  const headers = { 'content-type': 'application/x-ndjson' };
  await daemon.request('/imports', { method: 'POST', token, body: lines.join('\n'), headers });
  return { daemon, token };
}

const read = async (daemon: TestDaemon, token: string, i: number, headers = {}) =>
  await daemon.request(`/passwords/n${String(i)}`, { token, headers });
const confirm = async (daemon: TestDaemon, token: string, json: object = { password }) => await daemon.request('/confirm', { token, json });

async function reads(daemon: TestDaemon, token: string, ...which: number[]) {
  const statuses = [];
  for (const i of which) statuses.push((await read(daemon, token, i)).status);
  return statuses;
}

describe('the brake on reading in bulk', () => {
  it('counts entries, not reads, and wants the password after so many within a minute', async () => {
    const { daemon, token } = await withEntries();
    expect(await reads(daemon, token, 0, 1, 0, 2, 0, 1, 2)).toEqual(Array(7).fill(200));
    expect(await read(daemon, token, 3)).toMatchObject(wanted);
    expect(await read(daemon, token, 0)).toMatchObject(wanted);
    daemon.clock.advance(10 * minute);
    expect(await read(daemon, token, 0)).toMatchObject(wanted);
    expect(await confirm(daemon, token)).toMatchObject({ status: 200, body: { confirmed: true } });
    expect(await reads(daemon, token, 3, 4, 5, 6)).toEqual([200, 200, 200, 403]);
  });

  it('forgets what was read more than a minute ago', async () => {
    const { daemon, token } = await withEntries();
    expect(await reads(daemon, token, 0, 1, 2)).toEqual([200, 200, 200]);
    daemon.clock.advance(minute);
    expect(await reads(daemon, token, 3, 4, 5)).toEqual([200, 200, 200]);
  });

  it('is one for all ways to a secret and all sessions of an account, and leaves others alone', async () => {
    const { daemon, token } = await withEntries();
    const second = textAt(await daemon.request('/login', { json: { password } }), 'token');
    const bob = await daemon.addUser('bob');
    await daemon.request('/passwords', { token: bob.token, json: { name: 'n0', password: 'p' } });
    expect(await reads(daemon, token, 0, 1)).toEqual([200, 200]);
    expect((await daemon.request('/credentials?protocol=https&host=n2.example', { token: second })).status).toBe(200);
    expect(await daemon.request('/credentials?protocol=https&host=n3.example', { token: second })).toMatchObject(wanted);
    expect(await read(daemon, token, 4)).toMatchObject(wanted);
    expect((await read(daemon, bob.token, 0)).status).toBe(200);
    expect((await daemon.request('/passwords', { token })).status).toBe(200);
  });

  it('lets through what its owner named beforehand', async () => {
    const { daemon, token } = await withEntries();
    for (const purpose of ['run', 'inject']) {
      for (let i = 0; i < 8; i++) expect((await read(daemon, token, i, { 'vault-purpose': purpose })).status).toBe(200);
    }
    for (let i = 0; i < 4; i++) await read(daemon, token, i, { 'vault-purpose': 'fun' });
    expect(await read(daemon, token, 5)).toMatchObject(wanted);
    expect((await read(daemon, token, 5, { 'vault-purpose': 'run' })).status).toBe(200);
  });

  it('lets a token read what it was made for', async () => {
    const { daemon, token } = await withEntries();
    const names = Array.from({ length: 8 }, (_, i) => `n${String(i)}`);
    const scoped = textAt(await daemon.request('/tokens', { token, json: { entries: names } }), 'token');
    expect(await reads(daemon, scoped, 0, 1, 2, 3, 4, 5, 6, 7)).toEqual(Array(8).fill(200));
  });

  it('counts what a token is made for, unless the password was given just now', async () => {
    const { daemon, token } = await withEntries();
    daemon.clock.advance(5 * minute);
    const mint = async (...entries: string[]) => await daemon.request('/tokens', { token, json: { entries } });
    expect((await mint('n0', 'n1')).status).toBe(201);
    expect((await mint('n1', 'n2')).status).toBe(201);
    expect(await mint('n3')).toMatchObject(wanted);
    expect(await read(daemon, token, 0)).toMatchObject(wanted);
    await confirm(daemon, token);
    expect((await mint('n0', 'n1', 'n2', 'n3', 'n4', 'n5')).status).toBe(201);
  });

  it('can be taken away', async () => {
    const { daemon, token } = await withEntries(0);
    expect(await reads(daemon, token, 0, 1, 2, 3, 4, 5, 6, 7)).toEqual(Array(8).fill(200));
    daemon.clock.advance(5 * minute);
    expect((await daemon.request('/exports', { method: 'POST', token })).status).toBe(200);
  });

  it('has refusals and confirmations in the access log', async () => {
    const { daemon, token } = await withEntries(1);
    await reads(daemon, token, 0, 1);
    await confirm(daemon, token);
    expect((await daemon.request('/log?limit=3', { token })).body).toMatchObject([
      { action: 'read', entries: [{ name: 'n0' }] },
      { action: 'refused', entries: [{ name: 'n1' }], detail: 'confirmation_required' },
      { action: 'confirmed' },
    ]);
  });
});

it('taking everything out wants a password that was given within five minutes, by this session', async () => {
  const { daemon, token } = await withEntries();
  const take = async (session: string) => await daemon.request('/exports', { method: 'POST', token: session });
  expect((await take(token)).text.trim().split('\n')).toHaveLength(8);
  daemon.clock.advance(5 * minute);
  expect(await take(token)).toMatchObject(wanted);
  const second = textAt(await daemon.request('/login', { json: { password } }), 'token');
  expect((await take(second)).status).toBe(200);
  expect(await take(token)).toMatchObject(wanted);
  await confirm(daemon, token);
  expect((await take(token)).status).toBe(200);
});

it('a confirmation with a wrong password changes nothing, and is an attempt like any other', async () => {
  const { daemon, token } = await withEntries(1);
  daemon.clock.stop();
  await reads(daemon, token, 0, 1);
  for (const json of [{ password: 'wrong' }, { password: 'Wrong' }]) {
    expect(await confirm(daemon, token, json)).toMatchObject(refusal(401, 'incorrect_password'));
  }
  for (const json of [{}, { password, account: 'default' }, { password, more: 1 }]) {
    expect(await confirm(daemon, token, json)).toMatchObject(refusal(400, 'invalid_request'));
  }
  expect(await read(daemon, token, 0)).toMatchObject(wanted);
  for (let i = 0; i < 3; i++) await confirm(daemon, token, { password: 'wrong' });
  expect(await confirm(daemon, token, { password: 'wrong' })).toMatchObject(refusal(429, 'too_many_attempts'));
});
