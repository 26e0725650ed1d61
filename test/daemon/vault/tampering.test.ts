import { copyFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idBytes } from '../../../src/core/entry/id.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry } from '../../../src/daemon/vault/entries.ts';
import { createTestVault, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;
let first: string;
let second: string;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
  first = (await addEntry(vault.context, alice, { name: 'first', password: 'one' })).id;
  second = (await addEntry(vault.context, alice, { name: 'second', password: 'two' })).id;
  await changeEntry(vault.context, alice, first, { password: 'one again' }, null);
});

afterEach(async () => {
  await vault.close();
});

async function problemsAtLogin(): Promise<unknown> {
  return await vault.login(alice).then(
    () => 'accepted',
    (error: unknown) => error,
  );
}

const named = (id: string, problem: string) => ({ code: 'vault_corrupt', details: { entries: [{ id, problem }] } });

describe('a login notices, by id,', () => {
  it('nothing where nothing was changed', async () => {
    expect(await problemsAtLogin()).toBe('accepted');
  });

  it('an entry that is missing', async () => {
    await vault.tamper((database) => database.prepare('delete from entries where id = ?').run(idBytes(second)));
    expect(await problemsAtLogin()).toMatchObject(named(second, 'missing'));
  });

  it('an entry that was put back to an earlier revision', async () => {
    await vault.tamper((database) =>
      database.exec('update entries set revision = 1, body = (select body from revisions where entry = entries.seq) where revision = 2'),
    );
    expect(await problemsAtLogin()).toMatchObject(named(first, 'older'));
  });

  it('an entry that was added', async () => {
    await vault.tamper((database) => {
      database.exec(
        "insert into entries (user, id, revision, trashed, wrapped_key, body) select user, x'00112233445566778899aabbccddeeff', revision, trashed, wrapped_key, body from entries limit 1",
      );
    });
    expect(await problemsAtLogin()).toMatchObject(named('00112233-4455-6677-8899-aabbccddeeff', 'added'));
  });

  it('two entries whose bodies were swapped', async () => {
    await vault.tamper((database) => {
      database.exec(
        'create temp table bodies as select seq, body from entries; update entries set body = (select body from bodies where bodies.seq <> entries.seq)',
      );
    });
    expect(await problemsAtLogin()).toMatchObject({ code: 'vault_corrupt', details: { count: 2 } });
  });

  it.each([
    ['a flipped bit of a wrapped key', "update entries set wrapped_key = cast(x'00' || substr(wrapped_key, 2) as blob) where id = ?"],
    ['a trash mark', 'update entries set trashed = 1 where id = ?'],
    [
      'a lookup row that is gone',
      'delete from lookup_values where rowid = (select l.rowid from lookup_values l join entries e on e.seq = l.entry where e.id = ? limit 1)',
    ],
    [
      'lookup rows cut elsewhere',
      'update lookup_values set value = (select min(substr(value, 1, 8)) from lookup_values) where rowid = (select l.rowid from lookup_values l join entries e on e.seq = l.entry where e.id = ? order by value limit 1)',
    ],
    [
      'lookup rows cut elsewhere, of the same bytes all together',
      `with two as materialized (
        select l.rowid as number, value from lookup_values l join entries e on e.seq = l.entry where e.id = ? order by value limit 2
      )
      update lookup_values set value = iif(value = (select min(value) from two), x'', cast((select min(value) from two) || value as blob))
      where rowid in (select number from two)`,
    ],
  ])('%s', async (_, sql) => {
    await vault.tamper((database) => database.prepare(sql).run(idBytes(second)));
    expect(await problemsAtLogin()).toMatchObject(named(second, 'altered'));
  });

  it.each([
    ['a leaf', 'update manifest_leaves set content = zeroblob(length(content))', { details: { count: 2 } }],
    ['all leaves gone', 'delete from manifest_leaves', { details: { count: 2 } }],
    ['a node', 'update manifest_nodes set content = zeroblob(2048)', { details: { reason: 'rows' } }],
    ['the whole tree', 'delete from manifest_nodes; delete from manifest_leaves; delete from entries', { details: { reason: 'manifest' } }],
    ['the root', 'delete from manifest_roots', { details: { reason: 'manifest' } }],
    ['the stored key', 'update users set checksum = zeroblob(32)', { details: { reason: 'credential' } }],
  ])('%s that was changed', async (_, sql, problem) => {
    await vault.tamper((database) => database.exec(sql));
    expect(await problemsAtLogin()).toMatchObject({ code: 'vault_corrupt', ...problem });
  });

  it.each([
    ['a body', "update entries set body = 'text' where id = ?"],
    ['a revision', "update entries set revision = 'text' where id = ?"],
    ['a revision that is nearly the same number', 'update entries set revision = revision + 0.5 where id = ?'],
    ['a trash mark', "update entries set trashed = 'text' where id = ?"],
    ['a wrapped key of the same bytes', 'update entries set wrapped_key = cast(wrapped_key as text) where id = ?'],
    [
      'lookup values of the same bytes, which no lookup would find',
      'update lookup_values set value = cast(value as text) where entry = (select seq from entries where id = ?)',
    ],
  ])('%s that is of another type', async (_, sql) => {
    await vault.tamper((database) => {
      database.unsafeMode().pragma('writable_schema = on');
      database.exec("update sqlite_master set sql = replace(sql, 'strict', ''); pragma writable_schema = reset");
      database.prepare(sql).run(idBytes(second));
    });
    expect(await problemsAtLogin()).toMatchObject(named(second, 'altered'));
  });
});

describe('an older copy of the database', () => {
  async function putBack(): Promise<void> {
    await vault.context.store.close();
    copyFileSync(`${vault.path}.older`, vault.path);
    await vault.reopen();
  }

  it('is refused with the reason, and accepted with acceptOlder in a new lineage', async () => {
    await vault.context.store.close();
    copyFileSync(vault.path, `${vault.path}.older`);
    await vault.login(alice);
    await addEntry(vault.context, alice, { name: 'third', password: 'three' });
    await putBack();
    expect(await problemsAtLogin()).toMatchObject({ code: 'vault_corrupt', details: { reason: 'older' } });
    await vault.login(alice, { acceptOlder: true });
    expect((await readEntry(vault.context, alice, { website: 'first' })).password).toBe('one again');
    expect(await problemsAtLogin()).toBe('accepted');
    await putBack();
    expect(await problemsAtLogin()).toMatchObject({ code: 'vault_corrupt', details: { reason: 'lineage' } });
  });
});

describe('a running daemon', () => {
  it('notices at the next read what another program wrote', async () => {
    const { default: BetterSqlite3 } = await import('better-sqlite3');
    expect((await readEntry(vault.context, alice, { website: 'second' })).password).toBe('two');
    const other = new BetterSqlite3(vault.path);
    other.prepare('delete from lookup_values where entry = (select seq from entries where id = ?)').run(idBytes(second));
    other.close();
    await expect(readEntry(vault.context, alice, { website: 'second' })).rejects.toMatchObject(named(second, 'altered'));
  });

  it('opens no body whose ciphertext was changed', async () => {
    await vault.tamper((database) => {
      database
        .prepare("update entries set body = cast(substr(body, 1, length(body) - 1) || x'00' as blob) where id = ?")
        .run(idBytes(second));
    });
    await vault.login(alice);
    await expect(readEntry(vault.context, alice, { website: 'second' })).rejects.toMatchObject({ code: 'vault_corrupt' });
  });
});
