import { copyFileSync } from 'node:fs';
import type BetterSqlite3 from 'better-sqlite3';
import { z } from 'zod';
import { idBytes, idText } from '../../src/core/entry/id.ts';
import type { Caller } from '../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry } from '../../src/daemon/vault/entries.ts';
import { createTestVault, type TestVault } from '../../test/support/vault.ts';
import type { Random } from '../frame/random.ts';
import type { Trial } from '../frame/trial.ts';
import { tryRestores } from './restores.ts';

/** What an attack must be answered with: entries by id, or a reason for the vault as a whole. */
type Expected = { readonly ids: readonly string[] } | { readonly reason: readonly string[] };

interface Target {
  readonly database: BetterSqlite3.Database;
  readonly random: Random;
  /** Ids of alice's entries that have a past, in her vault and not in the trash. */
  readonly ids: readonly string[];
  /** Numbers of the users in the database. */
  readonly alice: number;
  readonly mallory: number;
}

const number = z.number();
const seqOf = (database: BetterSqlite3.Database, id: string) =>
  number.parse(database.prepare('select seq from entries where id = ? and user = 1').pluck().get(idBytes(id)));

/** What somebody who can write the file does with rows. Each leaves every single row well formed. */
const attacks: Readonly<Record<string, (target: Target) => Expected | null>> = {
  'an entry deleted': ({ database, random, ids }) => {
    const id = random.pick(ids);
    database.prepare('delete from entries where seq = ?').run(seqOf(database, id));
    return { ids: [id] };
  },
  'an entry copied under a new id': ({ database, random, ids }) => {
    const [id, copy] = [random.pick(ids), random.bytes(16)];
    database
      .prepare(
        'insert into entries (user, id, revision, trashed, wrapped_key, body) select user, ?, revision, trashed, wrapped_key, body from entries where seq = ?',
      )
      .run(copy, seqOf(database, id));
    return { ids: [idText(copy)] };
  },
  'two entries swapped': ({ database, random, ids }) => {
    const [a, b] = [random.pick(ids), random.pick(ids)];
    if (a === b) return null;
    const column = random.pick(['body', 'wrapped_key']);
    const read = database.prepare(`select ${column} from entries where seq = ?`).pluck();
    const write = database.prepare(`update entries set ${column} = ? where seq = ?`);
    const [first, second] = [read.get(seqOf(database, a)), read.get(seqOf(database, b))];
    write.run(second, seqOf(database, a));
    write.run(first, seqOf(database, b));
    return { ids: [a, b] };
  },
  'an entry rolled back': ({ database, random, ids }) => {
    const id = random.pick(ids);
    const seq = seqOf(database, id);
    const old = z.object({ revision: z.number(), body: z.instanceof(Buffer) });
    const { revision, body } = old.parse(
      database.prepare('select revision, body from revisions where entry = ? order by random() limit 1').get(seq),
    );
    database.prepare('update entries set revision = ?, body = ? where seq = ?').run(revision, body, seq);
    return { ids: [id] };
  },
  'a revision number changed': ({ database, random, ids }) => {
    const id = random.pick(ids);
    database.prepare('update entries set revision = revision + ? where seq = ?').run(random.pick([-1, 1, 100]), seqOf(database, id));
    return { ids: [id] };
  },
  'an entry marked or unmarked as trash': ({ database, random, ids }) => {
    const id = random.pick(ids);
    database.prepare('update entries set trashed = 1 - trashed where seq = ?').run(seqOf(database, id));
    return { ids: [id] };
  },
  "another user's entry moved in": ({ database, random, mallory, alice }) => {
    const id = z
      .instanceof(Buffer)
      .parse(database.prepare('select id from entries where user = ? order by id limit 1 offset ?').pluck().get(mallory, random.below(3)));
    database.prepare('update entries set user = ? where id = ?').run(alice, id);
    return { ids: [idText(id)] };
  },
  "an entry moved to another user's vault": ({ database, random, ids, mallory }) => {
    const id = random.pick(ids);
    database.prepare('update entries set user = ? where seq = ?').run(mallory, seqOf(database, id));
    return { ids: [id] };
  },
  'a lookup row deleted': ({ database, random, ids }) => {
    const id = random.pick(ids);
    database
      .prepare('delete from lookup_values where rowid = (select rowid from lookup_values where entry = ? limit 1)')
      .run(seqOf(database, id));
    return { ids: [id] };
  },
  'a lookup row copied to another entry': ({ database, random, ids }) => {
    const [from, to] = [random.pick(ids), random.pick(ids)];
    database
      .prepare('insert into lookup_values (entry, value) select ?, value from lookup_values where entry = ? limit 1')
      .run(seqOf(database, to), seqOf(database, from));
    return { ids: [to] };
  },
  'a lookup row changed': ({ database, random, ids }) => {
    const id = random.pick(ids);
    database
      .prepare('update lookup_values set value = ? where rowid = (select rowid from lookup_values where entry = ? limit 1)')
      .run(random.bytes(16), seqOf(database, id));
    return { ids: [id] };
  },
  'a row of the tree changed': ({ database, random, alice }) => {
    const table = random.pick(['manifest_leaves', 'manifest_nodes']);
    const row = z.object({ rowid: z.number(), content: z.instanceof(Buffer) });
    const { rowid, content } = row.parse(
      database.prepare(`select rowid, content from ${table} where user = ? order by random() limit 1`).get(alice),
    );
    const changed = Buffer.from(content);
    const at = random.below(changed.length);
    changed.writeUInt8(changed.readUInt8(at) ^ (1 << random.below(8)), at);
    database.prepare(`update ${table} set content = ? where rowid = ?`).run(changed, rowid);
    return { reason: ['rows', 'manifest'] };
  },
  'a row of the tree deleted': ({ database, random, alice }) => {
    const table = random.pick(['manifest_leaves', 'manifest_nodes']);
    database.prepare(`delete from ${table} where rowid = (select rowid from ${table} where user = ? order by random() limit 1)`).run(alice);
    return { reason: ['rows', 'manifest'] };
  },
  "another user's tree, root or key put in place": ({ database, random, alice, mallory }) => {
    const [table, columns] = random.pick([
      ['manifest_roots', ['root']],
      ['users', ['header', 'verifier', 'wrapped_vault_key', 'recovery_wrap', 'checksum']],
    ] as const);
    const key = table === 'users' ? 'seq' : 'user';
    for (const column of columns) {
      database
        .prepare(`update ${table} set ${column} = (select ${column} from ${table} where ${key} = ?) where ${key} = ?`)
        .run(mallory, alice);
    }
    return { reason: ['manifest', 'credential'] };
  },
  "a part of another user's tree put in place": ({ database, random, alice, mallory }) => {
    const [table, column] = random.pick([
      ['manifest_leaves', 'leaf'],
      ['manifest_nodes', 'node'],
    ] as const);
    const at = number.parse(
      database.prepare(`select ${column} from ${table} where user = ? order by random() limit 1`).pluck().get(mallory),
    );
    const copy = `insert or replace into ${table} (user, ${column}, content) select ?, ${column}, content from ${table} where user = ? and ${column} = ?`;
    database.prepare(copy).run(alice, mallory, at);
    return { reason: ['rows', 'manifest'] };
  },
  "another user's lookup row moved in": ({ database, random, ids, mallory }) => {
    const id = random.pick(ids);
    database
      .prepare(
        'update lookup_values set entry = ? where rowid = (select l.rowid from lookup_values l join entries e on e.seq = l.entry where e.user = ? order by random() limit 1)',
      )
      .run(seqOf(database, id), mallory);
    return { ids: [id] };
  },
  'the root deleted': ({ database, alice }) => {
    database.prepare('delete from manifest_roots where user = ?').run(alice);
    return { reason: ['manifest'] };
  },
  'the checksum of the stored key changed': ({ database, random, alice }) => {
    database.prepare('update users set checksum = ? where seq = ?').run(random.bytes(32), alice);
    return { reason: ['credential'] };
  },
  'everything deleted': ({ database, alice }) => {
    for (const table of ['entries', 'manifest_leaves', 'manifest_nodes']) {
      database.prepare(`delete from ${table} where user = ?`).run(alice);
    }
    return { reason: ['manifest'] };
  },
};

