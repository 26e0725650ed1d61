import { randomBytes } from 'node:crypto';
import { statSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newVaultKey } from '../../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../../src/core/crypto/derived-keys.ts';
import { idBytes } from '../../../src/core/entry/id.ts';
import { AccessLog } from '../../../src/daemon/access-log/access-log.ts';
import { beginLogIfPossible } from '../../../src/daemon/access-log/begin.ts';
import { attachFile, listAttachments } from '../../../src/daemon/vault/attachments.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry, removeEntry } from '../../../src/daemon/vault/entries.ts';
import { listHistory } from '../../../src/daemon/vault/history.ts';
import { listEntries } from './list-entries.ts';
import { abortRotation, commitRotation, readRotation, rotatePassword } from '../../../src/daemon/vault/pending-password.ts';
import { restoreEntry } from '../../../src/daemon/vault/restore.ts';
import { revisionsKept } from '../../../src/core/entry/earlier.ts';
import { rotateKeys } from '../../../src/daemon/vault/rotate.ts';
import { emptyTrash, listTrash } from '../../../src/daemon/vault/trash.ts';
import { findUser } from '../../../src/daemon/vault/users.ts';
import { beginVerification } from '../../../src/daemon/vault/verify.ts';
import { createTestVault, credentialFor, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;
let id: string;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
  ({ id } = await addEntry(vault.context, alice, { name: 'a', username: 'me', password: 'one', urls: ['https://a.example'] }));
});

afterEach(async () => {
  await vault.close();
});

const any = null;
const edit = (patch: Parameters<typeof changeEntry>[3], entry = id) => changeEntry(vault.context, alice, entry, patch, any);
const read = (name = id) => readEntry(vault.context, alice, { website: name });
const history = (entry = id) => listHistory(vault.context, alice, entry, { secrets: true });
const restore = (revision: number | null, entry = id) => restoreEntry(vault.context, alice, { id: entry, revision, expected: any });
const target = () => ({ id, expected: any });
const rotate = () => rotatePassword(vault.context, alice, target(), {});
const refusal = (code: string) => ({ code });

/** A week, a month: the wall clock is what trash goes by. */
function travel(days: number): void {
  const { clock } = vault.context;
  const travelled = { ...clock, wall: () => Date.now() + days * 86_400_000 };
  vault.context = { ...vault.context, clock: travelled, accessLog: new AccessLog(vault.context.store, travelled) };
}

/** A login at another time, the first of a daemon; what the trash then holds. */
async function trashAtLogin(days: number): Promise<string[]> {
  await vault.reopen();
  travel(days);
  await beginVerification(vault.context, alice.userId).finish(alice, { acceptOlder: false });
  expect(await beginLogIfPossible(vault.context, alice)).toBe(true);
  return (await listTrash(vault.context, alice)).map(({ name }) => name);
}

async function* bytesOf(...chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
  await Promise.resolve();
}

