import type { GeneratorOptions } from '../core/generate/options.ts';
import type { Cli } from './cli.ts';
import { readConfigFile } from './config-file.ts';

/**
 * Options of the generator with the rules that a password for these places must obey: those of `--rules`, else what the file in
 * `generator.rulesFile` has for the first of them. Empty `--rules` are none. What applies is said on stderr. `usage` and
 * `invalid_request` for a file that cannot be read.
 */
export async function withSiteRules(
  cli: Cli,
  options: GeneratorOptions,
  given: string | undefined,
  places: readonly string[],
): Promise<GeneratorOptions> {
  if (given?.trim() === '') return options;
  const path = given === undefined ? readConfigFile(cli.paths.config).config.generator.rulesFile : null;
  if (given === undefined && (path === null || options.words !== undefined)) return options;
  // Loaded late: it knows the public suffix list, and everyday commands do without.
  const { findRules, obey } = await import('./site-rules.ts');
  const found = given === undefined ? (path === null ? null : await findRules(path, places)) : { domain: null, rules: given };
  return found === null ? options : obey(cli, options, found);
}
