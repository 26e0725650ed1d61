import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConflictPolicy, type ImportedEntry, importedEntry } from '../../../src/core/entry/import.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { addEntry, readEntry } from '../../../src/daemon/vault/entries.ts';
import { importEntries } from '../../../src/daemon/vault/import.ts';
import { listHistory } from '../../../src/daemon/vault/history.ts';
import { commitRotation, readRotation } from '../../../src/daemon/vault/pending-password.ts';
import { openEverything } from '../../../src/daemon/vault/contents.ts';
import { restoreEntry } from '../../../src/daemon/vault/restore.ts';
import { listEntries } from './list-entries.ts';
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

async function* arriving(entries: readonly Partial<ImportedEntry>[]): AsyncGenerator<ImportedEntry> {
  for (const entry of entries) yield importedEntry.parse(entry);
}

const bring = (entries: readonly Partial<ImportedEntry>[], onConflict: ConflictPolicy = 'skip', dryRun = false, heldAtMost = 1 << 20) =>
  importEntries(vault.context, alice, arriving(entries), { onConflict, dryRun, heldAtMost });
const read = (website: string) => readEntry(vault.context, alice, { website });
const count = async () => (await listEntries(vault.context, alice, {})).length;

describe('an import', () => {
  it.each([
    ['in memory', 1 << 30],
    ['on the disk', 0],
    ['in both', 40_000],
  ])('brings every entry with its times, held %s, in a vault that verifies, and finds them', async (_, heldAtMost) => {
    const many = Array.from({ length: 150 }, (_, i) => ({
      name: `site ${String(i)}`,
      password: 'p',
      urls: [`https://s${String(i)}.example`],
    }));
    const old = { name: 'old', password: 'p', createdAt: '2001-02-03T04:05:06.000Z', passwordChangedAt: '2002-02-03T04:05:06.000Z' };
    expect(await bring([...many, old], 'skip', false, heldAtMost)).toEqual({ imported: 151, skipped: 0, conflicts: 0, problems: [] });
    await vault.login(alice);
    expect(await count()).toBe(151);
    expect((await read('s77.example')).name).toBe('site 77');
    expect(await read('old')).toMatchObject({
      createdAt: old.createdAt,
      updatedAt: old.createdAt,
      passwordChangedAt: old.passwordChangedAt,
      revision: 1,
    });
  });

  it('skips what the vault holds to the letter, and keeps twins that differ', async () => {
    await addEntry(vault.context, alice, { name: 'a', username: 'me', password: '1' });
    const report = await bring([
      { name: 'a', username: 'me', password: '1' },
      { name: 'b', notes: 'first' },
      { name: 'b', notes: 'second' },
      { name: 'b', notes: 'first' },
    ]);
    expect(report).toEqual({ imported: 2, skipped: 2, conflicts: 0, problems: [] });
    expect(await count()).toBe(3);
  });

  it.each([
    [
      'skip',
      { imported: 0, skipped: 0, conflicts: 1, problems: [{ place: 'a', message: expect.stringContaining('left out') as string }] },
      1,
      '1',
    ],
    ['replace', { imported: 1, skipped: 0, conflicts: 1, problems: [] }, 1, '2'],
  ] as const)('with a conflict and %s', async (policy, report, entries, password) => {
    await addEntry(vault.context, alice, { name: 'a', username: 'me', password: '1' });
    expect(await bring([{ name: 'a', username: 'me', password: '2' }], policy)).toEqual(report);
    expect(await count()).toBe(entries);
    expect((await read('a')).password).toBe(password);
    await vault.login(alice);
  });

  it('skips what the vault holds and more, and reports what it lacks of one with the same password', async () => {
    const added = { urls: ['https://b.example', 'https://a.example'], notes: 'n', tags: ['mine', 'work'] };
    const fields = [
      { name: 'x', value: '1', hidden: false },
      { name: 'y', value: '2', hidden: true },
    ];
    await addEntry(vault.context, alice, { name: 'a', username: 'me', password: '1', ...added, fields });
    const entry = { name: 'a', username: 'me', password: '1', urls: ['https://a.example'], tags: ['work'], fields: fields.slice(1) };
    expect(await bring([entry], 'replace')).toEqual({ imported: 0, skipped: 1, conflicts: 0, problems: [] });
    for (const other of [{ tags: ['new'] }, { urls: ['https://c.example'] }, { notes: 'm' }, { fields: [{ ...fields[0], value: '3' }] }]) {
      const differing = importedEntry.parse({ ...entry, ...other });
      const problems = [{ place: 'a', message: expect.stringContaining('what else the file has') as string }];
      expect(await bring([differing])).toEqual({ imported: 0, skipped: 1, conflicts: 0, problems });
      expect(await bring([differing], 'keep-both', true)).toMatchObject({ imported: 1, conflicts: 1 });
    }
    expect(await bring([importedEntry.parse({ ...entry, password: null })])).toMatchObject({ skipped: 0, conflicts: 1 });
    await bring([{ name: 'note', notes: 'one' }]);
    expect(await bring([{ name: 'note', notes: 'two' }])).toMatchObject({ skipped: 0, conflicts: 1 });
  });

  it('replaces each entry once where several of one name come, by its password first; the others are new', async () => {
    for (const password of ['1', '2', '3']) await bring([{ name: 'a', username: 'me', password, notes: 'old' }], 'keep-both');
    const come = ['2', '1', '4', '5'].map((password) => ({ name: 'a', username: 'me', password, notes: 'new' }));
    const held = { name: 'a', username: 'me', password: '3', notes: 'old' };
    const report = { imported: 4, skipped: 1, conflicts: 4, problems: [] };
    expect(await bring([held, ...come], 'replace', true)).toEqual(report);
    expect(await bring([held, ...come], 'replace')).toEqual(report);
    const entries = await Promise.all((await listEntries(vault.context, alice, {})).map(({ id }) => read(id)));
    const shown = entries.map(({ password, notes, revision }) => `${password ?? ''} ${notes ?? ''} ${String(revision)}`);
    expect(shown.toSorted()).toEqual(['1 new 2', '2 new 2', '3 old 1', '4 new 1', '5 new 1']);
    await vault.login(alice);
  });

  it('with a conflict and keep-both leaves two entries of one name', async () => {
    await addEntry(vault.context, alice, { name: 'a', username: 'me', password: '1' });
    expect(await bring([{ name: 'a', username: 'me', password: '2' }], 'keep-both')).toMatchObject({ imported: 1, conflicts: 1 });
    await expect(read('a')).rejects.toMatchObject({ code: 'entry_ambiguous' });
  });

  const revisions: ImportedEntry['history'] = ['first', 'second'].map((password, at) => ({
    ...{ name: `old ${password}`, username: 'me', password, urls: [], totp: null, notes: null, fields: [], tags: [] },
    updatedAt: `200${String(at + 1)}-01-01T00:00:00.000Z`,
    passwordChangedAt: `200${String(at + 1)}-01-01T00:00:00.000Z`,
    trashed: false,
    attachments: [],
    ...(at === 1 ? { pending: { password: 'third', createdAt: '2002-02-01T00:00:00.000Z' } } : {}),
  }));
  const pending = { password: 'fourth', createdAt: '2004-01-01T00:00:00.000Z' };

  it.each([
    ['in memory', 1 << 30],
    ['on the disk', 0],
  ])('brings earlier revisions and a password that is pending, held %s, as if they had been made here', async (_, heldAtMost) => {
    const entry = { name: 'a', username: 'me', password: 'third', createdAt: '2001-01-01T00:00:00.000Z', history: revisions, pending };
    expect(await bring([entry, { name: 'b', password: 'p' }], 'skip', false, heldAtMost)).toMatchObject({ imported: 2, problems: [] });
    await vault.login(alice);
    const { id, revision } = await read('a');
    expect(revision).toBe(3);
    const items = await listHistory(vault.context, alice, id, { secrets: true });
    expect(items.map((item) => [item.revision, item.password, item.pending, item.updatedAt.slice(0, 4), item.changed])).toEqual([
      [3, 'third', 'fourth', '2001', ['name', 'password', 'pending']],
      [2, 'second', 'third', '2002', ['name', 'password', 'pending']],
      [1, 'first', null, '2001', ['created']],
    ]);
    expect(await readRotation(vault.context, alice, id)).toEqual({ pending, previous: 'third' });
    expect(await openEverything(vault.context, alice)).toMatchObject({ entries: 2, revisions: 2 });

    await commitRotation(vault.context, alice, { id, expected: null });
    await restoreEntry(vault.context, alice, { id, revision: 1, expected: null });
    expect(await read('old first')).toMatchObject({ password: 'first', revision: 5 });
    await vault.login(alice);
    expect(await openEverything(vault.context, alice)).toMatchObject({ entries: 2, revisions: 4 });
  });

  it('takes an entry that only has another password pending for one that differs; where it replaces one, its history stays', async () => {
    const entry = { name: 'a', username: 'me', password: 'third' };
    await addEntry(vault.context, alice, entry);
    expect(await bring([{ ...entry, pending }])).toMatchObject({ imported: 0, skipped: 1, problems: [{ place: 'a' }] });
    const problems = [{ place: 'a', message: expect.stringContaining('left out') as string }];
    expect(await bring([{ ...entry, pending, history: revisions }], 'replace')).toMatchObject({ imported: 1, problems });
    const { id } = await read('a');
    expect((await readRotation(vault.context, alice, id)).pending).toEqual(pending);
    expect(await listHistory(vault.context, alice, id, { secrets: false })).toHaveLength(2);
    expect(await bring([{ ...entry, pending }])).toMatchObject({ imported: 0, skipped: 1 });
  });

  it('that is only tried changes nothing', async () => {
    expect(await bring([{ name: 'a', password: '1' }], 'skip', true)).toMatchObject({ imported: 1 });
    expect(await count()).toBe(0);
  });

  it('keeps a TOTP secret that cannot be read, hidden, and says so by its place', async () => {
    const report = await bring([{ name: 'a', password: '1', totp: '!!', place: 'line 7' }]);
    expect(report.problems).toEqual([{ place: 'line 7', message: expect.stringContaining('hidden field') as string }]);
    expect((await read('a')).fields).toEqual([{ name: 'totp', value: '!!', hidden: true }]);
  });

  it('takes what was in the trash there into the trash here, once', async () => {
    const removed = { name: 'a', password: '1', trashed: true };
    expect(await bring([removed])).toMatchObject({ imported: 1 });
    expect(await bring([removed])).toMatchObject({ imported: 0, skipped: 1 });
    expect(await count()).toBe(0);
    await vault.login(alice);
  });

  it.each(['skip', 'replace'] as const)('lets nothing of the trash touch an entry of its name, told to %s', async (policy) => {
    await addEntry(vault.context, alice, { name: 'a', password: 'new' });
    const removed = { name: 'a', password: 'old', trashed: true };
    expect(await bring([removed], policy)).toEqual({ imported: 1, skipped: 0, conflicts: 0, problems: [] });
    expect((await read('a')).password).toBe('new');
    expect(
      await bring([
        { ...removed, name: 'b' },
        { ...removed, name: 'b', trashed: false },
      ]),
    ).toMatchObject({ imported: 2 });
    expect((await read('b')).password).toBe('old');
    await vault.login(alice);
  });

  it('that breaks off leaves nothing behind, staged rows included', async () => {
    async function* breaking(): AsyncGenerator<ImportedEntry> {
      yield* arriving(Array.from({ length: 2000 }, (_, i) => ({ name: `n${String(i)}`, password: 'p' })));
      throw new Error('the client went away');
    }
    await expect(importEntries(vault.context, alice, breaking(), { onConflict: 'skip', dryRun: false, heldAtMost: 0 })).rejects.toThrow(
      'went away',
    );
    expect(await count()).toBe(0);
    await vault.tamper((database) => {
      expect(database.prepare('select count(*) from staged_entries').pluck().get()).toBe(0);
    });
  });

  it('is forgotten a little at a time where there is no room for more, and no other with it', async () => {
    const [gone, kept] = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
    const { store } = vault.context;
    for (const importId of [gone, kept]) {
      await store.write(async (rows) => {
        const row = { trashed: false, wrappedKey: Buffer.alloc(1), body: Buffer.alloc(1), lookupValues: [], past: [] };
        const ids = Array.from({ length: 100 }, (_, i) => Buffer.alloc(16, i));
        rows.staged.insert(
          importId,
          ids.map((id) => ({ id, ...row })),
        );
        await rows.attachments.addChunks(await rows.attachments.stage(importId, Buffer.alloc(16), importId), 0, [
          Buffer.alloc(9),
          Buffer.alloc(9),
        ]);
      });
    }
    let steps = 1;
    while (await store.write((rows) => rows.staged.dropSome(gone))) steps += 1;
    expect(steps).toBe(5);
    await vault.tamper((database) => {
      const left = ['staged_entries', 'attachments', 'attachment_chunks'].map((table) =>
        database.prepare(`select count(*) from ${table}`).pluck().get(),
      );
      expect(left).toEqual([100, 1, 2]);
    });
  });

  it('whose daemon was killed leaves nothing once the next one starts', async () => {
    await vault.context.store.write(async (rows) => {
      rows.staged.insert(Buffer.alloc(16), [
        {
          id: Buffer.alloc(16),
          trashed: false,
          wrappedKey: Buffer.alloc(1),
          body: Buffer.alloc(1),
          lookupValues: [Buffer.alloc(16)],
          past: [],
        },
      ]);
    });
    await vault.login(alice);
    await vault.tamper((database) => {
      expect(
        database.prepare('select (select count(*) from staged_entries) + (select count(*) from staged_lookup_values)').pluck().get(),
      ).toBe(0);
    });
  });
});