describe('the history of an entry', () => {
  it('tells every revision, the newest first, what it changed, and its password', async () => {
    await edit({ password: 'two', notes: 'n' });
    await edit({ name: 'b', tags: ['t'] });
    await removeEntry(vault.context, alice, id, any);
    expect(await history()).toMatchObject([
      { revision: 4, changed: ['removed'], password: 'two', pending: null },
      { revision: 3, changed: ['name', 'tags'], password: 'two' },
      { revision: 2, changed: ['password', 'notes'], password: 'two' },
      { revision: 1, changed: ['created'], password: 'one' },
    ]);
    const [newest] = await listHistory(vault.context, alice, id, { secrets: false });
    expect(Object.keys(newest ?? {}).sort()).toEqual(['changed', 'passwordChangedAt', 'revision', 'updatedAt']);
  });

  it('notices a revision that was changed, and one that is gone', async () => {
    await edit({ password: 'two' });
    await vault.tamper((database) => database.exec('update revisions set body = zeroblob(length(body))'));
    await expect(history()).rejects.toMatchObject(refusal('vault_corrupt'));
    await expect(restore(1)).rejects.toMatchObject(refusal('vault_corrupt'));
    await vault.tamper((database) => database.exec('delete from revisions'));
    await expect(history()).rejects.toMatchObject(refusal('vault_corrupt'));
  });

  it('keeps the last 200, and with the oldest goes what only it had', async () => {
    for (const name of ['one', 'two']) {
      await attachFile(vault.context, alice, { entryId: id, name, expected: any }, bytesOf(randomBytes(100)));
    }
    await restore(1);
    await restore(3);
    await edit({ notes: 'x' });
    await restore(1);
    const rowsOf = (table: string) =>
      vault.context.store.read(async (rows) =>
        table === 'revisions' ? (await rows.entries.revisions(1)).length : (await rows.attachments.ofEntry(1)).length,
      );
    expect(await rowsOf('attachments')).toBe(2);
    for (let i = 0; i < revisionsKept + 3; i++) await edit({ notes: String(i) });
    expect(await rowsOf('revisions')).toBe(revisionsKept);
    expect(await rowsOf('attachments')).toBe(0);
    const items = await history();
    expect(items).toHaveLength(revisionsKept + 1);
    expect(items.at(-1)).toMatchObject({ changed: [] });
    await expect(restore(1)).rejects.toMatchObject(refusal('field_not_found'));
    await vault.login(alice);
    expect((await read()).password).toBe('one');
  });
});

describe('restoring a revision', () => {
  it('brings its content back as a new one, and its files; the rest of the past stays', async () => {
    await attachFile(vault.context, alice, { entryId: id, name: 'f', expected: any }, bytesOf(Buffer.from('x')));
    await edit({ name: 'b', password: 'two', urls: [], fields: [{ name: 'pin', value: '1', hidden: true }] });
    expect(await restore(1)).toMatchObject({ name: 'a', username: 'me', revision: 4 });
    expect(await read('a.example')).toMatchObject({ password: 'one', urls: ['https://a.example'], fields: [], revision: 4 });
    expect(await listAttachments(vault.context, alice, id)).toEqual([]);
    await restore(2);
    expect(await listAttachments(vault.context, alice, id)).toMatchObject([{ name: 'f' }]);
    expect((await history()).map(({ password }) => password)).toEqual(['one', 'one', 'two', 'one', 'one']);
    await vault.login(alice);
  });

  it('changes nothing where that is how it is, and refuses what is not kept, what is stale, and a name that is taken', async () => {
    expect(await restore(1)).toMatchObject({ revision: 1 });
    await expect(restore(7)).rejects.toMatchObject(refusal('field_not_found'));
    await edit({ name: 'b' });
    await addEntry(vault.context, alice, { name: 'A', username: 'me', password: 'x' });
    await expect(restore(1)).rejects.toMatchObject(refusal('entry_exists'));
    const stale = restoreEntry(vault.context, alice, { id, revision: 1, expected: 1 });
    await expect(stale).rejects.toMatchObject(refusal('revision_conflict'));
  });
});

