import { describe, expect, it } from 'vitest';
import { isRulesFile, rulesOfHost } from '../../../src/core/generate/site-rules.ts';

const file = {
  'example.com': { 'password-rules': 'minlength: 8' },
  'login.example.com': { 'password-rules': 'minlength: 12' },
  'alone.example': { 'password-rules': 'minlength: 9', 'exact-domain-match-only': true },
};

describe('a file of site rules', () => {
  it.each([
    ['example.com', 'example.com'],
    ['www.example.com', 'example.com'],
    ['login.example.com', 'login.example.com'],
    ['a.login.example.com', 'login.example.com'],
    ['alone.example', 'alone.example'],
  ] as const)('has for %s the rules of %s', (host, domain) => {
    expect(rulesOfHost(file, host)).toEqual({ domain, rules: file[domain]['password-rules'] });
  });

  it.each(['notexample.com', 'com', 'www.alone.example', '127.0.0.1', 'constructor', '__proto__'])('has none for %s', (host) => {
    expect(rulesOfHost(file, host)).toBeNull();
  });

  it('has none where a site of it has something else for them', () => {
    expect(rulesOfHost({ 'a.example.com': { 'password-rules': 8 }, ...file }, 'a.example.com')?.domain).toBe('example.com');
  });

  it('is told from other JSON', () => {
    expect(isRulesFile(file)).toBe(true);
    for (const other of [null, [], 'x', { 'a.example': 'minlength: 8' }, { 'a.example': { rules: '' } }, { ...file, 'a.example': null }]) {
      expect(isRulesFile(other)).toBe(false);
    }
  });
});
