import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/lookup/fold.ts';
import { type Candidate, type Query, querySteps } from '../../../src/core/lookup/resolve.ts';
import { lookupTerms } from '../../../src/core/lookup/terms.ts';

function entry(name: string, urls: readonly string[] = [], username: string | null = null): Candidate {
  return { id: randomUUID(), name, username, urls: [...urls] };
}

/** What the vault does with the steps: look up rows, open, compare; the first step that matches decides. */
function resolve(entries: readonly Candidate[], query: Query): Candidate[] {
  for (const { by, matches } of querySteps(query)) {
    const rows = entries.filter((candidate) => {
      if ('id' in by) return candidate.id === by.id;
      return lookupTerms(candidate).some(({ kind, term }) => kind === by.term.kind && term === by.term.term);
    });
    const found = rows.filter(matches);
    if (found.length > 0) return found;
  }
  return [];
}

const find = (entries: readonly Candidate[], website: string, rest: Omit<Query, 'website'> = {}) =>
  resolve(entries, { website, ...rest }).map(({ name }) => name);

describe('a query', () => {
  it('by id comes before an entry of that very name', () => {
    const meant = entry('a');
    const named = entry(meant.id);
    expect(resolve([named, meant], { website: meant.id })).toEqual([meant]);
    expect(resolve([named, meant], { website: meant.id.toUpperCase() })).toEqual([meant]);
    expect(resolve([named], { website: meant.id })).toEqual([named]);
  });

  it('by name does not see case or composition', () => {
    const entries = [entry('Zu\u0308rich Straße')];
    for (const typed of ['zürich strasse', 'ZÜRICH STRASSE', 'Zürich Straße']) expect(find(entries, typed)).toHaveLength(1);
    expect(find(entries, 'zurich strasse')).toEqual([]);
  });

  it('by name finds all of that name', () => {
    expect(find([entry('a', [], 'x'), entry('A', [], 'y'), entry('b')], 'a')).toEqual(['a', 'A']);
  });

  it('by exact name comes before a host: gitlab.com and its URL are two accounts', () => {
    const [name, url] = [entry('gitlab.com'), entry('work', ['https://gitlab.com/users/sign_in'])];
    expect(find([name, url], 'gitlab.com')).toEqual(['gitlab.com']);
    expect(find([url], 'gitlab.com')).toEqual(['work']);
  });

  it('by URL is reduced as add reduces it', () => {
    const entries = [entry('gitlab.com'), entry('gitlab.com:8443')];
    expect(find(entries, 'https://gitlab.com/users/sign_in')).toEqual(['gitlab.com']);
    expect(find(entries, 'https://gitlab.com:8443/')).toEqual(['gitlab.com:8443']);
    expect(find(entries, 'http://gitlab.com:80')).toEqual(['gitlab.com']);
  });

  it('by URL finds an entry that was imported under that very URL first', () => {
    const entries = [entry('gitlab.com'), entry('https://gitlab.com/x')];
    expect(find(entries, 'https://gitlab.com/x')).toEqual(['https://gitlab.com/x']);
    expect(find(entries, 'https://gitlab.com/y')).toEqual(['gitlab.com']);
  });

  it('by exact host comes before other hosts of the domain', () => {
    const entries = [
      entry('git', ['https://gitlab.example.com']),
      entry('www', ['https://www.example.com']),
      entry('root', ['https://example.com']),
    ];
    expect(find(entries, 'www.example.com')).toEqual(['www']);
    expect(find(entries, 'example.com')).toEqual(['root']);
    expect(find(entries, 'mail.example.com')).toEqual(['git', 'www', 'root']);
  });

  it('by domain uses the public suffix list, its private section included', () => {
    const entries = [entry('me', ['https://me.github.io']), entry('uk', ['https://a.co.uk'])];
    expect(find(entries, 'www.me.github.io')).toEqual(['me']);
    expect(find(entries, 'you.github.io')).toEqual([]);
    expect(find(entries, 'github.io')).toEqual([]);
    expect(find(entries, 'b.co.uk')).toEqual([]);
    expect(find(entries, 'co.uk')).toEqual([]);
  });

  it('by host never takes a name for one', () => {
    const entries = [entry('www.example.com'), entry('example.com')];
    expect(find(entries, 'mail.example.com')).toEqual([]);
    expect(find(entries, 'https://login.example.com/')).toEqual([]);
  });

  it('by host with a port wants that port, by scheme or as written', () => {
    const entries = [
      entry('dev', ['http://localhost:8080']),
      entry('other', ['http://localhost:3000']),
      entry('plain', ['http://localhost']),
    ];
    expect(find(entries, 'localhost:8080')).toEqual(['dev']);
    expect(find(entries, 'localhost:80')).toEqual(['plain']);
    expect(find(entries, 'localhost:9999')).toEqual([]);
    expect(find(entries, 'localhost')).toEqual(['dev', 'other', 'plain']);
    expect(find(entries, 'http://localhost:3000/x')).toEqual(['other']);
  });

  it('by host passes over what is no URL', () => {
    expect(find([entry('work', ['see the wiki', 'https://gitlab.com'])], 'gitlab.com')).toEqual(['work']);
  });

  it('by domain with a port wants that port too', () => {
    const entries = [entry('a', ['https://a.example.com']), entry('b', ['https://b.example.com:8443'])];
    expect(find(entries, 'example.com:8443')).toEqual(['b']);
    expect(find(entries, 'example.com:443')).toEqual(['a']);
    expect(find(entries, 'a.example.com:8443')).toEqual(['b']);
    expect(find(entries, 'example.com:22')).toEqual([]);
  });

  it('that is exact stops after the name', () => {
    const entries = [entry('work', ['https://gitlab.com'])];
    expect(find(entries, 'gitlab.com', { exact: true })).toEqual([]);
    expect(find(entries, 'https://gitlab.com', { exact: true })).toEqual([]);
    expect(find(entries, 'WORK', { exact: true })).toEqual(['work']);
    expect(find(entries, entries[0]?.id ?? '', { exact: true })).toEqual(['work']);
  });

  it('never guesses by part of a name', () => {
    const entries = [entry('github.com'), entry('work/github')];
    for (const part of ['git', 'github', 'hub.com', 'work', 'work/']) expect(find(entries, part)).toEqual([]);
  });
});

