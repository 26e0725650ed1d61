import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SeenManifests } from '../../../src/daemon/vault/seen.ts';
import { freshDaemon, refusal, type TestDaemon, textAt } from '../test-daemon.ts';

const password = 'the password of then';
const octets = { 'content-type': 'application/octet-stream' };
const file = new Uint8Array(100_000).fill(7);

let daemon: TestDaemon;
let token: string;
let copy: string;

const read = (name: string, as = token, on = daemon) => on.request(`/passwords/${name}`, { token: as });
const login = async (on: TestDaemon, given = password) => await on.request('/login', { json: { password: given } });
const verify = (path: string, more: object = {}, on = daemon) => on.request('/backups/verify', { json: { path, password, ...more } });
const restore = (path: string, more: object = {}, on = daemon) => on.request('/backups/restore', { json: { path, password, ...more } });

beforeEach(async () => {
  daemon = await freshDaemon();
  token = textAt(await daemon.request('/users', { json: { password } }), 'token');
  const entry = textAt(await daemon.request('/passwords', { token, json: { name: 'e', password: 'first' } }), 'id');
  await daemon.request(`/passwords/${entry}`, { method: 'PATCH', token, json: { password: 'of the copy' } });
  await daemon.request(`/attachments?entry=${entry}&name=f`, { token, body: file, headers: octets });
  const gone = textAt(await daemon.request('/passwords', { token, json: { name: 'g', password: 'p' } }), 'id');
  await daemon.request(`/passwords/${gone}`, { method: 'DELETE', token });
  await daemon.request('/tokens', { token, json: { entries: ['e'], surviveLock: true, ttlSeconds: 600 } });
  copy = textAt(await daemon.request('/backups', { token, json: {} }), 'path');
  await daemon.request(`/passwords/${entry}`, { method: 'PATCH', token, json: { password: 'of later' } });
});

const contents = { account: 'default', entries: 1, trashed: 1, revisions: 3, attachments: 1, newestChange: expect.any(String) as string };

describe('a copy', () => {
  it('is one file, 0600, that holds no tokens and can be made into any directory', () => {
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(copy))).toHaveLength(1);
    const database = new BetterSqlite3(copy, { readonly: true });
    expect(database.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(database.prepare('select count(*) from scoped_tokens').pluck().get()).toBe(0);
    database.close();
  });

  it('goes to a new file each time, to where it is told, and not where there is no directory', async () => {
    const at = (directory: string) => daemon.request('/backups', { token, json: { directory } });
    const paths = [textAt(await at(daemon.directory), 'path'), textAt(await at(daemon.directory), 'path')];
    expect(new Set(paths.map((path) => [dirname(path)]).flat())).toEqual(new Set([daemon.directory]));
    expect(new Set(paths).size).toBe(2);
    expect(await at('/nowhere/at/all')).toMatchObject(refusal(400, 'invalid_request'));
    expect(await at('relative')).toMatchObject(refusal(400, 'invalid_request'));
  });

  it('is named where the master password changes', async () => {
    const json = { currentPassword: password, newPassword: 'n' };
    expect((await daemon.request('/users/me/password', { method: 'PUT', token, json })).body).toMatchObject({ copies: [copy] });
  });

  it('is proven whole without being touched', async () => {
    const before = readFileSync(copy);
    expect(await verify(copy)).toMatchObject({ status: 200, body: contents });
    expect(readFileSync(copy).equals(before)).toBe(true);
    expect(readdirSync(daemon.directory).filter((name) => name.includes('.copy-'))).toEqual([]);
    expect((await read('e')).body).toMatchObject({ password: 'of later' });
  });

  it.each([
    ['an entry', "update entries set body = cast(substr(body, 1, 100) || x'ff' || substr(body, 102) as blob)"],
    ['an earlier revision', 'update revisions set body = (select body from revisions order by entry desc, revision limit 1)'],
    ['a missing revision', 'delete from revisions where revision = 1'],
    ['an attachment', 'delete from attachment_chunks where chunk = 1'],
    ['the manifest', 'delete from manifest_leaves'],
    ['an entry that is gone', 'delete from entries where trashed = 1'],
    ['the stored key', "update users set verifier = x'00'"],
  ])('that is damaged in %s is neither sound nor restored', async (_, sql) => {
    const database = new BetterSqlite3(copy);
    database.exec(sql);
    database.close();
    expect(await verify(copy)).toMatchObject(refusal(500, 'vault_corrupt'));
    expect(await restore(copy)).toMatchObject(refusal(500, 'vault_corrupt'));
    expect((await read('e')).body).toMatchObject({ password: 'of later' });
  });

  it('that is no copy, cut, of a newer version or under another password is refused', async () => {
    const other = join(daemon.directory, 'other');
    writeFileSync(other, readFileSync(copy).subarray(0, 30_000));
    expect(await verify(other)).toMatchObject(refusal(500, 'vault_corrupt'));
    writeFileSync(other, 'no database');
    expect(await verify(other)).toMatchObject(refusal(500, 'vault_corrupt'));
    expect(await verify('/nowhere')).toMatchObject(refusal(400, 'invalid_request'));
    expect(await verify(daemon.directory)).toMatchObject(refusal(400, 'invalid_request'));
    copyFileSync(copy, other);
    const database = new BetterSqlite3(other);
    database.exec("insert into kysely_migration values ('9999-later', '')");
    database.close();
    expect(await verify(other)).toMatchObject(refusal(500, 'unsupported_format'));
    expect(await verify(copy, { password: 'wrong' })).toMatchObject(refusal(401, 'incorrect_password'));
    expect(await verify(copy, { account: 'nobody' })).toMatchObject(refusal(404, 'user_not_found'));
    for (const path of ['/backups', '/backups/verify', '/backups/restore']) {
      expect(await daemon.request(path, { way: 'tcp', token, json: {} })).toMatchObject(refusal(403, 'request_forbidden'));
    }
    expect(readdirSync(daemon.directory).filter((name) => name.includes('.copy-'))).toEqual([]);
  });
});