describe('the trash', () => {
  it('gives an entry back, with its past and its files', async () => {
    await attachFile(vault.context, alice, { entryId: id, name: 'f', expected: any }, bytesOf(Buffer.from('x')));
    await removeEntry(vault.context, alice, id, any);
    const [trashed, ...others] = await listTrash(vault.context, alice);
    expect(others).toEqual([]);
    expect(trashed).toMatchObject({ id, name: 'a', username: 'me', revision: 3 });
    expect(Date.parse(trashed?.expiresAt ?? '') - Date.parse(trashed?.trashedAt ?? '')).toBe(30 * 86_400_000);
    expect(await restore(null)).toMatchObject({ id, revision: 4 });
    expect(await read('a')).toMatchObject({ password: 'one' });
    expect(await listAttachments(vault.context, alice, id)).toHaveLength(1);
    expect(await listTrash(vault.context, alice)).toEqual([]);
    await expect(restore(null)).rejects.toMatchObject(refusal('entry_not_found'));
  });

  it('keeps an entry whose name another has taken, until that one makes room', async () => {
    await removeEntry(vault.context, alice, id, any);
    const other = await addEntry(vault.context, alice, { name: 'a', username: 'me', password: 'x' });
    await expect(restore(null)).rejects.toMatchObject(refusal('entry_exists'));
    await edit({ name: 'c' }, other.id);
    expect(await restore(null)).toMatchObject({ id });
  });

  it('is emptied for good: rows, revisions, values and files, in a vault that verifies', async () => {
    const marker = randomBytes(300);
    await attachFile(vault.context, alice, { entryId: id, name: 'f', expected: any }, bytesOf(marker));
    await edit({ password: 'two' });
    const body = await vault.context.store.read(async (rows) => (await rows.entries.byId(1, idBytes(id)))?.body ?? null);
    await addEntry(vault.context, alice, { name: 'stays', password: 'x' });
    await removeEntry(vault.context, alice, id, any);
    expect(await emptyTrash(vault.context, alice)).toEqual({ removed: 1, leftOnDisk: false });
    expect(await emptyTrash(vault.context, alice)).toEqual({ removed: 0, leftOnDisk: false });
    await expect(history()).rejects.toMatchObject(refusal('entry_not_found'));
    expect((await listEntries(vault.context, alice, {})).map(({ name }) => name)).toEqual(['stays']);
    // Overwritten in the database, and gone from the log.
    expect(body).not.toBeNull();
    expect(readFileSync(vault.path).includes(body?.subarray(1, 65) ?? Buffer.alloc(0))).toBe(false);
    expect(statSync(`${vault.path}-wal`).size).toBe(0);
    await vault.tamper((database) => {
      for (const table of ['revisions', 'attachments', 'attachment_chunks']) {
        expect(database.prepare(`select count(*) from ${table}`).pluck().get(), table).toBe(0);
      }
    });
    await vault.login(alice);
  });

  it('loses what had been in it for 30 days at a login of a day ago, and nothing else', async () => {
    const second = await addEntry(vault.context, alice, { name: 'second', password: 'x' });
    await removeEntry(vault.context, alice, id, any);
    expect(await trashAtLogin(29)).toEqual(['a']);
    await removeEntry(vault.context, alice, second.id, any);
    expect(await trashAtLogin(30.5)).toEqual(['second', 'a']);
    expect(await trashAtLogin(31)).toEqual(['second', 'a']);
    expect(await trashAtLogin(31.6)).toEqual(['second']);
    await vault.login(alice);
  });

  it('loses nothing to a clock that is set far ahead for some hours', async () => {
    expect(await trashAtLogin(0)).toEqual([]);
    await removeEntry(vault.context, alice, id, any);
    for (const days of [1000, 1000.5, 2, 4]) expect(await trashAtLogin(days)).toEqual(['a']);
    expect(await restore(null)).toMatchObject({ id });
  });

  it('is nobody else’s', async () => {
    const bob = await vault.addUser('bob');
    await removeEntry(vault.context, alice, id, any);
    expect(await listTrash(vault.context, bob)).toEqual([]);
    expect(await emptyTrash(vault.context, bob)).toEqual({ removed: 0, leftOnDisk: false });
    for (const work of [
      restoreEntry(vault.context, bob, { id, revision: null, expected: any }),
      listHistory(vault.context, bob, id, { secrets: true }),
      rotatePassword(vault.context, bob, target(), {}),
      readRotation(vault.context, bob, id),
    ]) {
      await expect(work).rejects.toMatchObject(refusal('entry_not_found'));
    }
    expect(await listTrash(vault.context, alice)).toHaveLength(1);
  });
});

