import { asList, asObject, asObjects, asText } from '../formats/json.ts';
import { parents } from '../lookup/hosts.ts';

/** Where a site that offers one-time codes says how to turn them on, by the site's domain; null where it does not say. */
export type TotpSites = ReadonlyMap<string, string | null>;

export interface TotpSite {
  readonly domain: string;
  readonly documentation: string | null;
}

/** A site in version 4 of the list: what it is known by, and all it is known by. */
type Listed = readonly [domain: string | null, site: Readonly<Record<string, unknown>>, methods: unknown];

/** Version 4 has sites by their domain, version 3 is a list of pairs of a name and a site (https://2fa.directory/api/). */
function listed(json: unknown): Listed[] {
  const pairs = asList(json).flatMap((pair) => asObjects(asList(pair).slice(1)));
  const versionThree = pairs.map((site): Listed => [asText(site['domain']), site, site['tfa']]);
  const versionFour = Object.entries(asObject(json) ?? {}).flatMap(([domain, value]): Listed[] => {
    const site = asObject(value);
    return site === null ? [] : [[domain, site, site['methods']]];
  });
  return [...versionThree, ...versionFour];
}

/** Reads the list of 2fa.directory, any of its files that has sites with one-time codes; null for one that has none. */
export function readTotpSites(json: unknown): TotpSites | null {
  const sites = new Map<string, string | null>();
  for (const [domain, site, methods] of listed(json)) {
    if (!asList(methods).includes('totp')) continue;
    for (const one of [domain, ...asList(site['additional-domains'])]) {
      const name = asText(one);
      if (name !== null) sites.set(name.toLowerCase(), asText(site['documentation']));
    }
  }
  return sites.size === 0 ? null : sites;
}

/** The first of these hosts that the list has, or the nearest domain above it; null where it has none. */
export function totpSiteOf(sites: TotpSites, hostnames: readonly string[]): TotpSite | null {
  for (const domain of hostnames.flatMap(parents)) {
    const documentation = sites.get(domain);
    if (documentation !== undefined) return { domain, documentation };
  }
  return null;
}
