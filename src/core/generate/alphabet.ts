import { VaultError } from '../errors.ts';
import type { GeneratorDefaults } from './defaults.ts';
import type { GeneratorOptions } from './options.ts';

/** Every kind of character there is. No quotes, backslash, backtick or space: they break shells and forms. */
export const characters = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digits: '0123456789',
  symbols: '!#$%&()*+,-./:;<=>?@[]^_{|}~',
} as const;

/** Easily mistaken for another. */
export const ambiguousCharacters = '0Oo1lI|';

/** One kind of character in a password, and how many of them there must be. */
export interface CharacterClass {
  readonly characters: readonly string[];
  readonly atLeast: number;
}

type ClassName = keyof typeof characters;

/** The smallest count that is asked for, in so many words (`asked`) or by configuration (`usual`). */
function minimum(name: ClassName, options: GeneratorOptions, defaults: GeneratorDefaults): { asked: number; usual: number } {
  if (name === 'digits') return { asked: options.minDigits ?? 0, usual: options.minDigits ?? defaults.minDigits };
  if (name === 'symbols') return { asked: options.minSymbols ?? 0, usual: options.minSymbols ?? defaults.minSymbols };
  return { asked: 0, usual: 0 };
}

/**
 * The classes that a password is made of, each present at least once. A class that only the defaults bring in, and of which
 * nothing is left after `exclude`, is dropped; one that was asked for by name is an `invalid_request` then.
 */
export function characterClasses(options: GeneratorOptions, defaults: GeneratorDefaults): CharacterClass[] {
  const excluded = new Set(options.exclude ?? defaults.exclude);
  if (!(options.ambiguous ?? defaults.ambiguous)) for (const character of ambiguousCharacters) excluded.add(character);
  const names: readonly ClassName[] = ['upper', 'lower', 'digits', 'symbols'];
  return names.flatMap((name) => {
    const { asked, usual } = minimum(name, options, defaults);
    if (options[name] === false && asked > 0) {
      throw new VaultError('invalid_request', `at least ${String(asked)} ${name} cannot go with no ${name}`);
    }
    const wanted = options[name] ?? (asked > 0 || defaults[name]);
    if (!wanted) return [];
    const left = Array.from(characters[name]).filter((character) => !excluded.has(character));
    if (left.length > 0) return [{ characters: left, atLeast: Math.max(1, usual) }];
    if (options[name] !== true && asked === 0) return [];
    throw new VaultError('invalid_request', `no ${name} are left to choose from`, { hint: 'exclude fewer characters' });
  });
}