describe('rotating a password', () => {
  it('keeps the new one beside the old one, which stays in force, until it is committed', async () => {
    const made = await rotate();
    expect(made).toMatchObject({ id, revision: 2, created: true });
    expect(made.password).toHaveLength(20);
    expect(await read()).toMatchObject({ password: 'one', revision: 2 });
    expect(await readRotation(vault.context, alice, id)).toMatchObject({ pending: { password: made.password }, previous: 'one' });
    expect(await rotate()).toMatchObject({ password: made.password, revision: 2, created: false });
    await vault.login(alice);
    expect(await commitRotation(vault.context, alice, target())).toMatchObject({ revision: 3 });
    expect(await read()).toMatchObject({ password: made.password });
    expect(await readRotation(vault.context, alice, id)).toEqual({ pending: null, previous: 'one' });
    await edit({ notes: 'later' });
    expect(await readRotation(vault.context, alice, id)).toMatchObject({ previous: 'one' });
  });

  it('gives the new one up where it is told to, and the history still has it', async () => {
    const { password } = await rotate();
    await abortRotation(vault.context, alice, target());
    expect(await readRotation(vault.context, alice, id)).toEqual({ pending: null, previous: null });
    expect(await read()).toMatchObject({ password: 'one' });
    expect(await history()).toMatchObject([{ pending: null }, { pending: password }, { pending: null }]);
    const again = await rotate();
    expect(again).toMatchObject({ created: true });
    expect(again.password).not.toBe(password);
  });

  it('says so where nothing is pending', async () => {
    await expect(commitRotation(vault.context, alice, target())).rejects.toMatchObject(refusal('field_not_found'));
    await expect(abortRotation(vault.context, alice, target())).rejects.toMatchObject(refusal('field_not_found'));
  });

  it('goes on while the entry is edited, but for another password', async () => {
    const { password } = await rotate();
    await edit({ notes: 'n', name: 'b' });
    await expect(edit({ password: 'three' })).rejects.toMatchObject(refusal('rotation_pending'));
    await expect(edit({ generate: {} })).rejects.toMatchObject(refusal('rotation_pending'));
    await edit({ password: 'one', notes: 'same' });
    expect(await readRotation(vault.context, alice, id)).toMatchObject({ pending: { password } });
    await removeEntry(vault.context, alice, id, any);
    await restore(null);
    expect(await readRotation(vault.context, alice, id)).toMatchObject({ pending: { password }, previous: 'one' });
    // Whoever sets the very password that is pending has committed it.
    await edit({ password });
    expect(await readRotation(vault.context, alice, id)).toEqual({ pending: null, previous: 'one' });
    await expect(commitRotation(vault.context, alice, target())).rejects.toMatchObject(refusal('field_not_found'));
  });

  it('is refused for a stale revision, and makes one password however many ask at once', async () => {
    await edit({ notes: 'n' });
    await expect(rotatePassword(vault.context, alice, { id, expected: 1 }, {})).rejects.toMatchObject(refusal('revision_conflict'));
    const made = await Promise.all([rotate(), rotate(), rotate()]);
    expect(new Set(made.map(({ password }) => password)).size).toBe(1);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  it('survives that every key is made anew, as history and trash do', async () => {
    const { password } = await rotate();
    const gone = await addEntry(vault.context, alice, { name: 'gone', password: 'x' });
    await removeEntry(vault.context, alice, gone.id, any);
    const vaultKey = newVaultKey();
    const newKeys = deriveKeys(vaultKey, alice.userId);
    const expected = (await findUser(vault.context, 'alice'))?.credential.checksum ?? Buffer.alloc(32);
    await rotateKeys(vault.context, alice, { expected, credential: credentialFor(vaultKey, alice.userId), newKeys });
    alice = { userId: alice.userId, keys: newKeys };
    await vault.login(alice);
    expect(await readRotation(vault.context, alice, id)).toMatchObject({ pending: { password }, previous: 'one' });
    expect(await history()).toHaveLength(2);
    expect(await listTrash(vault.context, alice)).toMatchObject([{ name: 'gone' }]);
  });
});