const refusal = z.object({
  code: z.literal('vault_corrupt'),
  details: z.object({ reason: z.string(), entries: z.array(z.object({ id: z.string() })).optional() }),
});

function contradicts(expected: Expected, thrown: unknown): string | null {
  const { success, data } = refusal.safeParse(thrown);
  if (!success) {
    return thrown === null ? 'it was accepted' : `it was refused otherwise: ${thrown instanceof Error ? thrown.message : typeof thrown}`;
  }
  if ('reason' in expected) return expected.reason.includes(data.details.reason) ? null : `the reason was ${data.details.reason}`;
  const named = (data.details.entries ?? []).map(({ id }) => id);
  return expected.ids.every((id) => named.includes(id)) ? null : `the entries named were ${named.join(', ')}`;
}

async function fill(vault: TestVault, caller: Caller, random: Random, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { id } = await addEntry(vault.context, caller, { name: random.text(), password: random.text() });
    for (let revision = 0; revision < 2; revision++) await changeEntry(vault.context, caller, id, { password: random.text() }, null);
    ids.push(id);
  }
  return ids;
}

const loginProblem = (vault: TestVault, caller: Caller, acceptOlder = false) =>
  vault.login(caller, { acceptOlder }).then(
    () => null,
    (error: unknown) => error,
  );

