import { describe, expect, it } from 'vitest';
import { factsOf, guessableWords } from '../../../src/core/audit/facts.ts';
import { advice, findingKinds } from '../../../src/core/audit/finding.ts';
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

function findings(
  entries: readonly Entry[],
  known: PasswordKnowledge | ((name: string) => PasswordKnowledge) = { guessesLog10: 20 },
  options: Partial<AuditOptions> = {},
  wanted = /^/,
) {
  const facts = entries.map((one) => factsOf(one, key));
  return judge(
    facts,
    ({ name, fingerprint }) => (fingerprint === null ? { guessesLog10: null } : typeof known === 'function' ? known(name) : known),
    ({ name }) => wanted.test(name),
    { now, maxAgeDays: 365, ...options },
  );
}

function audit(...args: Parameters<typeof findings>) {
  return findings(...args).map(({ name, kind, severity, message }) => [name, kind, severity, message].join(' | '));
}

describe('an audit', () => {
  it('has nothing to say of strong, fresh passwords that are used once', () => {
    const notes = ['one', 'two'].map((name) => entry(name, { password: null }));
    expect(audit([entry('a.example'), entry('b.example'), ...notes])).toEqual([]);
  });

  it('tells weak passwords from very weak ones', () => {
    expect(audit([entry('a')], { guessesLog10: 7.9 })).toEqual(['a | weak | medium | weak']);
    expect(audit([entry('a')], { guessesLog10: 2 })).toEqual(['a | weak | high | very weak']);
    expect(audit([entry('a')], { guessesLog10: 6 })).toEqual(['a | weak | medium | weak']);
    expect(audit([entry('a')], { guessesLog10: 8 })).toEqual([]);
  });

  it('tells breached passwords, and how often they were seen', () => {
    expect(audit([entry('a')], { guessesLog10: 20, breaches: 1234 })).toEqual(['a | breached | critical | breached, seen 1,234 times']);
    expect(audit([entry('a')], { guessesLog10: 20, breaches: 1 })).toEqual(['a | breached | critical | breached, seen once']);
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
    const three = ['a.example', 'b.example', 'c.example'].map((name) => entry(name, same));
    expect(audit(three, undefined, {}, /^a/)).toEqual(['a.example | reused | high | same as 2 other accounts']);
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

  it('takes an entry for sites that are those of others in part for none of its own', () => {
    const at = (name: string, ...sites: string[]) =>
      entry(name, { password: 'the same', username: 'me', urls: sites.map((site) => `https://${site}.example/`) });
    expect(audit([at('one', 'a'), at('both', 'a', 'b'), at('two', 'b')])).toEqual([]);
  });

  it('tells sites that offer one-time codes, where the entry has none', () => {
    const totpSite = { domain: 'a.example', documentation: 'https://a.example/help' };
    expect(findings([entry('a')], { guessesLog10: 20, totpSite }).map(({ id: _, ...found }) => found)).toEqual([
      {
        name: 'a',
        username: null,
        kind: 'totp',
        severity: 'low',
        message: 'no one-time code, which a.example offers',
        details: totpSite,
      },
    ]);
    expect(audit([entry('a')], { guessesLog10: 20, totpSite: null })).toEqual([]);
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
      'https://a.example/?from=http://b.example',
    ];
    expect(audit([entry('a', { urls: local })])).toEqual([]);
    const open = [
      'http://192.168.1.1/',
      'http://localhost.example/',
      'http://mylocalhost/',
      'http://127.0.0.1.example.com/',
      'http://a127.0.0.example/',
      'http://abc.onion.example/',
      'http://[::2]/',
      '  http://a.example',
    ];
    expect(factsOf(entry('a', { urls: open }), key).insecureUrls).toEqual(open);
  });

  it('tells old passwords by when they were changed, not the entry', () => {
    const old = entry('a', { passwordChangedAt: '2025-05-01T00:00:00.000Z' });
    expect(audit([old])).toEqual(['a | old | low | 396 days old']);
    expect(audit([entry('a', { passwordChangedAt: '2020-06-01T00:00:00.000Z' })])).toEqual(['a | old | low | 6 years old']);
    expect(audit([entry('a', { passwordChangedAt: '2024-06-01T00:00:00.000Z' })])).toEqual(['a | old | low | 2 years old']);
    expect(audit([entry('a', { passwordChangedAt: '2024-06-02T00:00:00.000Z' })])).toEqual(['a | old | low | 729 days old']);
    expect(audit([entry('a', { passwordChangedAt: '2025-06-01T00:00:00.000Z' })])).toEqual([]);
    expect(audit([entry('a', { passwordChangedAt: null })])).toEqual([]);
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

  it('begins, of what is equally bad, with the most of it', () => {
    const order = (...args: Parameters<typeof findings>) => findings(...args).map(({ name }) => name);
    const strong = { guessesLog10: 20 };
    expect(order([entry('a'), entry('b'), entry('c')], (name) => ({ ...strong, breaches: name === 'b' ? 9 : 5 }))).toEqual(['b', 'a', 'c']);
    expect(order([entry('a'), entry('b')], (name) => ({ guessesLog10: name === 'a' ? 5 : 3 }))).toEqual(['b', 'a']);
    const changed = (year: string) => ({ passwordChangedAt: `${year}-06-01T00:00:00.000Z` });
    expect(order([entry('a', changed('2020')), entry('b', changed('2010'))])).toEqual(['b', 'a']);
    const reused = ['z.example', 'y.example', 'x.example'].map((name) => entry(name, { password: 'by three' }));
    const twice = ['a.example', 'b.example'].map((name) => entry(name, { password: 'by two' }));
    expect(order([...twice, ...reused])).toEqual(['x.example', 'y.example', 'z.example', 'a.example', 'b.example']);
    const [first, second] = [entry('same', changed('2020')), entry('same', changed('2020'))];
    expect(findings([second, first]).map(({ id }) => id)).toEqual([first.id, second.id]);
  });

  it('has the numbers behind each finding', () => {
    const same = { password: 'the same', urls: ['http://a.example'], passwordChangedAt: '2020-06-01T00:00:00.000Z' };
    const [one, other] = [entry('a', { ...same, username: 'me' }), entry('b', { password: 'the same' })];
    const found = findings([one, other], { guessesLog10: 5.4321, breaches: 7 }, {}, /a/);
    expect(found.map(({ id, username }) => [id, username])).toEqual(found.map(() => [one.id, 'me']));
    expect(Object.fromEntries(found.map(({ kind, details }) => [kind, details]))).toEqual({
      breached: { count: 7 },
      weak: { guessesLog10: 5.4 },
      reused: { group: 1, others: 1 },
      http: { urls: ['http://a.example'] },
      old: { days: 2191, changedAt: '2020-06-01T00:00:00.000Z' },
    });
    const pairs = ['p', 'q'].flatMap((password) => [entry(`${password}1`, { password }), entry(`${password}2`, { password })]);
    expect(findings(pairs).map(({ name, details }) => [name, details['group']])).toEqual([
      ['p1', 1],
      ['p2', 1],
      ['q1', 2],
      ['q2', 2],
    ]);
  });

  it('knows what helps against each kind of finding', () => {
    for (const kind of findingKinds) expect(advice[kind]).toMatch(/^\w+ .*\w$/);
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

  it('is words of three letters or more, in small letters, none twice', () => {
    expect(guessableWords({ name: 'A-bc DEF def, ghi', username: null, urls: ['my notes'] })).toEqual(['a-bc def def, ghi', 'def', 'ghi']);
  });

  it('is no more than thirty words of the first hundred characters: nobody can make it slow', () => {
    const letters = Array.from({ length: 40 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(3 + Math.floor(i / 26)));
    expect(guessableWords({ name: 'x', username: 'y'.repeat(200), urls: [] })).toEqual(['y'.repeat(100)]);
    expect(guessableWords({ name: letters.slice(0, 20).join(' '), username: letters.slice(20).join(' '), urls: [] })).toHaveLength(30);
  });
});