describe('restoring a copy', () => {
  it('gives back all of it, also to the next daemon, ends sessions, and copies what was there', async () => {
    const bob = await daemon.addUser('bob');
    await daemon.request('/passwords', { token: bob.token, json: { name: 'bobs', password: 'p' } });
    const restored = await restore(copy);
    expect(restored).toMatchObject({ status: 200, body: { ...contents, sessionsEnded: 1 } });
    expect(await read('e')).toMatchObject(refusal(401, 'unauthenticated'));
    const fresh = textAt(await login(daemon), 'token');
    const { body } = await read('e', fresh);
    expect(body).toMatchObject({ password: 'of the copy', revision: 3 });
    const entry = textAt(await read('e', fresh), 'id');
    const [attachment] = (await daemon.request(`/attachments?entry=${entry}`, { token: fresh })).body as { id: string }[];
    const content = await daemon.request(`/attachments/${attachment?.id ?? ''}?entry=${entry}`, { token: fresh });
    expect(content.text).toHaveLength(file.length);
    expect((await read('bobs', bob.token)).status).toBe(200);
    expect((await daemon.request('/tokens', { token: fresh })).body).toEqual([]);
    expect((await verify(textAt(restored, 'before'))).body).toMatchObject({ entries: 1, revisions: 4 });
    await daemon.request(`/passwords/${entry}`, { method: 'PATCH', token: fresh, json: { password: 'goes on' } });
    await daemon.store.close();
    const next = await freshDaemon({ directory: daemon.directory });
    expect((await read('e', textAt(await login(next), 'token'), next)).body).toMatchObject({ password: 'goes on' });
  });

  it('keeps the copy of what was there where it fails with that already gone', async () => {
    const before = readdirSync(dirname(copy));
    const remembering = vi.spyOn(SeenManifests.prototype, 'set');
    // Only of what is being replaced it is forgotten what was seen.
    const forgetting = vi.spyOn(SeenManifests.prototype, 'forget').mockImplementation(() => {
      remembering.mockImplementation(() => {
        throw new Error('broken after the commit');
      });
    });
    try {
      expect(await restore(copy)).toMatchObject(refusal(500, 'internal'));
    } finally {
      remembering.mockRestore();
      forgetting.mockRestore();
    }
    const made = readdirSync(dirname(copy)).filter((name) => !before.includes(name));
    expect(made).toHaveLength(1);
    expect((await verify(join(dirname(copy), made[0] ?? ''))).body).toMatchObject({ entries: 1, revisions: 4 });
    await daemon.store.close();
    const next = await freshDaemon({ directory: daemon.directory });
    const accepted = await next.request('/login', { json: { password, acceptOlder: true } });
    expect((await read('e', textAt(accepted, 'token'), next)).body).toMatchObject({ password: 'of the copy' });
  });

  it('works where there is nothing yet, and back from one copy to a later one', async () => {
    const machine = await freshDaemon();
    expect((await restore(copy, {}, machine)).body).toMatchObject({ before: null });
    expect((await read('e', textAt(await login(machine), 'token'), machine)).body).toMatchObject({ password: 'of the copy' });
    const later = textAt(await daemon.request('/backups', { token, json: {} }), 'path');
    expect((await restore(later, {}, machine)).status).toBe(200);
    expect((await read('e', textAt(await login(machine), 'token'), machine)).body).toMatchObject({ password: 'of later' });
  });

  it('mends a vault that no longer opens', async () => {
    await daemon.store.close();
    const database = new BetterSqlite3(join(daemon.directory, 'vault.db'));
    database.exec('delete from manifest_leaves; delete from revisions');
    database.close();
    const next = await freshDaemon({ directory: daemon.directory });
    expect(await login(next)).toMatchObject(refusal(500, 'vault_corrupt'));
    expect((await restore(copy, {}, next)).status).toBe(200);
    expect((await login(next)).status).toBe(200);
  });

  it('brings the master password of then', async () => {
    const json = { currentPassword: password, newPassword: 'of now', rotateKeys: true };
    await daemon.request('/users/me/password', { method: 'PUT', token, json });
    expect((await restore(copy)).status).toBe(200);
    expect(await login(daemon, 'of now')).toMatchObject(refusal(401, 'incorrect_password'));
    expect((await login(daemon)).status).toBe(200);
  });

  it('is refused where the account’s name is somebody else’s here', async () => {
    const machine = await freshDaemon();
    const own = textAt(await machine.request('/users', { json: { password: 'own' } }), 'token');
    expect(await restore(copy, {}, machine)).toMatchObject(refusal(409, 'user_exists'));
    expect((await machine.request('/passwords', { token: own })).body).toEqual([]);
  });
});
