import { describe, expect, it } from 'vitest';
import { factsOf, guessableWords } from '../../../src/core/audit/facts.ts';
import { type AuditOptions, judge, type PasswordKnowledge } from '../../../src/core/audit/judge.ts';
import type { Entry } from '../../../src/core/entry/schema.ts';

const now = new Date('2026-06-01T00:00:00.000Z');
const recent = '2026-05-01T00:00:00.000Z';
const key = Buffer.alloc(32, 1);
let ids = 0;

function entry(name: string, given: Partial<Entry> = {}): Entry {
  ids += 1;
  const id = `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
  const times = { createdAt: recent, updatedAt: recent, passwordChangedAt: recent };
  const texts = { username: null, password: `password of ${id}`, totp: null, notes: null };
  return { id, name, ...texts, urls: [], fields: [], tags: [], ...times, revision: 1, ...given };
}

function audit(
  entries: readonly Entry[],
  known: PasswordKnowledge = { guessesLog10: 20 },
  options: Partial<AuditOptions> = {},
  wanted = /^/,
) {
  const facts = entries.map((one) => factsOf(one, key));
  const findings = judge(
    facts,
    ({ fingerprint }) => (fingerprint === null ? { guessesLog10: null } : known),
    ({ name }) => wanted.test(name),
    { now, maxAgeDays: 365, ...options },
  );
  return findings.map(({ name, kind, severity, message }) => [name, kind, severity, message].join(' | '));
}

describe('an audit', () => {
  it('has nothing to say of strong, fresh passwords that are used once', () => {
    expect(audit([entry('a.example'), entry('b.example'), entry('note', { password: null })])).toEqual([]);
  });

  it('tells weak passwords from very weak ones', () => {
    expect(audit([entry('a')], { guessesLog10: 7.9 })).toEqual(['a | weak | medium | weak']);
    expect(audit([entry('a')], { guessesLog10: 2 })).toEqual(['a | weak | high | very weak']);
    expect(audit([entry('a')], { guessesLog10: 8 })).toEqual([]);
  });

  it('tells breached passwords, and how often they were seen', () => {
    expect(audit([entry('a')], { guessesLog10: 20, breaches: 1234 })).toEqual(['a | breached | critical | breached, seen 1,234 times']);
    expect(audit([entry('a')], { guessesLog10: 20, breaches: null })).toEqual(['a | breached | critical | breached']);
    expect(audit([entry('a')], { guessesLog10: 20, breaches: 0 })).toEqual([]);
  });

  it('tells passwords that several accounts share', () => {
    const same = { password: 'the same' };
    expect(audit([entry('a.example', same), entry('b.example', same), entry('c.example')])).toEqual([
      'a.example | reused | high | same as another account',
      'b.example | reused | high | same as another account',
    ]);
    expect(audit([entry('x', { ...same, username: 'me' }), entry('x', { ...same, username: 'you' })])).toHaveLength(2);
  });

  it('takes two entries for one username at one site for one account', () => {
    const same = { password: 'the same', username: 'Me' };
    const twice = [entry('GitHub', { ...same, urls: ['https://github.com/login'] }), entry('gist.github.com', { ...same, username: 'me' })];
    expect(audit(twice)).toEqual([]);
    expect(audit([...twice, entry('other', same)])).toEqual([
      'GitHub | reused | high | same as another account',
      'gist.github.com | reused | high | same as another account',
      'other | reused | high | same as another account',
    ]);
  });

  it('looks at all entries for passwords in use elsewhere, and reports those that are asked for', () => {
    const same = { password: 'the same' };
    expect(audit([entry('a.example', same), entry('b.example', same)], undefined, {}, /^a/)).toEqual([
      'a.example | reused | high | same as another account',
    ]);
  });

  it('tells URLs without encryption, unless they stay on the machine', () => {
    const urls = ['http://a.example/', 'HTTP://b.example', 'https://c.example'];
    expect(audit([entry('a', { urls })])).toEqual(['a | http | medium | http:// URL']);
    const facts = factsOf(entry('a', { urls: [...urls, 'http://me:secret@d.example/'] }), key);
    expect(facts.insecureUrls).toEqual(['http://a.example/', 'HTTP://b.example', 'http://me@d.example/']);
    const local = [
      'http://localhost:3000',
      'http://127.0.0.1/',
      'http://[::1]:80/',
      'http://app.localhost',
      'http://abc.onion/',
      'http notes',
    ];
    expect(audit([entry('a', { urls: local })])).toEqual([]);
    expect(audit([entry('a', { urls: ['http://192.168.1.1/', 'http://localhost.example/'] })])).toHaveLength(1);
  });

  it('tells old passwords by when they were changed, not the entry', () => {
    const old = entry('a', { passwordChangedAt: '2025-05-01T00:00:00.000Z' });
    expect(audit([old])).toEqual(['a | old | low | 396 days old']);
    expect(audit([entry('a', { passwordChangedAt: '2020-06-01T00:00:00.000Z' })])).toEqual(['a | old | low | 6 years old']);
    expect(audit([entry('a', { passwordChangedAt: '2025-06-01T00:00:00.000Z' })])).toEqual([]);
    expect(audit([old], undefined, { maxAgeDays: 0 })).toEqual([]);
    expect(audit([old], undefined, { maxAgeDays: 400 })).toEqual([]);
    expect(audit([entry('a', { password: null, createdAt: '2001-01-01T00:00:00.000Z' })])).toEqual([]);
  });

  it('begins with what is worst', () => {
    const old = { passwordChangedAt: '2020-06-01T00:00:00.000Z' };
    const lines = audit([entry('b', old), entry('a', { ...old, urls: ['http://a.example'] })], { guessesLog10: 3, breaches: 5 });
    expect(lines.map((line) => line.split(' | ').slice(0, 2).join(' '))).toEqual([
      'a breached',
      'b breached',
      'a weak',
      'b weak',
      'a http',
      'a old',
      'b old',
    ]);
  });

  it('keeps no password', () => {
    const kept = JSON.stringify(factsOf(entry('a', { password: 'tell nobody', urls: ['https://me:tell@a.example'] }), key));
    expect(kept).not.toMatch(/tell/);
  });
});

describe('what whoever knows the entry tries first', () => {
  it('is its name, its username and its hosts, and their parts', () => {
    expect(guessableWords({ name: 'work/Mail', username: 'ada@example.com', urls: ['https://mail.corp.example/x'] })).toEqual([
      'work/mail',
      'work',
      'mail',
      'ada@example.com',
      'ada',
      'example',
      'com',
      'mail.corp.example',
      'corp',
    ]);
  });
});
