import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const oldPassword = 'the old one';
const newPassword = 'the new one';

async function withEntry(): Promise<{ daemon: TestDaemon; token: string; id: string }> {
  const daemon = await freshDaemon();
  const created = await daemon.request('/users', { json: { password: oldPassword, recoveryKit: true } });
  const token = textAt(created, 'token');
  const id = textAt(await daemon.request('/passwords', { token, json: { name: 'github.com', password: 'kept' } }), 'id');
  return { daemon, token, id };
}

const change = (daemon: TestDaemon, token: string, json: object) => daemon.request('/users/me/password', { method: 'PUT', token, json });
const login = (daemon: TestDaemon, password: string) => daemon.request('/login', { json: { password } });

async function recoveryWrap({ store }: TestDaemon): Promise<Buffer | null | undefined> {
  return (await store.read((rows) => rows.users.all()))[0]?.credential.recoveryWrap;
}

describe.each([
  ['changing the master password', {}],
  ['changing it and rotating the keys', { rotateKeys: true }],
])('%s', (_name, more) => {
  it('lets the new one in and the old one no more, with every entry there', async () => {
    const { daemon, token, id } = await withEntry();
    const changed = await change(daemon, token, { currentPassword: oldPassword, newPassword, ...more });
    expect(changed).toMatchObject({ status: 200, body: { sessionsEnded: 1, copies: [] } });
    expect(await login(daemon, oldPassword)).toMatchObject(refusal(401, 'incorrect_password'));
    const fresh = textAt(await login(daemon, newPassword), 'token');
    expect((await daemon.request('/passwords/github.com', { token: fresh })).body).toMatchObject({ id, password: 'kept', revision: 1 });
  });

  it('ends every session of the account, and empties the write-ahead log', async () => {
    const { daemon, token } = await withEntry();
    const other = textAt(await login(daemon, oldPassword), 'token');
    const bob = await daemon.addUser('bob');
    const json = { currentPassword: oldPassword, newPassword, ...more };
    expect((await change(daemon, token, json)).body).toMatchObject({ sessionsEnded: 2 });
    for (const ended of [token, other]) {
      expect(await daemon.request('/passwords', { token: ended })).toMatchObject(refusal(401, 'unauthenticated'));
    }
    expect((await daemon.request('/passwords', { token: bob.token })).status).toBe(200);
    expect(statSync(join(daemon.directory, 'vault.db-wal')).size).toBe(0);
  });

  it('needs the present one, and changes nothing without it', async () => {
    const { daemon, token } = await withEntry();
    const refused = await change(daemon, token, { currentPassword: 'wrong', newPassword, ...more });
    expect(refused).toMatchObject(refusal(401, 'incorrect_password'));
    expect((await daemon.request('/passwords', { token })).status).toBe(200);
    expect((await login(daemon, oldPassword)).status).toBe(200);
  });
});

it('the recovery kit outlives a new password, but not new keys', async () => {
  const { daemon, token } = await withEntry();
  const before = await recoveryWrap(daemon);
  expect(before).toBeInstanceOf(Buffer);
  await change(daemon, token, { currentPassword: oldPassword, newPassword });
  expect(await recoveryWrap(daemon)).toEqual(before);
  const fresh = textAt(await login(daemon, newPassword), 'token');
  await change(daemon, fresh, { currentPassword: newPassword, newPassword: oldPassword, rotateKeys: true });
  expect(await recoveryWrap(daemon)).toBeNull();
});

it('guesses at the present password count as those of a login do', async () => {
  const { daemon, token } = await withEntry();
  daemon.clock.stop();
  for (let i = 0; i < 5; i++) await change(daemon, token, { currentPassword: 'wrong', newPassword });
  const refused = await change(daemon, token, { currentPassword: oldPassword, newPassword });
  expect(refused).toMatchObject(refusal(429, 'too_many_attempts'));
  expect(await login(daemon, oldPassword)).toMatchObject(refusal(429, 'too_many_attempts'));
});

it('a session that was locked while it waited its turn changes nothing', async () => {
  const { daemon, token } = await withEntry();
  const waiting = login(daemon, 'wrong');
  const changing = change(daemon, token, { currentPassword: oldPassword, newPassword });
  await daemon.request('/lock', { token, json: {} });
  await waiting;
  expect(await changing).toMatchObject(refusal(401, 'unauthenticated'));
  expect((await login(daemon, oldPassword)).status).toBe(200);
});

it.each([{}, { rotateKeys: true }])('a login with the old one that is under way meanwhile opens nothing (%j)', async (more) => {
  const { daemon, token } = await withEntry();
  const removeCopies = daemon.store.removeCopies.bind(daemon.store);
  let arrived: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (arrived = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  // The last that a login does before its session begins.
  vi.spyOn(daemon.store, 'removeCopies').mockImplementationOnce(async () => {
    arrived();
    await gate;
    await removeCopies();
  });
  const late = daemon.request('/login', { way: 'tcp', json: { password: oldPassword } });
  await waiting;
  expect((await change(daemon, token, { currentPassword: oldPassword, newPassword, ...more })).status).toBe(200);
  goOn();
  expect(await late).toMatchObject(refusal(401, 'incorrect_password'));
  expect(daemon.sessions.count).toBe(0);
});
