import { describe, expect, it } from 'vitest';
import { credentialOf, holdsSecret, withCredential } from '../../../src/core/credentials/content.ts';
import type { StoreCredentialRequest } from '../../../src/core/credentials/schema.ts';

const nothing = { username: null, password: null, passwordExpiry: null, refreshToken: null, authtype: null, credential: null };
const site = { protocol: 'https', host: 'github.com' };
const empty = { username: null, password: null, fields: [] };
const entry = { username: 'me', password: 'hunter2', fields: [] };
const stored = (given: Partial<StoreCredentialRequest>, before: Parameters<typeof withCredential>[0] = empty) =>
  withCredential(before, { ...site, ...given });
const hand = (from: typeof empty | ReturnType<typeof stored>, use = {}) => credentialOf(from, { now: 1000, authtype: false, ...use });

describe('what a helper stores', () => {
  it('is kept in fields named as git names them, what is secret hidden', () => {
    const given = { username: 'me', password: 'p', passwordExpiry: 2000, refreshToken: 'r', authtype: 'Bearer', credential: 'c' };
    expect(stored(given)).toEqual({
      username: 'me',
      password: 'p',
      fields: [
        { name: 'git password_expiry_utc', value: '2000', hidden: false },
        { name: 'git oauth_refresh_token', value: 'r', hidden: true },
        { name: 'git authtype', value: 'Bearer', hidden: false },
        { name: 'git credential', value: 'c', hidden: true },
      ],
    });
  });

  it('may be an empty username and password, which are told from none', () => {
    const kept = stored({ username: '', password: '' });
    expect(kept).toEqual({
      username: null,
      password: null,
      fields: [
        { name: 'git username', value: '', hidden: false },
        { name: 'git password', value: '', hidden: false },
      ],
    });
    expect(hand(kept)).toEqual({ ...nothing, username: '', password: '' });
    expect(stored({ password: 'p' })).toEqual({ username: null, password: 'p', fields: [] });
    expect(stored({ authtype: 'Bearer', credential: 'c' }, entry)).toMatchObject({ username: null, password: null });
  });

  const renewable = stored({ username: 'me', password: 'p', passwordExpiry: 2000, refreshToken: 'r' }, { ...empty, fields: [pin()] });

  it('keeps what else belongs to the same secret, and every other field', () => {
    expect(stored({ username: 'me', password: 'p' }, renewable)).toEqual(renewable);
    expect(stored({ password: 'p', passwordExpiry: 3000, refreshToken: 's' }, renewable).fields.map(({ value }) => value)).toEqual([
      '1',
      '3000',
      's',
    ]);
    const header = stored({ authtype: 'Bearer', credential: 'c', refreshToken: 'r' }, { ...empty, password: 'p' });
    expect(stored({ credential: 'c' }, { ...header, password: 'p' })).toEqual({ ...header, password: 'p' });
  });

  it('lets go of what belonged to another secret', () => {
    expect(stored({ password: 'new' }, renewable)).toEqual({ username: null, password: 'new', fields: [pin()] });
    const header = stored({ authtype: 'Bearer', credential: 'c', passwordExpiry: 2000, refreshToken: 'r' });
    expect(stored({ authtype: 'Basic', credential: 'd' }, header).fields.map(({ value }) => value)).toEqual(['Basic', 'd']);
    expect(stored({ password: 'new' }, header).fields).toEqual([]);
  });
});

function pin() {
  return { name: 'PIN', value: '1', hidden: true };
}

describe('what a helper hands out', () => {
  it('is username and password, or nothing where there is no secret', () => {
    expect(hand(entry)).toEqual({ ...nothing, username: 'me', password: 'hunter2' });
    expect(hand({ ...entry, password: null })).toBeNull();
    expect(hand(stored({ password: 'p', refreshToken: 'r' }))).toEqual({ ...nothing, password: 'p', refreshToken: 'r' });
    expect(hand({ ...empty, fields: stored({ password: 'p', refreshToken: 'r' }).fields })).toBeNull();
  });

  it('has no password from the moment on that it expires; what renews it stays', () => {
    const expiring = stored({ password: 'p', passwordExpiry: 2000 });
    expect(hand(expiring, { now: 1999 })).toEqual({ ...nothing, password: 'p', passwordExpiry: 2000 });
    expect(hand(expiring, { now: 2000 })).toBeNull();
    const renewable = stored({ username: 'me', password: 'p', passwordExpiry: 2000, refreshToken: 'r' });
    expect(hand(renewable, { now: 2000 })).toEqual({ ...nothing, username: 'me', refreshToken: 'r' });
  });

  it.each(['soon', '1.5', '-1', '2000x', '', '9'.repeat(16)])('takes no date for an expiry of %j', (value) => {
    const fields = [{ name: 'git password_expiry_utc', value, hidden: false }];
    expect(hand({ ...entry, fields }, { now: 1e12 })).toEqual({ ...nothing, username: 'me', password: 'hunter2' });
  });

  it('is a header in place of the password, for programs that know of it', () => {
    const both = stored({ password: 'p', authtype: 'Bearer', credential: 'c', passwordExpiry: 2000 });
    expect(hand(both)).toEqual({ ...nothing, password: 'p', passwordExpiry: 2000 });
    expect(hand(both, { authtype: true })).toEqual({ ...nothing, authtype: 'Bearer', credential: 'c', passwordExpiry: 2000 });
    expect(hand(both, { authtype: true, now: 2000 })).toBeNull();
    for (const name of ['git authtype', 'git credential']) {
      const half = { ...both, fields: both.fields.filter((field) => field.name !== name) };
      expect(hand(half, { authtype: true })).toEqual({ ...nothing, password: 'p', passwordExpiry: 2000 });
    }
  });

  it('is no more than may be shown, and expires by all that there is', () => {
    const expiring = stored({ username: 'me', password: 'p', passwordExpiry: 2000 });
    const shown = { ...empty, password: 'p' };
    expect(credentialOf(expiring, { now: 1, authtype: true }, shown)).toEqual({ ...nothing, password: 'p' });
    expect(credentialOf(expiring, { now: 2000, authtype: true }, shown)).toBeNull();
  });
});

describe('an entry holds the secret that a program names', () => {
  const both = stored({ password: 'p', authtype: 'Bearer', credential: 'c' });

  it.each([
    [{}, true],
    [{ password: 'p' }, true],
    [{ password: 'q' }, false],
    [{ password: '' }, false],
    [{ credential: 'c' }, true],
    [{ credential: 'd' }, false],
    [{ password: 'p', credential: 'c' }, true],
    [{ password: 'p', credential: 'd' }, false],
    [{ password: 'q', credential: 'c' }, false],
  ])('%j: %j', (named, holds) => {
    expect(holdsSecret(both, named)).toBe(holds);
  });

  it('and none where it has none', () => {
    expect(holdsSecret(empty, {})).toBe(true);
    expect(holdsSecret(empty, { password: '' })).toBe(false);
    expect(holdsSecret(empty, { credential: '' })).toBe(false);
  });
});
