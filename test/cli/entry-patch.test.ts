import { describe, expect, it } from 'vitest';
import { type Changes, patchOf } from '../../src/cli/entry-patch.ts';
import type { Setters } from '../../src/cli/setters.ts';
import type { Entry } from '../../src/core/entry/schema.ts';
import { vaultError } from '../core/support.ts';

const entry: Entry = {
  id: '4f6b2b0e-0000-4000-8000-000000000000',
  name: 'a',
  username: 'me',
  password: 'p',
  urls: ['https://a.example', 'https://b.example'],
  totp: null,
  notes: 'n',
  fields: [
    { name: 'pin', value: '1', hidden: true },
    { name: 'port', value: '2', hidden: false },
  ],
  tags: ['Work', 'old'],
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  passwordChangedAt: null,
  revision: 1,
};
const nothing: Setters = {
  password: undefined,
  generate: undefined,
  urls: undefined,
  notes: undefined,
  totp: undefined,
  fields: [],
  tags: undefined,
};
const patch = (changes: Changes, setters: Partial<Setters> = {}) => patchOf(entry, { ...nothing, ...setters }, changes);

describe('the patch of an edit', () => {
  it('is empty where nothing was said', () => {
    expect(patch({})).toEqual({});
  });

  it('adds and removes single URLs and tags, once each, and leaves the others in their places', () => {
    expect(patch({ addUrl: ['https://c.example', 'https://a.example'], removeUrl: ['https://b.example'] })).toEqual({
      urls: ['https://a.example', 'https://c.example'],
    });
    expect(patch({ addTag: ['WORK', 'new'], removeTag: ['OLD'] })).toEqual({ tags: ['Work', 'new'] });
    expect(patch({ removeTag: ['work', 'old'] })).toEqual({ tags: [] });
  });

  it('replaces a list first, or empties it, and adds then', () => {
    expect(patch({ addUrl: ['y:'] }, { urls: ['x:'] })).toEqual({ urls: ['x:', 'y:'] });
    expect(patch({ addTag: ['b'], unset: ['tags'] })).toEqual({ tags: ['b'] });
  });

  it('refuses to take out what is not there, and a URL with a password', () => {
    expect(() => patch({ removeUrl: ['https://c.example'] })).toThrow(vaultError('field_not_found'));
    expect(() => patch({ removeTag: ['c'] })).toThrow(vaultError('field_not_found'));
    expect(() => patch({ addUrl: ['https://me:pw@c.example'] })).toThrow(vaultError('usage'));
  });

  it('changes one field and leaves the others in their places, whatever else is unset', () => {
    const fields = [{ name: 'pin', value: '9', hidden: false }];
    expect(patch({ unset: ['port', 'notes'] }, { fields })).toEqual({ notes: null, fields });
    expect(patch({}, { fields })).toEqual({ fields: [...fields, { name: 'port', value: '2', hidden: false }] });
  });

  it('unsets each part by its name', () => {
    expect(patch({ unset: ['username', 'password', 'url', 'totp', 'notes', 'tags', 'pin'] })).toEqual({
      username: null,
      password: null,
      urls: null,
      totp: null,
      notes: null,
      tags: null,
      fields: [{ name: 'port', value: '2', hidden: false }],
    });
    expect(() => patch({ unset: ['nothing'] })).toThrow(vaultError('field_not_found'));
  });
});
