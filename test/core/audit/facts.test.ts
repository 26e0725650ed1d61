import { describe, expect, it } from 'vitest';
import { factsOf, guessableWords } from '../../../src/core/audit/facts.ts';
import type { Entry } from '../../../src/core/entry/schema.ts';

const key = Buffer.alloc(32, 1);
const changed = '2024-01-02T03:04:05.678Z';

function facts(given: Partial<Entry>, auditKey: Uint8Array = key) {
  const texts = { id: 'id', name: 'a name', username: null, password: 'password', totp: null, notes: null };
  const times = { createdAt: changed, updatedAt: changed, passwordChangedAt: changed };
  return factsOf({ ...texts, ...times, urls: [], fields: [], tags: [], revision: 1, ...given }, auditKey);
}

describe('what an audit remembers of an entry', () => {
  it('has the hash of its password as lists of breached ones have it, and one under a key for equal ones', () => {
    const { sha1, fingerprint, passwordChangedAt } = facts({});
    expect([sha1, passwordChangedAt]).toEqual(['5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8', changed]);
    expect(facts({ name: 'other' }).fingerprint).toBe(fingerprint);
    expect(facts({ password: 'Password' }).fingerprint).not.toBe(fingerprint);
    expect(facts({}, Buffer.alloc(32, 2)).fingerprint).not.toBe(fingerprint);
  });

  it('has nothing of a password where there is none', () => {
    const { sha1, fingerprint, passwordChangedAt, hostsWithoutTotp } = facts({ name: 'a.example', password: null });
    expect([sha1, fingerprint, passwordChangedAt, hostsWithoutTotp]).toEqual([null, null, null, []]);
  });

  it('has its accounts by site and username, or by its name where it has no site', () => {
    const urls = ['https://login.a.example/x', 'https://www.a.example', 'free text', 'http://127.0.0.1:80/', 'https://b.example'];
    expect(facts({ username: 'Me', urls }).accounts).toEqual(['a.example\0me', '127.0.0.1\0me', 'b.example\0me']);
    expect(facts({ name: 'My Bank', urls: ['free text'] }).accounts).toEqual(['my bank\0']);
    expect(facts({ name: 'login.c.example', username: 'U' }).accounts).toEqual(['c.example\0u']);
  });

  it('has no address for one in clear that stays on the machine, however it is written', () => {
    const local = [
      'http://127.0.0.1/',
      'http://127.255.255.254/',
      'http://[::1]/',
      'http://localhost/',
      'http://a.localhost/',
      'http://a.onion/',
    ];
    expect(facts({ urls: local }).insecureUrls).toEqual([]);
  });
});

describe('words that are tried first', () => {
  it('are parts of name, username and hosts, of three characters at least, each once', () => {
    expect(
      guessableWords({ name: 'My  Bank -- ab', username: 'Jane.Doe', urls: ['https://login.bank.example/secret', 'free text'] }),
    ).toEqual(['my  bank -- ab', 'bank', 'jane.doe', 'jane', 'doe', 'login.bank.example', 'login', 'example']);
    expect(guessableWords({ name: 'ab', username: null, urls: [] })).toEqual([]);
  });

  it('are thirty at most, of the first hundred characters', () => {
    const many = Array.from({ length: 40 }, (_, at) => `w${String(at + 100)}`);
    expect(guessableWords({ name: 'name', username: null, urls: many.map((word) => `https://${word}.x/`) })).toHaveLength(30);
    expect(guessableWords({ name: `${'x'.repeat(98)} yyy`, username: null, urls: [] })).toEqual([`${'x'.repeat(98)} y`, 'x'.repeat(98)]);
  });
});
