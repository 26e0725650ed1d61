import type { GeneratorOptions } from '../../core/generate/options.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { withSiteRules } from '../generator-options.ts';

export interface GenerateOptions {
  readonly words?: string;
  readonly symbols: boolean;
  readonly digits: boolean;
  readonly upper: boolean;
  readonly lower: boolean;
  readonly ambiguous: boolean;
  readonly exclude?: string;
  readonly minDigits?: string;
  readonly minSymbols?: string;
  readonly separator?: string;
  readonly rules?: string;
  readonly clip?: boolean;
}

function whole(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new VaultError('usage', `${what} must be a whole number`);
  return Number(text);
}

/** The request: what was not said is left to the configuration. */
function requestOf(length: string | undefined, options: GenerateOptions): GeneratorOptions {
  const given: GeneratorOptions = {
    length: whole(length, 'LENGTH'),
    words: whole(options.words, '--words'),
    minDigits: whole(options.minDigits, '--min-digits'),
    minSymbols: whole(options.minSymbols, '--min-symbols'),
    separator: options.separator,
    exclude: options.exclude,
    symbols: options.symbols ? undefined : false,
    digits: options.digits ? undefined : false,
    upper: options.upper ? undefined : false,
    lower: options.lower ? undefined : false,
    ambiguous: options.ambiguous ? undefined : false,
  };
  if (given.length !== undefined && given.words !== undefined) throw new VaultError('usage', 'LENGTH and --words exclude each other');
  if (given.words !== undefined && options.rules !== undefined) throw new VaultError('usage', '--words and --rules exclude each other');
  return given;
}

/** `vault generate [LENGTH]`. */
export async function generate(cli: Cli, length: string | undefined, options: GenerateOptions): Promise<void> {
  if (cli.globals.json && options.clip === true) throw new VaultError('usage', '--json and -c exclude each other');
  const json = await withSiteRules(cli, requestOf(length, options), options.rules, []);
  const answer = await cli.client.ask({ path: '/generate', method: '$post', json }, { start: true });
  if (cli.globals.json) cli.output.json(answer);
  else if (options.clip === true) {
    const { copyToClipboard } = await import('../clipboard.ts');
    cli.output.note(`copied a new password${await copyToClipboard(cli, answer.password)}`);
  } else cli.output.value(answer.password);
}
