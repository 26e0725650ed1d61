import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idText } from '../../../src/core/entry/id.ts';
import { Listing } from '../../../src/daemon/vault/listing.ts';
import { ListingBuilder, listingPart } from '../../../src/daemon/vault/listing-builder.ts';
import type { Caller, Shelf } from '../../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, removeEntry } from '../../../src/daemon/vault/entries.ts';
import { listEntries } from './list-entries.ts';
import { createTestVault, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;
let kept: readonly Buffer[] | null;
/** A session's caller: the same keys, and a place for its listing. */
let session: Caller;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
  kept = null;
  const shelf: Shelf = {
    take: () => {
      const parts = kept;
      return parts === null ? null : (part) => Buffer.from(parts[part] ?? []);
    },
    put: (parts) => {
      kept = parts.map((part) => Buffer.from(part));
    },
  };
  session = { ...alice, shelf };
});

afterEach(async () => {
  await vault.close();
});

describe('a listing that is kept', () => {
  it('stays what a new one would be through every kind of change', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 24; i++) {
      ids.push((await addEntry(vault.context, alice, { name: `entry ${String(i)}`, password: 'p', tags: [`t${String(i % 3)}`] })).id);
    }
    const same = async () => {
      for (const filter of [{}, { query: 'entry 1' }, { tag: 't1' }, { pattern: 'entry ?' }]) {
        expect(await listEntries(vault.context, session, filter)).toEqual(await listEntries(vault.context, alice, filter));
      }
    };
    await same();
    for (const [i, id] of ids.entries()) {
      if (i % 4 === 0) await changeEntry(vault.context, alice, id, { name: `changed ${String(i)}`, tags: ['t1', 'new'] }, null);
      if (i % 4 === 1) await removeEntry(vault.context, alice, id, null);
      if (i % 4 === 2) await addEntry(vault.context, alice, { name: `late ${String(i)}`, notes: 'n' });
      if (i % 6 < 4) continue;
      await same();
    }
    await same();
  });

  it('is not read again from the database while nothing changes', async () => {
    await addEntry(vault.context, alice, { name: 'a', password: 'p' });
    await listEntries(vault.context, session, {});
    const before = kept;
    await listEntries(vault.context, session, { query: 'a' });
    expect(kept).toBe(before);
  });

  it('holds no secret', async () => {
    await addEntry(vault.context, alice, {
      name: 'a',
      password: 'sésame',
      totp: 'JBSWY3DPEHPK3PXP',
      fields: [{ name: 'pin', value: 'hidden-value', hidden: true }],
    });
    await listEntries(vault.context, session, {});
    const text = Buffer.concat(kept ?? []).toString();
    expect(text).toContain('pin');
    for (const secret of ['sésame', 'JBSWY3DPEHPK3PXP', 'hidden-value']) expect(text.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});

describe('searching', () => {
  it('finds text in any case and form, once per entry, never across the end of a field', async () => {
    await addEntry(vault.context, alice, { name: 'ab', username: 'cd', notes: 'Straße straße\0x' });
    await addEntry(vault.context, alice, { name: 'xx', username: 'ab', notes: 'ab ab' });
    const names = async (query: string) => (await listEntries(vault.context, session, { query })).map(({ name }) => name);
    expect(await names('AB')).toEqual(['ab', 'xx']);
    expect(await names('bc')).toEqual([]);
    expect(await names('STRASSE')).toEqual(['ab']);
    expect(await names('b\0c')).toEqual([]);
    expect(await names('')).toEqual(['ab', 'xx']);
  });

  it('of an empty vault finds nothing', async () => {
    expect(await listEntries(vault.context, session, { query: '' })).toEqual([]);
    expect(await listEntries(vault.context, session, { query: 'a' })).toEqual([]);
    expect(await listEntries(vault.context, session, {})).toEqual([]);
  });

  it('keeps entries in the order of their ids, so that a part can be replaced', async () => {
    const added = [];
    for (let i = 0; i < 20; i++) added.push((await addEntry(vault.context, alice, { name: `n${String(i)}`, password: 'p' })).id);
    await listEntries(vault.context, session, {});
    const [index = Buffer.alloc(0), ...pieces] = kept ?? [];
    const listing = new Listing(index, () => Buffer.alloc(0), pieces);
    const ids = listing.slice(0, listing.count).map(({ id }) => idText(id));
    expect(ids).toEqual(added.sort());
  });

  it('opens the records of what it finds only, however many there are', () => {
    const id = (n: number) => Buffer.from(n.toString(16).padStart(32, '0'), 'hex');
    const entries = Array.from({ length: 1000 }, (_, n) => {
      const times = { createdAt: '', updatedAt: '', passwordChangedAt: null };
      const name = `entry ${String(n)}.`;
      return listingPart({
        id: id(n),
        summary: { id: '', name, username: null, urls: [], tags: [], ...times, revision: 1 },
        searchable: [name, ''],
      });
    });
    const builder = new ListingBuilder();
    builder.add(entries);
    const { index, pieces } = builder.finish({ rootId: Buffer.alloc(32), nodes: Buffer.alloc(64 * 2048) });
    const opened: number[] = [];
    const listing = new Listing(index, (piece) => {
      opened.push(piece);
      return Buffer.from(pieces[piece] ?? []);
    });
    const found = (text: string) => [...listing.containing(text)].map((at) => listing.summary(at).name);
    expect(found('entry 255.')).toEqual(['entry 255.']);
    expect(found('entry 256.')).toEqual(['entry 256.']);
    expect(found('Y 999.')).toEqual(['entry 999.']);
    expect(opened).toEqual([0, 1, 3]);
    expect(Array.from({ length: 1000 }, (_, n) => listing.summary(n).name)).toEqual(
      Array.from({ length: 1000 }, (_, n) => `entry ${String(n)}.`),
    );
    expect(listing.indexOf(id(700))).toBe(700);
    listing.wipe();
    expect(index.every((byte) => byte === 0)).toBe(true);
  });
});
