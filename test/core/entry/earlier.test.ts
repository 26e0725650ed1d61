import { expect, it } from 'vitest';
import { type EarlierRevision, earlierRevision, fitting } from '../../../src/core/entry/earlier.ts';

const nothing = { username: null, password: null, urls: [], totp: null, notes: null, fields: [], tags: [], passwordChangedAt: null };
const plain = earlierRevision.parse({ ...nothing, name: 'a', updatedAt: '2026-01-02T03:04:05.678Z' });
const revision = (notes: string): EarlierRevision => ({ ...plain, notes });

it('of earlier revisions go out at most 200, the latest', () => {
  const fits = fitting();
  expect(Array.from({ length: 202 }, () => fits(revision('')))).toEqual(Array.from({ length: 202 }, (_, i) => i < 200));
});

it('of earlier revisions go out at most 4 MiB of JSON in UTF-8, and nothing behind what is too much', () => {
  const mebibyte = 1024 * 1024;
  const around = Buffer.byteLength(JSON.stringify(revision('')));
  const tooMany = fitting();
  expect(['x'.repeat(2 * mebibyte), 'é'.repeat(mebibyte), ''].map((notes) => tooMany(revision(notes)))).toEqual([true, false, false]);
  for (const more of [0, 1]) expect(fitting()(revision('x'.repeat(4 * mebibyte - around + more)))).toBe(more === 0);
});
