import { describe, expect, it } from 'vitest';
import { conflictPolicies, importedChunk, importedEntry, importReport } from '../../../src/core/entry/import.ts';

const time = '2026-01-02T03:04:05.678Z';
const file = { name: 'key.pem', size: 1 };
const earlier = {
  name: 'github.com',
  username: null,
  password: 'old',
  urls: [],
  totp: null,
  notes: null,
  fields: [],
  tags: [],
  updatedAt: time,
  passwordChangedAt: time,
  trashed: false,
  pending: { password: 'waits', createdAt: time },
  attachments: ['key.pem'],
};
const whole = {
  name: 'github.com',
  username: 'me',
  password: 'hunter2',
  urls: ['https://github.com'],
  totp: 'otpauth://totp/x?secret=AA',
  notes: 'note',
  fields: [{ name: 'PIN', value: '1', hidden: true }],
  tags: ['work'],
  createdAt: time,
  updatedAt: time,
  passwordChangedAt: time,
  trashed: true,
  pending: { password: 'waits', createdAt: time },
  history: [earlier],
  attachments: [file],
  place: 'line 3',
};
const nothing = {
  username: null,
  password: null,
  urls: [],
  totp: null,
  notes: null,
  fields: [],
  tags: [],
  trashed: false,
  history: [],
  attachments: [],
};
const takes = (value: unknown) => importedEntry.safeParse(value).success;

describe('a line of an import', () => {
  it('holds all of an entry, or its name alone', () => {
    expect(importedEntry.parse(whole)).toEqual(whole);
    expect(importedEntry.parse({ name: 'a' })).toEqual({ name: 'a', ...nothing });
  });

  it.each(Object.keys(whole).map((key) => ({ key })))('is refused where its $key is of another kind', ({ key }) => {
    expect(takes({ ...whole, [key]: 7 })).toBe(false);
  });

  it('is refused with a key that there is not, too many files, or a place that never ends', () => {
    expect(takes({ ...whole, extra: 1 })).toBe(false);
    expect(takes({ ...whole, attachments: Array(1000).fill(file) })).toBe(true);
    expect(takes({ ...whole, attachments: Array(1001).fill(file) })).toBe(false);
    expect(takes({ ...whole, attachments: [{ name: 'a' }] })).toBe(false);
    expect(takes({ ...whole, history: Array(200).fill(earlier) })).toBe(true);
    expect(takes({ ...whole, history: Array(201).fill(earlier) })).toBe(false);
    expect(takes({ ...whole, pending: {} })).toBe(false);
    expect(takes({ ...whole, place: 'x'.repeat(256) })).toBe(true);
    expect(takes({ ...whole, place: 'x'.repeat(257) })).toBe(false);
  });

  it('has of an earlier revision what it knows, and knows what is not set', () => {
    const history = [
      { ...earlier, more: 1 },
      { ...earlier, pending: undefined, trashed: undefined, attachments: undefined },
    ];
    expect(importedEntry.parse({ ...whole, history }).history).toEqual([earlier, { ...earlier, pending: undefined, attachments: [] }]);
    for (const key of Object.keys(earlier)) expect(takes({ ...whole, history: [{ ...earlier, [key]: 7 }] }), key).toBe(false);
  });

  it('may be a piece of a file', () => {
    expect(importedChunk.parse({ chunk: 'AAAA' })).toEqual({ chunk: 'AAAA' });
    expect(importedChunk.safeParse({ chunk: '***' }).success).toBe(false);
    expect(importedChunk.safeParse({}).success).toBe(false);
  });
});

describe('the report of an import', () => {
  it('counts what became of its lines, and names their problems', () => {
    const report = { imported: 2, skipped: 0, conflicts: 1, problems: [{ place: 'line 3', message: 'must not be empty' }] };
    expect(importReport.parse(report)).toEqual(report);
    for (const bad of [{ imported: -1 }, { skipped: -1 }, { conflicts: -1 }, { problems: [{}] }, { more: 1 }]) {
      expect(importReport.safeParse({ ...report, ...bad }).success).toBe(false);
    }
    expect(conflictPolicies).toEqual(['skip', 'replace', 'keep-both']);
  });
});