export const rows: Trial = {
  name: 'rows',
  what: 'rows deleted, copied, swapped, rolled back, changed, moved between users (entries, lookup rows, tree rows, roots, stored keys); the whole file rolled back; copies put in place by hand, and by `backup restore`',
  passes:
    'all noticed at login and named by id (entries) or with the reason (the rest); what the owner accepts goes through, and so does `backup restore`',
  run: async (run) => {
    const vault = await createTestVault();
    run.atEnd(() => vault.close());
    const alice = await vault.addUser('alice');
    const mallory = await vault.addUser('mallory');
    const ids = await fill(vault, alice, run.random, 12);
    await fill(vault, mallory, run.random, 3);
    await vault.tamper((database) => void database.pragma('wal_checkpoint(truncate)'));
    const [sound, older] = [`${vault.path}.sound`, `${vault.path}.older`];
    copyFileSync(vault.path, sound);
    const putBack = async (copy: string) => {
      await vault.context.store.close();
      copyFileSync(copy, vault.path);
      await vault.reopen();
    };
    const kinds = Object.entries(attacks);
    for (const round of run.rounds(1000, 2 * kinds.length)) {
      const [what, attack] = kinds[round % kinds.length] ?? run.random.pick(kinds);
      const answers: Expected[] = [];
      await vault.tamper((database) => {
        const expected = attack({ database, random: run.random, ids, alice: 1, mallory: 2 });
        if (expected !== null) answers.push(expected);
      });
      for (const expected of answers) {
        run.tried('attacks');
        const problem = contradicts(expected, await loginProblem(vault, alice));
        if (problem !== null) run.failed(`${what}: ${problem}`);
      }
      await putBack(sound);
    }
    run.check((await loginProblem(vault, alice)) === null, 'the vault that was put back as it was is refused');

    // The whole file, from before the last change.
    copyFileSync(sound, older);
    await vault.login(alice);
    await addEntry(vault.context, alice, { name: 'newest', password: 'p' });
    await putBack(older);
    run.tried('files rolled back');
    const problem = contradicts({ reason: ['older'] }, await loginProblem(vault, alice));
    if (problem !== null) run.failed(`the whole file rolled back: ${problem}`);
    run.check((await loginProblem(vault, alice, true)) === null, 'the older file is refused although its owner accepts it');
    run.check(
      (await readEntry(vault.context, alice, { website: ids[0] ?? '' })).id === ids[0],
      'the accepted file does not show its entries',
    );
    await tryRestores(run);
  },
};
