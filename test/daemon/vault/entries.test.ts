import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addEntry, changeEntry, readEntry, removeEntry } from '../../../src/daemon/vault/entries.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
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

const add = (request: Parameters<typeof addEntry>[2], caller = alice) => addEntry(vault.context, caller, request);
const read = (website: string, username?: string) => readEntry(vault.context, alice, { website, username });

describe('an entry', () => {
  it('comes back as it was stored, from a database opened anew', async () => {
    const content = {
      name: 'work/db "main" 🔑',
      username: 'me@example.com',
      password: 'pä55\nword',
      urls: ['https://db.example.com:8443/login'],
      totp: 'otpauth://totp/x?secret=JBSWY3DPEHPK3PXP',
      notes: 'line one\nline two',
      fields: [{ name: 'dsn', value: 'postgres://…', hidden: true }],
      tags: ['work/servers'],
    };
    const { id, revision } = await add(content);
    await vault.login(alice);
    expect(await read('work/db "main" 🔑')).toMatchObject({ ...content, id, revision });
    expect(revision).toBe(1);
  });

  it('is found by id, by name in any case and composition, by host and by registrable domain, in this order', async () => {
    const byName = await add({ name: 'Café', password: 'a', urls: ['https://login.example.co.uk/x'] });
    expect((await read(byName.id)).id).toBe(byName.id);
    expect((await read('CAFE\u0301')).id).toBe(byName.id);
    expect((await read('login.example.co.uk')).id).toBe(byName.id);
    expect((await read('https://other.example.co.uk/path')).id).toBe(byName.id);
    await expect(read('other.co.uk')).rejects.toMatchObject({ code: 'entry_not_found' });
    const exact = await add({ name: 'other.example.co.uk', password: 'b' });
    expect((await read('other.example.co.uk')).id).toBe(exact.id);
  });

  it('keeps a URL given as its name in urls, under its host and an unusual port', async () => {
    await add({ website: 'https://gitlab.com/users/sign_in', username: 'me', password: 'a' });
    await add({ website: 'http://localhost:8080/', password: 'b' });
    expect(await read('gitlab.com')).toMatchObject({ name: 'gitlab.com', urls: ['https://gitlab.com/users/sign_in'] });
    expect(await read('localhost:8080')).toMatchObject({ name: 'localhost:8080' });
  });

  it('is refused where name and username are taken, and accepted with another username', async () => {
    await add({ name: 'github.com', username: 'me', password: 'a' });
    await expect(add({ name: 'GitHub.com', username: 'me', password: 'b' })).rejects.toMatchObject({ code: 'entry_exists' });
    await add({ name: 'github.com', username: 'you', password: 'b' });
    await expect(read('github.com')).rejects.toMatchObject({ code: 'entry_ambiguous', details: { candidates: [{}, {}] } });
    expect((await read('github.com', 'you')).password).toBe('b');
  });

  it('gets a generated password of the length asked for', async () => {
    await add({ name: 'a', generate: { length: 33 } });
    expect((await read('a')).password).toHaveLength(33);
  });

  it.each(['', '   ', '.', '..', 'a\nb', 'a\u0000b', 'x'.repeat(1025), 'a\u2028b'])('is refused with the name %j', async (name) => {
    await expect(add({ name, password: 'a' })).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('changing an entry', () => {
  it('makes a new revision, keeps what is not named, and is found under its new name only', async () => {
    const { id } = await add({ name: 'old', username: 'me', password: 'a', notes: 'n' });
    expect(await changeEntry(vault.context, alice, id, { name: 'new', password: 'b' }, 1)).toMatchObject({ revision: 2, name: 'new' });
    expect(await read('new')).toMatchObject({ username: 'me', password: 'b', notes: 'n', revision: 2 });
    await expect(read('old')).rejects.toMatchObject({ code: 'entry_not_found' });
  });

  it('reduces a new name that is a URL, as adding does', async () => {
    const { id } = await add({ name: 'a', password: 'a' });
    expect(await changeEntry(vault.context, alice, id, { name: 'https://example.com:8443/login' }, null)).toMatchObject({
      name: 'example.com:8443',
    });
    expect((await read('https://example.com:8443/login')).id).toBe(id);
  });

  it('moves passwordChangedAt only with the password', async () => {
    const { id } = await add({ name: 'a', password: 'a' });
    const before = await read('a');
    await changeEntry(vault.context, alice, id, { notes: 'x' }, null);
    expect((await read('a')).passwordChangedAt).toBe(before.passwordChangedAt);
  });

  it('makes no revision where nothing changes', async () => {
    const { id } = await add({ name: 'a', password: 'a', tags: ['t'] });
    expect(await changeEntry(vault.context, alice, id, { password: 'a', tags: ['t'] }, 1)).toMatchObject({ revision: 1 });
  });

  it('is refused for a stale revision, an unknown id and a taken name', async () => {
    const { id } = await add({ name: 'a', password: 'a' });
    await add({ name: 'b', password: 'b' });
    await expect(changeEntry(vault.context, alice, id, { notes: 'x' }, 7)).rejects.toMatchObject({ code: 'revision_conflict' });
    await expect(changeEntry(vault.context, alice, 'nothing', { notes: 'x' }, null)).rejects.toMatchObject({ code: 'entry_not_found' });
    await expect(changeEntry(vault.context, alice, id, { name: 'B' }, null)).rejects.toMatchObject({ code: 'entry_exists' });
  });

  it('keeps every replaced blob unchanged in the history, proven by the body', async () => {
    const { id } = await add({ name: 'a', password: '1' });
    for (const password of ['2', '3', '4']) await changeEntry(vault.context, alice, id, { password }, null);
    await vault.tamper((database) => {
      expect(database.prepare('select revision from revisions order by revision').pluck().all()).toEqual([1, 2, 3]);
    });
  });
});

describe('removing an entry', () => {
  it('takes it out of reading and listing, and frees its name', async () => {
    const { id } = await add({ name: 'a', password: 'a' });
    expect(await removeEntry(vault.context, alice, id, 1)).toMatchObject({ id, revision: 2 });
    await expect(read('a')).rejects.toMatchObject({ code: 'entry_not_found' });
    await expect(read(id)).rejects.toMatchObject({ code: 'entry_not_found' });
    expect(await listEntries(vault.context, alice, {})).toEqual([]);
    await add({ name: 'a', password: 'b' });
    await vault.login(alice);
    expect((await read('a')).password).toBe('b');
  });
});

describe('listing', () => {
  it('shows no secret, filters by pattern, tag and text, and sorts by name', async () => {
    await add({ name: 'b', username: 'x', password: 'sésame', urls: ['https://u:pw@b.example'], notes: 'needle', tags: ['T'] });
    await add({ name: 'A', password: 'p', fields: [{ name: 'pin', value: 'needle2', hidden: true }] });
    await add({ name: 'work/db', password: 'p' });
    const names = async (filter: Parameters<typeof listEntries>[2]) =>
      (await listEntries(vault.context, alice, filter)).map(({ name }) => name);
    expect(await names({})).toEqual(['A', 'b', 'work/db']);
    expect(await names({ pattern: 'work/*' })).toEqual(['work/db']);
    expect(await names({ pattern: 'K/D' })).toEqual(['work/db']);
    expect(await names({ tag: 't' })).toEqual(['b']);
    expect(await names({ query: 'NEEDLE' })).toEqual(['b']);
    expect(await names({ query: 'sésame' })).toEqual([]);
    const [, row] = await listEntries(vault.context, alice, {});
    expect(JSON.stringify(row)).not.toContain('pw');
    expect(Object.keys(row ?? {})).not.toContain('password');
  });
});

describe('two users of one database', () => {
  it('have entries of their own that the other cannot reach', async () => {
    const bob = await vault.addUser('bob');
    const { id } = await add({ name: 'shared.example', password: 'alice’s' });
    await add({ name: 'shared.example', password: 'bob’s' }, bob);
    expect((await read('shared.example')).password).toBe('alice’s');
    await expect(readEntry(vault.context, bob, { website: id })).rejects.toMatchObject({ code: 'entry_not_found' });
    await expect(changeEntry(vault.context, bob, id, { password: 'x' }, null)).rejects.toMatchObject({ code: 'entry_not_found' });
    await expect(removeEntry(vault.context, bob, id, null)).rejects.toMatchObject({ code: 'entry_not_found' });
    expect(await listEntries(vault.context, bob, {})).toHaveLength(1);
  });
});

describe('many changes at once', () => {
  it('all arrive, in a vault that verifies', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, i) => add({ name: `entry ${String(i)}`, password: 'p' })));
    await Promise.all([
      ...Array.from({ length: 20 }, (_, i) => add({ name: `more ${String(i)}`, password: 'p' })),
      listEntries(vault.context, alice, {}),
    ]);
    await vault.login(alice);
    expect(await listEntries(vault.context, alice, {})).toHaveLength(80);
  });

  it('of one entry lose nothing: one wins, the others learn that they were late', async () => {
    const { id } = await add({ name: 'a', password: '0' });
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => changeEntry(vault.context, alice, id, { password: `p${String(i)}` }, 1)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'revision_conflict' });
  });
});
