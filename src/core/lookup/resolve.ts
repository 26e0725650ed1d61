import type { Entry } from '../entry/schema.ts';
import { fold } from './fold.ts';
import { hostOf, queryHost, reduceName, registrableDomain } from './hosts.ts';
import type { LookupTerm } from './terms.ts';

/** What somebody asks for. */
export interface Query {
  /** A name, a host, an http(s) URL or an id. */
  readonly website: string;
  /** `-u`: filters before everything else. Empty text asks for entries without a username. */
  readonly username?: string | null | undefined;
  /** Steps 1 and 2 only, as for everything that changes an entry. */
  readonly exact?: boolean | undefined;
}

/** What of an opened entry decides whether it was meant. */
export type Candidate = Pick<Entry, 'id' | 'name' | 'username' | 'urls'>;

/** Where to look, and what counts once it is opened: rows of a lookup value only filter. */
export interface LookupStep {
  readonly by: { readonly id: string } | { readonly term: LookupTerm };
  readonly matches: (entry: Candidate) => boolean;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Usernames tell accounts apart, so they are compared as they are, save for how Unicode composes them. */
export function hasUsername(entry: Candidate, username: string | null | undefined): boolean {
  return username == null || (entry.username ?? '').normalize('NFC') === username.normalize('NFC');
}

function byName(name: string): LookupStep {
  const term = fold(name);
  return { by: { term: { kind: 'name', term } }, matches: (entry) => fold(entry.name) === term };
}

/** Steps 3 and 4 look at an entry's URLs only: a name is never taken for a host. */
function* byHost(query: string): Generator<LookupStep> {
  const asked = queryHost(query);
  if (asked === null) return;
  const step = (host: string, same: (hostname: string) => boolean): LookupStep => ({
    by: { term: { kind: 'host', term: host } },
    matches: ({ urls }) =>
      urls.some((url) => {
        const found = hostOf(url);
        return found !== null && (asked.port === null || asked.port === found.port) && same(found.hostname);
      }),
  });
  yield step(asked.hostname, (hostname) => hostname === asked.hostname);
  const domain = registrableDomain(asked.hostname);
  if (domain !== null) yield step(domain, (hostname) => registrableDomain(hostname) === domain);
}

function* allSteps({ website, exact = false }: Query): Generator<LookupStep> {
  const id = website.toLowerCase();
  if (uuid.test(id)) yield { by: { id }, matches: (entry) => entry.id === id };
  const { name, url } = reduceName(website);
  if (url !== null) yield byName(website);
  yield byName(name);
  if (!exact) yield* byHost(website);
}

/**
 * How a query is answered (DESIGN section 3), in order: exact id; exact name; exact host; same registrable domain. The first
 * step that any entry matches decides, and all its matches count; later ones are not worked out then. A port in the query must
 * be the one in effect in the URL.
 *
 * An http(s) URL is reduced to the name that `add` would give it; where an import brought that very URL as a name, it comes first.
 */
export function* querySteps(query: Query): Generator<LookupStep> {
  for (const { by, matches } of allSteps(query)) {
    yield { by, matches: (entry) => hasUsername(entry, query.username) && matches(entry) };
  }
}
