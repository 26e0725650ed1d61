import { describe, expect, it } from 'vitest';
import {
  credential,
  credentialQuery,
  eraseCredentialRequest,
  eraseCredentialResponse,
  storeCredentialRequest,
} from '../../../src/core/credentials/schema.ts';

const site = { protocol: 'p'.repeat(64), host: 'h'.repeat(1024), path: 'x'.repeat(8192), username: 'me', tag: 'docker' };
const secret = { password: 'p', passwordExpiry: 0, refreshToken: 'r', authtype: 'Bearer', credential: 'c' };

describe('what credential helpers ask', () => {
  it.each([
    ['a query', undefined, credentialQuery, { ...site, authtype: 'true' }],
    ['what is stored', 'StoreCredentialRequest', storeCredentialRequest, { ...site, url: 'u', ...secret }],
    ['what is erased', 'EraseCredentialRequest', eraseCredentialRequest, { ...site, password: 'p', credential: 'c' }],
    ['a credential', 'Credential', credential, { username: 'me', ...secret }],
    ['the number that were erased', 'EraseCredentialResponse', eraseCredentialResponse, { removed: 0 }],
  ])('%s has its own keys, each of its kind', (_, name, schema, whole) => {
    expect(schema.meta()?.id).toBe(name);
    expect(schema.parse(whole)).toEqual(whole);
    expect(schema.safeParse({ ...whole, more: 1 }).success).toBe(false);
    for (const key of Object.keys(whole)) expect(schema.safeParse({ ...whole, [key]: -1 }).success, key).toBe(false);
  });

  it('is of a bounded length', () => {
    for (const change of [{ protocol: 'p'.repeat(65) }, { host: 'h'.repeat(1025) }, { path: 'x'.repeat(8193) }]) {
      expect(credentialQuery.safeParse({ ...site, ...change }).success).toBe(false);
    }
    expect(credentialQuery.safeParse({ protocol: 'https', host: 'a', authtype: 'false' }).success).toBe(true);
    expect(credentialQuery.safeParse({ protocol: 'https', host: 'a', authtype: 'maybe' }).success).toBe(false);
  });

  it('stores a password, or a header whole, and says so otherwise', () => {
    const place = { protocol: 'https', host: 'a' };
    expect(storeCredentialRequest.safeParse({ ...place, password: '' }).success).toBe(true);
    expect(storeCredentialRequest.safeParse({ ...place, authtype: 'Bearer', credential: 'c' }).success).toBe(true);
    for (const half of [{}, { authtype: 'Bearer' }, { credential: 'c' }]) {
      const issues = storeCredentialRequest.safeParse({ ...place, ...half }).error?.issues ?? [];
      expect(issues.map(({ message }) => message)).toEqual(['needs a password, or authtype and credential']);
    }
  });

  it('hands out what is not set as null', () => {
    const nothing = Object.fromEntries(Object.keys({ username: 1, ...secret }).map((key) => [key, null]));
    expect(credential.parse(nothing)).toEqual(nothing);
    expect(credential.safeParse({}).success).toBe(false);
  });
});
