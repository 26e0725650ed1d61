import type { GeneratorOptions } from '../core/generate/options.ts';
import { VaultError } from '../core/errors.ts';

/** The options that say what a generated password is made of: `generate`, `rotate`, and `add` and `edit` with `-g`. */
export interface GeneratorFlags {
  readonly words?: string;
  readonly symbols?: boolean;
  readonly digits?: boolean;
  readonly upper?: boolean;
  readonly lower?: boolean;
  readonly ambiguous?: boolean;
  readonly exclude?: string;
  readonly minDigits?: string;
  readonly minSymbols?: string;
  readonly separator?: string;
  /** What it must obey, in place of the rules of its site. */
  readonly rules?: string;
}

function whole(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,6}$/.test(text)) throw new VaultError('usage', `${what} must be a whole number`);
  return Number(text);
}

/** The request for a password: what was not said is left to the configuration. `lengthName` is how errors name its length. */
export function generatorRequest(length: string | undefined, flags: GeneratorFlags, lengthName = 'LENGTH'): GeneratorOptions {
  const given: GeneratorOptions = {
    length: whole(length, lengthName),
    words: whole(flags.words, '--words'),
    minDigits: whole(flags.minDigits, '--min-digits'),
    minSymbols: whole(flags.minSymbols, '--min-symbols'),
    separator: flags.separator,
    exclude: flags.exclude,
    symbols: flags.symbols === false ? false : undefined,
    digits: flags.digits === false ? false : undefined,
    upper: flags.upper === false ? false : undefined,
    lower: flags.lower === false ? false : undefined,
    ambiguous: flags.ambiguous === false ? false : undefined,
  };
  if (given.length !== undefined && given.words !== undefined) {
    throw new VaultError('usage', `${lengthName} and --words exclude each other`);
  }
  if (given.words !== undefined && flags.rules !== undefined) throw new VaultError('usage', '--words and --rules exclude each other');
  return given;
}

/** Whether a request says anything about the password. */
export function asksForSomething(request: GeneratorOptions): boolean {
  return Object.values(request).some((value) => value !== undefined);
}
