import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { accountTokenPath } from '../../src/core/account-token.ts';

const path = (account: string) => accountTokenPath({ runtimeDir: '/run/me/vault' }, account);

describe('the token file of another account', () => {
  it.each(['work', 'a', '0_-z', 'x'.repeat(32)])('is named by it where that is plain: %s', (account) => {
    expect(path(account)).toBe(`/run/me/vault/token-${account}`);
  });

  it.each(['', 'x'.repeat(33), 'Work', 'a/b', '../b', 'a\n', ' a', 'ä'])('is named by its SHA-256 where that is %j', (account) => {
    expect(path(account)).toBe(`/run/me/vault/token-${createHash('sha256').update(account).digest('hex')}`);
  });
});
