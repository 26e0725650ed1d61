import { describe, expect, it } from 'vitest';
import type { EarlierRevision } from '../../../src/core/entry/earlier.ts';
import { asRevisions, earlierPasswords } from '../../../src/core/formats/earlier-passwords.ts';
import type { ImportedItem } from '../../../src/core/formats/item.ts';
import { exported } from './entries.ts';

const day = (number: number) => `2024-01-0${number}T00:00:00.000Z`;

function revision(password: string | null, updatedAt: string, passwordChangedAt: string | null): EarlierRevision {
  const { id: _, revision: __, createdAt: ___, ...held } = exported({ password, updatedAt, passwordChangedAt }).entry;
  return { ...held, trashed: false, attachments: [] };
}

describe('the earlier passwords of an entry', () => {
  const present = (password: string | null, passwordChangedAt: string | null) =>
    exported({ password, updatedAt: day(9), passwordChangedAt }).entry;

  it('come with the time when the next one came, else when the entry next changed', () => {
    const history = [revision('one', day(1), day(1)), revision('two', day(3), day(2)), revision('three', day(4), null)];
    expect(earlierPasswords(history, present('four', day(8)))).toEqual([
      { password: 'one', until: day(2) },
      { password: 'two', until: day(4) },
      { password: 'three', until: day(8) },
    ]);
    expect(earlierPasswords(history.slice(2), present('four', null))).toEqual([{ password: 'three', until: day(9) }]);
  });

  it('are none where it had none, or has it still', () => {
    const history = [revision(null, day(1), null), revision('one', day(2), day(2)), revision('one', day(3), day(2))];
    expect(earlierPasswords(history, present('one', day(2)))).toEqual([]);
    expect(earlierPasswords(history, present(null, null))).toEqual([{ password: 'one', until: day(9) }]);
    expect(earlierPasswords([], present('one', day(2)))).toEqual([]);
  });
});

describe('earlier passwords as revisions', () => {
  function item(times: Partial<Pick<ImportedItem, 'createdAt' | 'updatedAt'>>): ImportedItem {
    const {
      id: _,
      revision: __,
      createdAt: ___,
      updatedAt: ____,
      passwordChangedAt,
      ...content
    } = exported({ notes: 'n', tags: ['t'] }).entry;
    const rest = { trashed: true, pending: null, history: [], attachments: [{ name: 'a', size: 0, read: () => new Uint8Array() }] };
    return { content, createdAt: null, updatedAt: null, passwordChangedAt, ...rest, place: 'item 1', ...times };
  }

  const shown = (revisions: readonly EarlierRevision[]) => revisions.map(({ password, updatedAt }) => [password, updatedAt]);

  it('hold all else that the entry holds now, but no files', () => {
    const now = item({ createdAt: day(1), updatedAt: day(9) });
    expect(asRevisions([{ password: 'one', until: day(3) }], now)).toEqual([
      { ...now.content, password: 'one', updatedAt: day(1), passwordChangedAt: day(1), trashed: false, attachments: [] },
    ]);
  });

  it('begin where the one before ended, the first with the entry', () => {
    const passwords = [
      { password: 'one', until: day(3) },
      { password: 'two', until: null },
      { password: 'three', until: day(5) },
      { password: 'four', until: day(6) },
    ];
    expect(shown(asRevisions(passwords, item({ createdAt: day(1) })))).toEqual([
      ['one', day(1)],
      ['two', day(3)],
      ['three', day(3)],
      ['four', day(5)],
    ]);
  });

  it('begin where they ended where nobody knows when the entry came, else with its last change, and are left out without any time', () => {
    const passwords = [
      { password: 'one', until: null },
      { password: 'two', until: day(4) },
    ];
    expect(shown(asRevisions(passwords, item({ updatedAt: day(9) })))).toEqual([
      ['one', day(9)],
      ['two', day(4)],
    ]);
    expect(shown(asRevisions(passwords, item({})))).toEqual([['two', day(4)]]);
  });
});