describe('a username', () => {
  const entries = [entry('site', [], 'alice'), entry('site', [], 'Bob'), entry('site'), entry('other', ['https://site.com'], 'carol')];
  const usernames = (website: string, username: string) => resolve(entries, { website, username }).map((found) => found.username);

  it('filters before the steps, so that a later step can decide', () => {
    expect(usernames('site', 'alice')).toEqual(['alice']);
    const both = [entry('site.com', [], 'alice'), ...entries];
    expect(resolve(both, { website: 'site.com', username: 'carol' }).map(({ name }) => name)).toEqual(['other']);
  });

  it('filters ids as well', () => {
    const { id } = entries[0] ?? entry('');
    expect(usernames(id, 'alice')).toEqual(['alice']);
    expect(usernames(id, 'bob')).toEqual([]);
  });

  it('is compared as it is, save for composition', () => {
    expect(usernames('site', 'bob')).toEqual([]);
    expect(resolve([entry('a', [], 'Zu\u0308')], { website: 'a', username: 'Z\u00fc' })).toHaveLength(1);
  });

  it('that is empty means entries without one', () => {
    expect(usernames('site', '')).toEqual([null]);
  });
});

describe('the steps of any query', () => {
  const host = fc.constantFrom(
    'example.com',
    'www.example.com',
    'me.github.io',
    'x.me.github.io',
    'github.io',
    'localhost',
    '10.0.0.1',
    'münchen.de',
  );
  const port = fc.constantFrom('', ':443', ':8443', ':80');
  const url = fc
    .tuple(fc.constantFrom('https://', 'http://', 'ssh://git@', ''), host, port, fc.constantFrom('', '/', '/login'))
    .map((parts) => parts.join(''));
  const name = fc.oneof(host, url, fc.constantFrom('Work/DB', 'work/db', 'STRASSE', 'straße'));
  const username = fc.constantFrom(null, 'alice', 'bob');
  const candidate = fc.record({ id: fc.uuid({ version: 4 }), name, username, urls: fc.array(url, { maxLength: 3 }) });
  const entries = fc.array(candidate, { maxLength: 6 });
  const query = fc.record({ website: name, username: fc.option(username, { nil: undefined }), exact: fc.boolean() });

  it('lose nothing to the rows: what a step would match is found by its term', () => {
    fc.assert(
      fc.property(candidate, query, (one, asked) => {
        for (const { by, matches } of querySteps(asked)) {
          if (!matches(one)) continue;
          if ('id' in by) expect(one.id).toBe(by.id);
          else expect(lookupTerms(one)).toContainEqual(by.term);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('find an entry by its id and by its name whatever else there is', () => {
    fc.assert(
      fc.property(entries, candidate, fc.boolean(), (others, one, exact) => {
        const all = [...others, one];
        expect(resolve(all, { website: one.id, exact })).toEqual([one]);
        const named = resolve(all, { website: one.name, exact });
        expect(named).toContainEqual(one);
        expect(named.every((found) => fold(found.name) === fold(one.name))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('are a beginning of the same steps where the query is exact', () => {
    fc.assert(
      fc.property(query, ({ website }) => {
        const all = [...querySteps({ website })].map(({ by }) => by);
        const exact = [...querySteps({ website, exact: true })].map(({ by }) => by);
        expect(all.slice(0, exact.length)).toEqual(exact);
        expect(exact.every((by) => 'id' in by || by.term.kind === 'name')).toBe(true);
        expect(all.slice(exact.length).every((by) => 'term' in by && by.term.kind === 'host')).toBe(true);
      }),
    );
  });
});
