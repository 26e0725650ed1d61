import { parents } from '../lookup/hosts.ts';

/** A site's rules, as a file of rules has them. */
export interface SiteRules {
  /** Under which the file has them. */
  readonly domain: string;
  readonly rules: string;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether parsed JSON is a file of rules: sites by domain, in the form of apple/password-manager-resources. */
export function isRulesFile(file: unknown): file is Readonly<Record<string, unknown>> {
  return isObject(file) && Object.values(file).every((site) => isObject(site) && typeof site['password-rules'] === 'string');
}

/**
 * The rules that a file has for a host: its own, or those of the nearest domain above it, unless that one is marked as
 * `exact-domain-match-only`. Null where it has none.
 */
export function rulesOfHost(file: Readonly<Record<string, unknown>>, hostname: string): SiteRules | null {
  for (const domain of parents(hostname)) {
    const site = Object.hasOwn(file, domain) ? file[domain] : undefined;
    if (!isObject(site) || typeof site['password-rules'] !== 'string') continue;
    if (domain === hostname || site['exact-domain-match-only'] !== true) return { domain, rules: site['password-rules'] };
  }
  return null;
}
