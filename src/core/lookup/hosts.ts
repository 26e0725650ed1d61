import { getDomain } from 'tldts';
import { urlOf } from '../url.ts';

/** Where a URL leads. */
export interface Host {
  /** As the WHATWG URL parser writes it (lower case, IDNA, brackets around IPv6), without a final dot. */
  readonly hostname: string;
  readonly port: number | null;
}

/** An http(s) URL in the place of a name. */
export interface Site extends Host {
  /** Null where it is the scheme's own. */
  readonly port: number | null;
  readonly url: string;
}

/** RFC 1035's limit; it also bounds how many parents a host has. */
const longestHostname = 253;

/** Schemes whose "host" names an application. */
const appSchemes = new Set(['android', 'androidapp', 'ios', 'iosapp']);

const defaultPorts: Readonly<Record<string, number>> = {
  http: 80,
  ws: 80,
  https: 443,
  wss: 443,
  ftp: 21,
  ssh: 22,
  sftp: 22,
  ldap: 389,
  ldaps: 636,
  mysql: 3306,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
};

const withScheme = /^([a-z][a-z0-9+.-]*):\/\//i;
/** A host as people type it, perhaps with a port; then whatever follows it in a URL. */
const bareHost = /^(?:\/\/)?(\[[0-9a-f:.]+\]|[^\s/:?#@\\[\]]+)(?::(\d{1,5}))?(?=$|[/?#])/i;

/** The canonical form of a host; null for what is none. Schemes that WHATWG knows nothing of leave theirs unparsed, so this parses again. */
function canonical(host: string): string | null {
  const hostname = urlOf(`https://${host}/`)?.hostname.replace(/\.$/, '') ?? '';
  return hostname === '' || hostname.length > longestHostname ? null : hostname;
}

/** Host and port as written: a port that is the scheme's own is null only where it was not written or the parser drops it. */
function writtenHost(text: string): (Host & { readonly scheme: string | null }) | null {
  const trimmed = text.trim();
  const scheme = withScheme.exec(trimmed)?.[1]?.toLowerCase() ?? null;
  if (scheme !== null) {
    const url = appSchemes.has(scheme) ? null : urlOf(trimmed);
    const hostname = url === null ? null : canonical(url.hostname);
    return url === null || hostname === null ? null : { scheme, hostname, port: url.port === '' ? null : Number(url.port) };
  }
  const [, host, digits] = bareHost.exec(trimmed) ?? [];
  const hostname = host === undefined ? null : canonical(host);
  const port = digits === undefined ? null : Number(digits);
  return hostname === null || (port !== null && port > 65_535) ? null : { scheme, hostname, port };
}

/**
 * The host of an entry's URL, with the port in effect: its own, else its scheme's (https where it has none), else null.
 * Any scheme with a host will do, and none at all (`github.com/login`). Null where there is no host, as in free text.
 */
export function hostOf(url: string): Host | null {
  const written = writtenHost(url);
  if (written === null) return null;
  const { scheme, hostname, port } = written;
  return { hostname, port: port ?? defaultPorts[scheme ?? 'https'] ?? null };
}

/** The host that a query asks for: a URL's, or a bare `host` or `host:port` with nothing after it. The port is null where none is given. */
export function queryHost(query: string): Host | null {
  const trimmed = query.trim();
  if (!withScheme.test(trimmed) && bareHost.exec(trimmed)?.[0] !== trimmed) return null;
  const written = writtenHost(trimmed);
  return written === null ? null : { hostname: written.hostname, port: written.port };
}

/** An http(s) URL; null for anything else, which is a name as it stands. */
export function parseSite(text: string): Site | null {
  const url = text.trim();
  const host = /^https?:\/\//i.test(url) ? writtenHost(url) : null;
  return host === null ? null : { hostname: host.hostname, port: host.port, url };
}

/** What to call an entry: a URL becomes its host, with a port that is not the scheme's own, and is kept beside it. */
export function reduceName(text: string): { readonly name: string; readonly url: string | null } {
  const site = parseSite(text);
  if (site === null) return { name: text, url: null };
  return { name: site.port === null ? site.hostname : `${site.hostname}:${String(site.port)}`, url: site.url };
}

/** WHATWG writes every host whose last label is a number as an IPv4 address; an IPv6 one has no labels. */
const ipv4 = /\.\d+$/;

/**
 * The part of a host that somebody registered, by the public suffix list with its private section: `github.com` of
 * `gist.github.com`, `me.github.io` of itself. Null for addresses, single labels and suffixes. The list changes: never store this.
 */
export function registrableDomain(hostname: string): string | null {
  return getDomain(hostname, { allowPrivateDomains: true, extractHostname: false, validateHostname: false });
}

/** A host and each parent of two or more labels: `a.b.com` and `b.com`. Of an address only itself. */
export function parents(hostname: string): string[] {
  const labels = ipv4.test(hostname) ? [hostname] : hostname.split('.');
  const all = [hostname];
  for (let from = 1; labels.length - from >= 2; from++) all.push(labels.slice(from).join('.'));
  return all;
}
