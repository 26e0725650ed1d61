import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStyle } from '../../src/cli/style.ts';
import { nameParts, treeLines } from '../../src/cli/tree.ts';
import type { EntrySummary } from '../../src/core/entry/schema.ts';

const entry = (name: string, username: string | null = null): EntrySummary => ({
  id: '4f6b2b0e-0000-4000-8000-000000000000',
  name,
  username,
  urls: [],
  tags: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  passwordChangedAt: null,
  revision: 1,
});
const lines = (...entries: readonly EntrySummary[]) => treeLines(entries, createStyle(false));

describe('the tree of names', () => {
  it('has a folder for each part before a slash, and the usernames beside the last', () => {
    const tree = lines(entry('github.com', 'me'), entry('work/db', 'app'), entry('work/servers/a'), entry('work/servers/b', 'root'));
    expect(tree).toEqual(['github.com  me', 'work/', '├── db  app', '└── servers/', '    ├── a', '    └── b  root']);
  });

  it('shows once what is an entry and a folder, and accounts of one name', () => {
    expect(lines(entry('work', 'boss'), entry('work/db'), entry('x', 'a'), entry('x', 'b'))).toEqual(['work/  boss', '└── db', 'x  a, b']);
  });

  it('shows nothing that a terminal would obey', () => {
    expect(lines(entry('a\u202e/b', '\u001b[2J')).join('')).not.toMatch(/[\u001b\u202e]/);
  });

  it.each([
    ['/etc/passwd', ['/etc', 'passwd']],
    ['a//b', ['a', '/b']],
    ['a/', ['a/']],
    ['//', ['//']],
    ['a/b/', ['a', 'b/']],
  ])('takes %j apart as %j', (name, parts) => {
    expect(nameParts(name)).toEqual(parts);
  });

  it('loses nothing of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', 'a', '🔑', ' ') }), (name) => {
        const parts = nameParts(name);
        expect(parts.join('/')).toBe(name);
        expect(name === '' || parts.every((part) => part !== '')).toBe(true);
      }),
    );
  });
});
