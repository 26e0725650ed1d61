import { createHash, createHmac } from 'node:crypto';
import type { Entry } from '../entry/schema.ts';
import { fold } from '../lookup/fold.ts';
import { hostOf, queryHost, registrableDomain } from '../lookup/hosts.ts';
import { withoutPassword } from '../lookup/userinfo.ts';

/** What an audit remembers of an entry: what tells equal passwords, and no password. */
export interface EntryFacts {
  readonly id: string;
  readonly name: string;
  readonly username: string | null;
  /** HMAC of the password under the audit's own key: equal ones are equal. Null where there is no password. */
  readonly fingerprint: string | null;
  /** SHA-1 of the password in capital hexadecimal, as lists of breached passwords have it. */
  readonly sha1: string | null;
  /** Which account this is: site and username, for each of its sites. */
  readonly accounts: readonly string[];
  /** URLs that go over the network in clear, without passwords in them. */
  readonly insecureUrls: readonly string[];
  /** Hosts of a password without a one-time code: of its URLs, or else its name. */
  readonly hostsWithoutTotp: readonly string[];
  readonly passwordChangedAt: string | null;
}

function siteOf(text: string, read: typeof hostOf): string | null {
  const hostname = read(text)?.hostname ?? null;
  return hostname === null ? null : (registrableDomain(hostname) ?? hostname);
}

/** Addresses that do not leave the machine, and onion services, which encrypt by themselves (RFC 6761, RFC 7686). */
function staysPrivate(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$|\.(localhost|onion)$/.test(hostname);
}

function isInsecure(url: string): boolean {
  const host = /^\s*http:\/\//i.test(url) ? hostOf(url) : null;
  return host !== null && !staysPrivate(host.hostname);
}

function hostsOf({ name, urls }: Entry): string[] {
  const hosts = urls.length > 0 ? urls.map(hostOf) : [queryHost(name)];
  return hosts.flatMap((host) => (host === null ? [] : [host.hostname]));
}

/** What matters of an entry. `key` is random, and the same for all entries of one audit. */
export function factsOf(entry: Entry, key: Uint8Array): EntryFacts {
  const { id, name, username, password, totp, urls, passwordChangedAt } = entry;
  const named = siteOf(name, queryHost) ?? fold(name);
  const sites = urls.map((url) => siteOf(url, hostOf)).filter((site) => site !== null);
  const account = (site: string) => `${site}\0${fold(username ?? '')}`;
  return {
    id,
    name,
    username,
    fingerprint: password === null ? null : createHmac('sha256', key).update(password).digest('base64'),
    sha1: password === null ? null : createHash('sha1').update(password).digest('hex').toUpperCase(),
    accounts: [...new Set(sites.length > 0 ? sites : [named])].map(account),
    insecureUrls: urls.filter(isInsecure).map(withoutPassword),
    hostsWithoutTotp: password === null || totp !== null ? [] : hostsOf(entry),
    passwordChangedAt: password === null ? null : passwordChangedAt,
  };
}

/** Words that whoever knows the entry tries first: parts of its name, username and hosts. */
export function guessableWords({ name, username, urls }: Pick<Entry, 'name' | 'username' | 'urls'>): string[] {
  const texts = [name, username ?? '', ...urls.map((url) => hostOf(url)?.hostname ?? '')].map((text) => text.slice(0, 100).toLowerCase());
  const words = texts.flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length >= 3);
  return [...new Set(words)].slice(0, 30);
}
