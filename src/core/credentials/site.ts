import { hostOf, queryHost } from '../lookup/hosts.ts';
import type { LookupTerm } from '../lookup/terms.ts';
import { fold } from '../lookup/fold.ts';

/** Where a credential is for, as a program asks its helper. Exact: what people look up by (domains, likeness) plays no part here. */
export interface CredentialSite {
  /** In lower case, without `://`. */
  readonly protocol: string;
  /** As WHATWG writes it; empty for what has none, such as the key of a client certificate (`cert`). */
  readonly hostname: string;
  /** The port in effect; null where the protocol has none that is known. */
  readonly port: number | null;
  /** Decoded, without the slashes around it; null for any path. */
  readonly path: string | null;
}

/** A site as it is asked for: each part as the program has it, decoded. */
export interface WrittenSite {
  readonly protocol: string;
  /** With a port where there is one. */
  readonly host: string;
  readonly path?: string | undefined;
}

const protocolForm = /^[a-z][a-z0-9+.-]*$/i;
/** Nothing that could end a host, or begin another one, when a URL is made of it. */
const hostForm = /^(\[[0-9a-f:.]+\]|[^\p{Cc}\s/?#@\\:%[\]]+)(:\d{1,5})?$/iu;
const webProtocols = new Set(['http', 'https']);

function withoutSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The site that a program names; null for what names none, such as a request that was cut off before its host. */
export function credentialSite({ protocol, host, path }: WrittenSite): CredentialSite | null {
  if (!protocolForm.test(protocol)) return null;
  const known = { protocol: protocol.toLowerCase(), path: path === undefined ? null : withoutSlashes(path) };
  if (host === '') {
    return webProtocols.has(known.protocol) || known.path === null || known.path === '' ? null : { ...known, hostname: '', port: null };
  }
  const found = hostForm.test(host) ? hostOf(`${known.protocol}://${host}`) : null;
  return found === null ? null : { ...known, ...found };
}

/** The URL of a site, as an entry keeps it. */
export function siteUrl({ protocol, host, path = '' }: WrittenSite): string {
  const segments = path.replace(/^\/+/, '').split('/').map(encodeURIComponent).join('/');
  return `${protocol.toLowerCase()}://${host}${segments === '' ? '' : `/${segments}`}`;
}

/** The site of an entry's URL; https where it has no scheme. Null where there is no host. */
function siteOfUrl(url: string): CredentialSite | null {
  const host = hostOf(url);
  if (host === null) return null;
  // As written: the parser would take `..` for a way up, which it is not for who compares.
  const [, protocol, path = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?[^/?#]*([^?#]*)/i.exec(url.trim()) ?? [];
  return { protocol: protocol?.toLowerCase() ?? 'https', ...host, path: withoutSlashes(decoded(path)) };
}

/** What of an entry says where it is for. */
interface Located {
  readonly name: string;
  readonly urls: readonly string[];
}

/** Where an entry's credential may be used: at its URLs, and, where none is of that host, at the host that its name is, by https. */
function sitesOf({ name, urls }: Located): CredentialSite[] {
  const sites = urls.map(siteOfUrl).filter((site) => site !== null);
  const named = name.includes('://') ? null : queryHost(name);
  if (named === null || sites.some(({ hostname }) => hostname === named.hostname)) return sites;
  return [...sites, { protocol: 'https', hostname: named.hostname, port: named.port ?? 443, path: '' }];
}

/** Whether an entry is for exactly this site: protocol, host, the port in effect, and the path where one is asked for. */
export function isForSite(site: CredentialSite, entry: Located): boolean {
  // What has no host is kept under its URL as a name.
  if (site.hostname === '') return entry.name === siteUrl({ protocol: site.protocol, host: '', path: site.path ?? '' });
  return sitesOf(entry).some(
    ({ protocol, hostname, port, path }) =>
      protocol === site.protocol && hostname === site.hostname && port === site.port && (site.path === null || site.path === path),
  );
}

/** Where to look for the entries of a site: what is found there is to be held against `isForSite`. */
export function siteTerms({ protocol, hostname, port, path }: CredentialSite, host: string): LookupTerm[] {
  if (hostname === '') return [{ kind: 'name', term: fold(siteUrl({ protocol, host: '', path: path ?? '' })) }];
  const terms: LookupTerm[] = [{ kind: 'host', term: hostname }];
  if (protocol !== 'https') return terms;
  const bare = host.replace(/:\d+$/, '');
  const names = new Set([hostname, fold(bare)].flatMap((name) => [`${name}:${String(port)}`, ...(port === 443 ? [name] : [])]));
  return [...terms, ...Array.from(names, (name): LookupTerm => ({ kind: 'name', term: fold(name) }))];
}
