import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { localTokens, remoteTokens } from '../../src/cli/token-file.ts';

let runtimeDir: string;
const local = () => localTokens({ runtimeDir, token: join(runtimeDir, 'token'), tokenAccount: join(runtimeDir, 'account') });
const remote = (url: string) =>
  remoteTokens({ runtimeDir, token: join(runtimeDir, 'token'), tokenAccount: join(runtimeDir, 'account') }, url);

beforeEach(() => {
  runtimeDir = mkdtempSync(join(inject('temporary'), 't-'));
});

describe('the token file', () => {
  it('holds the bare token of the last login, for nobody else to read', () => {
    expect(local().read(null)).toBeNull();
    expect(local().save('default', 'one')).toBeNull();
    expect(readFileSync(join(runtimeDir, 'token'), 'utf8')).toBe('one');
    for (const name of readdirSync(runtimeDir)) expect(statSync(join(runtimeDir, name)).mode & 0o777).toBe(0o600);
    expect(local().currentAccount()).toBe('default');
  });

  it('gives the token that a new login of the account replaces', () => {
    local().save('default', 'one');
    expect(local().save('default', 'two')).toBe('one');
    expect(local().read(null)).toBe('two');
  });

  it('keeps the tokens of other accounts, each under its name', () => {
    local().save('default', 'one');
    expect(local().save('work', 'two')).toBeNull();
    expect(local().currentAccount()).toBe('work');
    expect([null, 'work', 'default'].map((account) => local().read(account))).toEqual(['two', 'two', 'one']);
    expect(local().save('default', 'three')).toBe('one');
    expect(['work', 'default', 'other'].map((account) => local().read(account))).toEqual(['two', 'three', null]);
    expect(readFileSync(join(runtimeDir, 'token'), 'utf8')).toBe('three');
  });

  it('does not change which account is current for a login that says so, unless there is none', () => {
    local().save('work', 'first', false);
    expect(local().currentAccount()).toBe('work');
    expect(local().save('default', 'one', false)).toBeNull();
    expect(local().currentAccount()).toBe('work');
    expect(local().save('default', 'two', false)).toBe('one');
    expect([null, 'default'].map((account) => local().read(account))).toEqual(['first', 'two']);
  });

  it('takes any name of an account', () => {
    for (const account of ['../../etc/passwd', 'Ä'.repeat(64), 'a/b', 'A', 'a']) local().save(account, `token of ${account}`);
    local().save('last', 'x');
    for (const account of ['../../etc/passwd', 'Ä'.repeat(64), 'a/b', 'A', 'a']) expect(local().read(account)).toBe(`token of ${account}`);
  });

  it('forgets the token of one account at a lock, and which one is current at no time', () => {
    local().save('default', 'one');
    local().save('work', 'two');
    local().remove(null);
    expect(local().read(null)).toBeNull();
    expect(local().currentAccount()).toBe('work');
    expect(local().read('default')).toBe('one');
  });

  it('is not believed where others could have written it', () => {
    local().save('default', 'one');
    chmodSync(join(runtimeDir, 'token'), 0o644);
    expect(local().read(null)).toBeNull();
  });

  it('never gives the local token to a daemon elsewhere, nor one daemon the token of another', () => {
    local().save('default', 'local');
    expect(remote('https://a.example').read(null)).toBeNull();
    remote('https://a.example').save('default', 'remote');
    expect(remote('https://b.example').read(null)).toBeNull();
    expect(remote('https://a.example').read('default')).toBe('remote');
    expect(local().read('default')).toBe('local');
  });
});
