import type { GeneratorOptions } from '../core/generate/options.ts';
import { parseRules } from '../core/generate/rules.ts';
import { isRulesFile, rulesOfHost, type SiteRules } from '../core/generate/site-rules.ts';
import { VaultError } from '../core/errors.ts';
import { hostOf } from '../core/lookup/hosts.ts';
import type { Cli } from './cli.ts';
import { readTextFile } from './read-file.ts';
import { escapeLine } from './text.ts';

async function readRulesFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const hint = `vault config generator.rulesFile names it; --rules '' does without this once`;
  let file: unknown;
  try {
    file = JSON.parse(await readTextFile(path));
  } catch (error) {
    if (error instanceof VaultError) throw new VaultError(error.code, `the file of site rules: ${error.message}`, { hint, cause: error });
  }
  if (isRulesFile(file)) return file;
  throw new VaultError('invalid_request', `the file of site rules ${path} is not of the form of apple/password-manager-resources`, {
    hint,
  });
}

/** The first rules there are for any of these places, which are URLs or names that may be hosts. */
export async function findRules(path: string, places: readonly string[]): Promise<SiteRules | null> {
  const file = await readRulesFile(path);
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
  const whose = domain === null ? 'the rules' : `the rules of ${escapeLine(domain)}`;
  if (unknown > 0) cli.output.note(`${whose} are understood in part only`);
  if (known === 0 && domain !== null) return options;
  cli.output.note(`the password obeys ${whose}: ${escapeLine(rules.trim())}`);
  return { ...options, rules };
}
