import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { account, createEntryRequest, createUserRequest, listQuery, patchEntryRequest, readQuery } from '../../src/core/api.ts';
import { generatorOptions } from '../../src/core/generate/options.ts';

const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe('a request to add an entry', () => {
  it.each<[string, object]>([
    ['a website and a password', { website: 'github.com', password: 'x' }],
    ['a name', { name: 'work/db', password: 'x' }],
    ['an email', { name: 'a', email: 'me@example.com', password: 'x' }],
    ['something generated', { name: 'a', generate: {} }],
    ['notes alone', { name: 'a', notes: 'n' }],
    ['fields alone', { name: 'a', fields: [{ name: 'PIN', value: '1' }] }],
    ['a one-time code alone', { name: 'a', totp: 'JBSWY3DP' }],
  ])('may have %s', (_, body) => {
    expect(takes(createEntryRequest, body)).toBe(true);
  });

  it.each<[string, unknown]>([
    ['no name', { password: 'x' }],
    ['two names', { name: 'a', website: 'a', password: 'x' }],
    ['two usernames', { name: 'a', username: 'a', email: 'a', password: 'x' }],
    ['two passwords', { name: 'a', password: 'x', generate: {} }],
    ['nothing to keep', { name: 'a', username: 'me' }],
    ['an empty password', { name: 'a', password: '' }],
    ['no fields to keep', { name: 'a', fields: [] }],
    ['an unknown key', { name: 'a', password: 'x', id: '1' }],
    ['an unknown key in a field', { name: 'a', fields: [{ name: 'a', value: 'b', secret: true }] }],
    ['a number for a password', { name: 'a', password: 1 }],
    ['no object', ['a']],
  ])('may not have %s', (_, body) => {
    expect(takes(createEntryRequest, body)).toBe(false);
  });

  it('makes a field visible where it does not say', () => {
    const body = createEntryRequest.parse({ name: 'a', fields: [{ name: 'b', value: 'c' }] });
    expect(body.fields).toEqual([{ name: 'b', value: 'c', hidden: false }]);
  });
});

describe('a request to change an entry', () => {
  it('unsets by null and leaves alone what is not there', () => {
    const patch = { username: null, password: null, urls: null, totp: null, notes: null, fields: null, tags: null };
    expect(patchEntryRequest.parse(patch)).toEqual(patch);
    expect(patchEntryRequest.parse({})).toEqual({});
  });

  it.each([
    { name: null },
    { name: '' },
    { name: '..' },
    { id: 'x' },
    { revision: 2 },
    { password: 'x', generate: {} },
    { createdAt: 'x' },
  ])('is refused with %j', (body) => {
    expect(takes(patchEntryRequest, body)).toBe(false);
  });
});

describe('an account', () => {
  it('is one line of at most 128 bytes without spaces around it', () => {
    for (const name of ['default', 'me@example.com', 'My vault', 'ü'.repeat(64)]) expect(takes(account, name)).toBe(true);
    for (const name of ['', ' ', ' a', 'a ', 'a\nb', 'ü'.repeat(65), 'x'.repeat(129)]) expect(takes(account, name)).toBe(false);
    expect(takes(createUserRequest, { password: 'x', account: '' })).toBe(false);
  });
});

describe('a query', () => {
  it('has known keys only', () => {
    expect(takes(listQuery, { query: 'a', tag: 'b', pattern: 'c' })).toBe(true);
    expect(takes(listQuery, { q: 'a' })).toBe(false);
    expect(takes(readQuery, { username: 'a', exact: 'true' })).toBe(true);
    expect(takes(readQuery, { exact: 'yes' })).toBe(false);
  });
});

describe('what a password is generated from', () => {
  it('is within bounds', () => {
    for (const options of [{}, { length: 1 }, { length: 1024 }, { words: 64, separator: '' }, { minDigits: 0 }]) {
      expect(takes(generatorOptions, options)).toBe(true);
    }
    for (const options of [
      { length: 0 },
      { length: 1025 },
      { length: 1.5 },
      { words: 0 },
      { words: 65 },
      { minSymbols: -1 },
      { symbols: 'no' },
      { size: 1 },
    ]) {
      expect(takes(generatorOptions, options)).toBe(false);
    }
  });
});
