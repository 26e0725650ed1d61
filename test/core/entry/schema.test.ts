import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { attachment } from '../../../src/core/entry/attachment.ts';
import { earlierRevision } from '../../../src/core/entry/earlier.ts';
import { exportedLine } from '../../../src/core/entry/export.ts';
import { importedChunk, importedEntry, importReport } from '../../../src/core/entry/import.ts';
import { entry, entryId, entryName, entryReference, entrySummary, field, label, text, tooLarge } from '../../../src/core/entry/schema.ts';
import { codePoint } from '../../support/code-point.ts';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('a name', () => {
  it.each([
    'github.com',
    'work/db',
    'My Bank',
    '"quoted"',
    "it's",
    '🔑 key',
    'مرحبا',
    'Zu\u0308rich',
    '...',
    '-x',
    'x'.repeat(1024),
    'é'.repeat(512),
  ])('may be %j', (name) => {
    expect(takes(entryName, name)).toBe(true);
  });

  it.each([
    '',
    ' ',
    '\t',
    '.',
    '..',
    'a\nb',
    'a\rb',
    'a\0b',
    'a\u001bb',
    'a\u007fb',
    'a\u0085b',
    'a\u2028b',
    '\ud800',
    'x'.repeat(1025),
    'é'.repeat(513),
  ])('may not be %j, and it is said why', (name) => {
    for (const { message } of entryName.safeParse(name).error?.issues ?? []) expect(message).toMatch(/^must \w.*\w/);
    expect(takes(entryName, name)).toBe(false);
  });

  it('says what is wrong without what was given', () => {
    const issues = entryName.safeParse('hunter2\n').error?.issues ?? [];
    expect(issues).toHaveLength(1);
    expect(JSON.stringify(issues.map(({ message }) => message))).not.toContain('hunter2');
  });

  it('is no label where it is . or .., which are fine for a tag', () => {
    expect(takes(label, '..')).toBe(true);
  });
});

describe('a text', () => {
  it('holds 1 MiB of UTF-8 and not a byte more, which is told from being wrong', () => {
    expect(takes(text, 'x'.repeat(1024 * 1024))).toBe(true);
    expect(takes(text, '🔑'.repeat(256 * 1024))).toBe(true);
    for (const long of ['x'.repeat(1024 * 1024 + 1), `${'🔑'.repeat(256 * 1024)}x`, 'é'.repeat(524_289)]) {
      const issues = text.safeParse(long).error?.issues ?? [];
      expect(issues.map((issue) => (issue.code === 'custom' ? issue.params : null))).toEqual([tooLarge]);
      expect(issues[0]?.message).toBe('must be at most 1 MiB');
    }
  });

  it('is any well-formed Unicode, newlines included', () => {
    fc.assert(fc.property(fc.string({ unit: codePoint }), (any) => takes(text, any) === any.isWellFormed()));
    expect(takes(text, 'a\nb\0')).toBe(true);
    expect(text.safeParse('a\udc00').error?.issues[0]?.message).toBe('must be well-formed Unicode');
  });
});

describe('an id', () => {
  it('is a UUIDv4', () => {
    expect(takes(entryId, randomUUID())).toBe(true);
    for (const other of ['', 'x', randomUUID().replaceAll('-', ''), '00000000-0000-1000-8000-000000000000']) {
      expect(takes(entryId, other)).toBe(false);
    }
  });
});

describe('an entry', () => {
  const whole = {
    id: randomUUID(),
    name: 'github.com',
    username: 'me',
    password: null,
    urls: ['https://github.com'],
    totp: null,
    notes: null,
    fields: [{ name: 'PIN', value: '1', hidden: true }],
    tags: ['work/dev'],
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    passwordChangedAt: null,
    revision: 1,
  };

  it('has every key of the contract and no other', () => {
    expect(entry.parse(whole)).toEqual(whole);
    for (const key of Object.keys(whole)) {
      const without = Object.fromEntries(Object.entries(whole).filter(([other]) => other !== key));
      expect(takes(entry, without)).toBe(false);
    }
    expect(takes(entry, { ...whole, trashed: false })).toBe(false);
    expect(takes(entry, { ...whole, createdAt: '2026-01-02T03:04:05Z' })).toBe(false);
  });

  it('has plain fields where it is not said that they are hidden', () => {
    expect(field.parse({ name: 'PIN', value: '1' })).toEqual({ name: 'PIN', value: '1', hidden: false });
  });

  it.each([
    ['Entry', entry],
    ['EntrySummary', entrySummary],
    ['EntryReference', entryReference],
    ['Field', field],
    ['Attachment', attachment],
    ['EarlierRevision', earlierRevision],
    ['ExportedEntry', exportedLine],
    ['ImportedEntry', importedEntry],
    ['ImportedChunk', importedChunk],
    ['ImportReport', importReport],
  ])('and what belongs to it has a name in the OpenAPI document: %s', (name, schema) => {
    expect(schema.meta()?.id).toBe(name);
  });

  it('goes out with its files, what waits and what was, and nothing else', () => {
    const leftOut = { revisions: 0, files: 0 };
    const line = { ...whole, trashed: false, attachments: [{ id: whole.id, name: 'key.pem', size: 1 }], history: [], leftOut };
    expect(exportedLine.parse(line)).toEqual(line);
    for (const change of [
      { leftOut: { revisions: -1, files: 0 } },
      { leftOut: {} },
      { trashed: undefined },
      { attachments: [{}] },
      { more: 1 },
    ]) {
      expect(takes(exportedLine, { ...line, ...change })).toBe(false);
    }
  });

  it('shows in lists nothing that is secret', () => {
    expect(Object.keys(entrySummary.shape).sort()).toEqual(
      ['id', 'name', 'username', 'urls', 'tags', 'createdAt', 'updatedAt', 'passwordChangedAt', 'revision'].sort(),
    );
    expect(Object.keys(entryReference.shape)).toEqual(['id', 'name', 'username', 'revision']);
  });
});
