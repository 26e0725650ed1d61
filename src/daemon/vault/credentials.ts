import { isDeepStrictEqual } from 'node:util';
import { credentialOf, holdsSecret, withCredential } from '../../core/credentials/content.ts';
import type { Credential, CredentialQuery, EraseCredentialRequest, StoreCredentialRequest } from '../../core/credentials/schema.ts';
import { type CredentialSite, credentialSite, isForSite, siteTerms, siteUrl, type WrittenSite } from '../../core/credentials/site.ts';
import { type EntryBody, newBody } from '../../core/entry/body.ts';
import { idText } from '../../core/entry/id.ts';
import { type EntryContent, entryName, type EntryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { reduceName } from '../../core/lookup/hosts.ts';
import { type Candidate, hasUsername } from '../../core/lookup/resolve.ts';
import { openGrants, withinField } from '../scopes/read.ts';
import type { AuthorizedScope } from '../scopes/scoped-tokens.ts';
import type { Rows } from '../store/rows.ts';
import { change } from './change.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { findTwin, insertEntry, sealNew, trashEntry } from './entries.ts';
import { findByStep, type OpenEntry, type Search } from './find-entry.ts';
import { handOut } from './hand-out.ts';
import { manifestIn } from './manifest-in.ts';
import { reference, writeRevision } from './revision.ts';

/*
 * What the credential helpers of git and docker do. They have a lookup of their own: exact protocol, host and port in effect, the
 * path where one is given, then the username; of several the most recent. Never a domain, never a guess.
 */

type Asked = WrittenSite & { readonly username?: string | undefined; readonly tag?: string | undefined };

function isTagged({ body }: OpenEntry, tag: string | undefined): boolean {
  return tag !== undefined && body.tags.includes(tag);
}

/** Whether an entry is for what is asked for. */
function isMeant(site: CredentialSite, { username }: Asked): (entry: Candidate) => boolean {
  return (entry) => hasUsername(entry, username) && isForSite(site, entry);
}

/** Those with the tag first, then the most recent. */
function byPreference(found: Iterable<OpenEntry>, { tag }: Asked): OpenEntry[] {
  const rank = (entry: OpenEntry) => `${isTagged(entry, tag) ? '1' : '0'} ${entry.body.updatedAt} ${entry.body.createdAt}`;
  return [...found].sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

/** Every entry for a site, the preferred first. A site that makes no sense has none. */
async function entriesFor(search: Search, asked: Asked): Promise<OpenEntry[]> {
  const site = credentialSite(asked);
  if (site === null) return [];
  const found = new Map<string, OpenEntry>();
  for (const term of siteTerms(site, asked.host)) {
    for (const entry of await findByStep(search, { by: { term }, matches: isMeant(site, asked) })) found.set(entry.id, entry);
  }
  return byPreference(found.values(), asked);
}

/** The credential for a site. `entry_not_found` where there is none of use. */
export async function readCredential(context: VaultContext, caller: Caller, query: CredentialQuery): Promise<Credential> {
  const found = await context.store.read(async (rows) => {
    return await entriesFor({ rows, caller, manifest: await manifestIn(context, rows, caller) }, query);
  });
  const best = bestCredential(context, found, query);
  handOut(context, caller, best.id);
  return best.credential;
}

/** A credential, and the entry that it is from. */
interface FoundCredential {
  readonly id: string;
  readonly credential: Credential;
}

/** The same with a scoped token: of its own entries alone, and of these what its field shows. */
export async function readScopedCredential(
  context: VaultContext,
  rows: Rows,
  { userId, scope }: AuthorizedScope,
  query: CredentialQuery,
): Promise<FoundCredential> {
  const site = credentialSite(query);
  const opened = site === null ? [] : await openGrants(context, rows, userId, scope.grants);
  const found = site === null ? [] : opened.filter(({ id, body }) => isMeant(site, query)({ id, ...body }));
  return bestCredential(context, byPreference(found, query), query, (body) => withinField(body, scope.field));
}

/** The first that can be used, as far as `shown` shows it; what can only be renewed comes after that. */
function bestCredential(
  { clock }: VaultContext,
  entries: readonly OpenEntry[],
  { authtype }: CredentialQuery,
  shown: (body: EntryBody) => EntryContent = (body) => body,
): FoundCredential {
  const use = { now: Math.floor(clock.wall() / 1000), authtype: authtype === 'true' };
  const found = entries.flatMap(({ id, body }) => {
    const credential = credentialOf(body, use, shown(body));
    return credential === null ? [] : [{ id, credential }];
  });
  const best = found.find(({ credential }) => credential.password !== null || credential.credential !== null) ?? found[0];
  if (best === undefined) throw new VaultError('entry_not_found', 'there is no credential for this site');
  return best;
}

/** The name of a new entry: that which `add` would give it; where that is taken, with the path, and with the port in effect. */
async function freeName(search: Search, site: CredentialSite, url: string, username: string | null): Promise<string> {
  const path = site.path === null || site.path === '' ? '' : `/${site.path}`;
  for (const name of [reduceName(url).name, `${site.hostname}${path}`, `${site.hostname}:${String(site.port)}${path}`]) {
    if (entryName.safeParse(name).success && (await findTwin(search, { name, username })) === undefined) return name;
  }
  throw new VaultError('entry_exists', 'an entry with this name and username exists already');
}

async function addFor(context: VaultContext, search: Search, site: CredentialSite, given: StoreCredentialRequest): Promise<EntryReference> {
  const url = given.url ?? siteUrl(given);
  const empty: EntryContent = {
    name: '',
    username: null,
    password: null,
    urls: [url],
    totp: null,
    notes: null,
    fields: [],
    tags: given.tag === undefined ? [] : [given.tag],
  };
  const content = withCredential(empty, given);
  const body = newBody({ ...content, name: await freeName(search, site, url, content.username) }, timestamp(context));
  const row = sealNew(search.caller, body);
  await insertEntry(search, row);
  return reference(idText(row.id), row.revision, body);
}

async function putInto(context: VaultContext, search: Search, entry: OpenEntry, given: StoreCredentialRequest): Promise<EntryReference> {
  const { body } = entry;
  const tags = given.tag === undefined || body.tags.includes(given.tag) ? body.tags : [...body.tags, given.tag];
  const next = withCredential({ ...body, tags }, given);
  if (isDeepStrictEqual(next, body)) return reference(entry.id, entry.row.revision, body);
  const now = timestamp(context);
  const passwordChangedAt = next.password === body.password ? body.passwordChangedAt : now;
  return await writeRevision(search, entry, { ...next, updatedAt: now, passwordChangedAt });
}

/**
 * Keeps a credential that has proved to be right: in the entry that is for this site and username, or in a new one. What is kept
 * already makes no revision: git stores after every use. With a tag, other entries of the site that have it go to the trash.
 */
export async function storeCredential(context: VaultContext, caller: Caller, given: StoreCredentialRequest): Promise<EntryReference> {
  const site = credentialSite(given);
  if (site === null) throw new VaultError('invalid_request', 'this is no site that a credential could be for');
  if (given.url !== undefined && !isForSite(site, { name: '', urls: [given.url] })) {
    throw new VaultError('invalid_request', 'the url is not that of the site');
  }
  return await change(context, caller, async (search) => {
    const found = await entriesFor(search, { ...given, username: given.username ?? '' });
    const known = found.find(({ body }) => isDeepStrictEqual(withCredential(body, given), body)) ?? found[0];
    const stored = known === undefined ? await addFor(context, search, site, given) : await putInto(context, search, known, given);
    if (given.tag !== undefined) {
      const { protocol, host, path, tag } = given;
      for (const other of await entriesFor(search, { protocol, host, path, tag })) {
        if (other.id !== stored.id && isTagged(other, tag)) await trashEntry(context, search, other);
      }
    }
    return stored;
  });
}

/** Moves the entries for a site that hold this secret to the trash, or all of the site and username where none is named. */
export async function eraseCredential(context: VaultContext, caller: Caller, request: EraseCredentialRequest): Promise<number> {
  return await change(context, caller, async (search) => {
    const found = (await entriesFor(search, request)).filter((entry) => {
      return holdsSecret(entry.body, request) && (request.tag === undefined || isTagged(entry, request.tag));
    });
    for (const entry of found) await trashEntry(context, search, entry);
    return found.length;
  });
}
