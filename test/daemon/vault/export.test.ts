import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ExportedLine } from '../../../src/core/entry/export.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { attachFile, removeAttachment } from '../../../src/daemon/vault/attachments.ts';
import { addEntry, changeEntry, removeEntry } from '../../../src/daemon/vault/entries.ts';
import { exportPages } from '../../../src/daemon/vault/export.ts';
import { rotatePassword } from '../../../src/daemon/vault/pending-password.ts';
import { createTestVault, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
});

afterEach(async () => {
  await vault.close();
});

const pages = (trash = false, history = false) => exportPages(vault.context, (work) => work(alice), { trash, history });

async function all(trash = false, history = false): Promise<ExportedLine[]> {
  const lines: ExportedLine[] = [];
  for await (const page of pages(trash, history)) lines.push(...page);
  return lines;
}

const add = (name: string) => addEntry(vault.context, alice, { name, password: `of ${name}` });

it('has every entry once, secrets included, and of no other user', async () => {
  const bob = await vault.addUser('bob');
  await addEntry(vault.context, bob, { name: 'theirs', password: 'x' });
  const names = Array.from({ length: 100 }, (_, i) => `site ${String(i)}`);
  for (const name of names) await add(name);
  const lines = await all();
  expect(lines.map(({ name }) => name).sort()).toEqual(names.sort());
  expect(lines.every(({ name, password, trashed, revision }) => password === `of ${name}` && !trashed && revision === 1)).toBe(true);
});

it('leaves the trash out, or marks what is there', async () => {
  await add('kept');
  const { id } = await add('gone');
  await removeEntry(vault.context, alice, id, null);
  expect((await all()).map(({ name }) => name)).toEqual(['kept']);
  expect((await all(true)).map(({ name, trashed }) => [name, trashed]).sort()).toEqual([
    ['gone', true],
    ['kept', false],
  ]);
});

it('has earlier revisions where they are wanted, the oldest first, a password that is pending, and says which files did not come', async () => {
  const { id } = await add('site');
  await changeEntry(vault.context, alice, id, { password: 'second', notes: 'n' }, null);
  const attach = (name: string) =>
    attachFile(vault.context, alice, { entryId: id, name, expected: null }, Readable.from([Buffer.from(name)]));
  const gone = (await attach('gone')).attachment;
  await attach('kept');
  await removeAttachment(vault.context, alice, { entryId: id, id: gone.id, expected: null });
  await rotatePassword(vault.context, alice, { id, expected: null }, {});
  const [plain] = await all();
  expect(plain).not.toHaveProperty('history');
  const [line] = await all(false, true);
  expect(line).toMatchObject({ password: 'second', pending: { password: expect.any(String) as string } });
  expect(line?.leftOut).toEqual({ revisions: 0, files: 1 });
  expect(line?.history?.map(({ password, notes, attachments }) => [password, notes, attachments])).toEqual([
    ['of site', null, []],
    ['second', 'n', []],
    ['second', 'n', []],
    ['second', 'n', ['kept']],
    ['second', 'n', ['kept']],
  ]);
});

it('is a few entries at a time, and lets writers change the vault in between: what is there all along comes once', async () => {
  const ids: string[] = [];
  for (let i = 0; i < 200; i++) ids.push((await add(`site ${String(i)}`)).id);
  const lines: ExportedLine[] = [];
  let pagesSeen = 0;
  for await (const page of pages()) {
    pagesSeen += 1;
    expect(page.length).toBeLessThan(100);
    lines.push(...page);
    await changeEntry(vault.context, alice, ids[pagesSeen] ?? '', { notes: 'changed meanwhile' }, null);
    await add(`new ${String(pagesSeen)}`);
  }
  expect(pagesSeen).toBeGreaterThan(3);
  const old = lines.filter(({ name }) => name.startsWith('site'));
  expect(old.map(({ id }) => id).sort()).toEqual(ids.sort());
});

it('that comes to a changed or missing row breaks off and names it', async () => {
  for (let i = 0; i < 60; i++) await add(`site ${String(i)}`);
  await all();
  await vault.tamper((database) => {
    database.prepare('delete from lookup_values where entry = 30').run();
    database.prepare('delete from entries where seq = 30').run();
  });
  await expect(all()).rejects.toMatchObject({ code: 'vault_corrupt', details: { reason: 'rows' } });
});
