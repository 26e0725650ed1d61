import type { GeneratorOptions } from '../core/generate/options.ts';
import { parseRules } from '../core/generate/rules.ts';
import { isRulesFile, rulesOfHost, type SiteRules } from '../core/generate/site-rules.ts';
import { hostOf } from '../core/lookup/hosts.ts';
import type { Cli } from './cli.ts';
import { type NamedJson, readJsonFile } from './json-file.ts';
import { escapeLine } from './text.ts';

const rulesFile: NamedJson<Readonly<Record<string, unknown>>> = {
  what: 'file of site rules',
  form: 'apple/password-manager-resources',
  hint: `vault config generator.rulesFile names it; --rules '' does without this once`,
  read: (json) => (isRulesFile(json) ? json : null),
};

/** The first rules there are for any of these places, which are URLs or names that may be hosts. */
export async function findRules(path: string, places: readonly string[]): Promise<SiteRules | null> {
  const file = await readJsonFile(path, rulesFile);
  for (const place of places) {
    const host = hostOf(place);
    const found = host === null ? null : rulesOfHost(file, host.hostname);
    if (found !== null) return found;
  }
  return null;
}

/** Says what a new password obeys, so that nobody wonders at its form, and gives the options with it. */
export function obey(
  cli: Cli,
  options: GeneratorOptions,
  { domain, rules }: SiteRules | { domain: null; rules: string },
): GeneratorOptions {
  const { known, unknown } = parseRules(rules);
  // Where nothing of them is understood, no password is made.
  if (known === 0 && domain === null) return { ...options, rules };
  const whose = domain === null ? 'the rules' : `the rules of ${escapeLine(domain)}`;
  if (unknown > 0) cli.output.note(`${whose} are understood in part only`);
  if (known === 0) return options;
  cli.output.note(`the password obeys ${whose}: ${escapeLine(rules.trim())}`);
  return { ...options, rules };
}
