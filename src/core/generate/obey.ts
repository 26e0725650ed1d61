import { VaultError } from '../errors.ts';
import { ambiguousCharacters, characters } from './alphabet.ts';
import type { GeneratorDefaults } from './defaults.ts';
import { type Constraints, Enumeration, randomBelow } from './enumerate.ts';
import type { GeneratorOptions } from './options.ts';
import { parseRules, type PasswordRules } from './rules.ts';

const classes = ['upper', 'lower', 'digits', 'symbols'] as const;

/** What passwords of our own are made of: nothing that breaks shells and forms. */
const usual = classes.map((name) => characters[name]).join('');

const longest = 1024;

/** Beyond so many bits a longer password is no better: what only few kinds of characters can give is made up for by length. */
const enoughBits = 100;

/** These arise in the daemon, whose answers carry no hints: the message says what to do. */
function refuse(message: string): VaultError {
  return new VaultError('invalid_request', message);
}

/** Characters that must not appear because this request says so, and those that had better not. */
function unwanted(options: GeneratorOptions, defaults: GeneratorDefaults): { readonly never: Set<string>; readonly rather: Set<string> } {
  const off = (given: Pick<GeneratorOptions, (typeof classes)[number]>) =>
    classes.filter((name) => given[name] === false).flatMap((name) => Array.from(characters[name]));
  const ambiguous = (allowed: boolean | undefined) => (allowed === false ? Array.from(ambiguousCharacters) : []);
  const never = [...(options.exclude ?? ''), ...off(options), ...ambiguous(options.ambiguous)];
  const rather = [
    ...(options.exclude === undefined ? defaults.exclude : ''),
    ...off(Object.fromEntries(classes.map((name) => [name, options[name] ?? defaults[name]]))),
    ...ambiguous(options.ambiguous ?? defaults.ambiguous),
  ];
  return { never: new Set(never), rather: new Set(rather) };
}

/** The sets that a password needs, and the characters it is made of. */
function choose(rules: PasswordRules, options: GeneratorOptions, defaults: GeneratorDefaults): Pick<Constraints, 'alphabet' | 'needs'> {
  const { never, rather } = unwanted(options, defaults);
  /** The best of a set: what is usual and liked; where nothing is, whatever may be there. */
  const bestOf = (set: string): string[] => {
    const possible = Array.from(set).filter((one) => !never.has(one));
    const liked = possible.filter((one) => usual.includes(one) && !rather.has(one));
    return liked.length > 0 ? liked : possible;
  };
  const asked = classes.flatMap((name): { set: string; atLeast: number }[] => {
    const least = name === 'digits' ? options.minDigits : name === 'symbols' ? options.minSymbols : undefined;
    const atLeast = Math.max(least ?? 0, options[name] === true ? 1 : 0);
    return atLeast > 0
      ? [
          {
            set: Array.from(rules.allowed)
              .filter((one) => characters[name].includes(one))
              .join(''),
            atLeast,
          },
        ]
      : [];
  });
  const sets = [...new Set(rules.required)].map((set) => ({ set, atLeast: rules.required.filter((other) => other === set).length }));
  const needs = [...sets, ...asked].map(({ set, atLeast }) => ({ characters: new Set(bestOf(set)), atLeast }));
  const alphabet = new Set([...bestOf(rules.allowed), ...needs.flatMap((need) => [...need.characters])]);
  if (alphabet.size === 0 || needs.some((need) => need.characters.size === 0)) {
    throw refuse('the rules and what is asked for leave no characters to choose from: exclude fewer');
  }
  return { alphabet: [...alphabet], needs };
}

function lengthOf({ minLength, maxLength }: PasswordRules, asked: number | undefined, usualLength: number, kinds: number): number {
  const [least, most] = [Math.max(1, minLength ?? 1), Math.min(maxLength ?? longest, longest)];
  const span = maxLength === null ? `at least ${String(least)}` : least === most ? String(most) : `${String(least)} to ${String(most)}`;
  if (least > most) {
    throw refuse(most < longest ? 'the rules want a password that is longer than it may be' : 'the rules want more than 1024 characters');
  }
  if (asked !== undefined) {
    if (asked >= least && asked <= most) return asked;
    throw refuse(`the rules want ${span} characters: without a length you get what fits`);
  }
  const wantedBits = Math.min(enoughBits, usualLength * Math.log2(usual.length));
  const needed = kinds > 1 ? Math.ceil(wantedBits / Math.log2(kinds)) : usualLength;
  return Math.min(most, Math.max(least, usualLength, needed));
}

/**
 * A random password that obeys a site's rules (`options.rules`): every one that does and is made of the characters chosen is as
 * likely as any other. It is as long as usual, shorter or longer where the rules say so, and longer where they leave few kinds of
 * characters. `invalid_request` for rules that say nothing or cannot be met together with what else is asked for.
 */
export function generateByRules(text: string, options: GeneratorOptions, defaults: GeneratorDefaults): string {
  const rules = parseRules(text);
  if (rules.known === 0) {
    throw refuse('the rules say nothing that is understood; they are like "minlength: 8; required: lower; required: digit"');
  }
  if (options.words !== undefined) throw refuse('rules are for passwords of characters, not of words');
  const { alphabet, needs } = choose(rules, options, defaults);
  const length = lengthOf(rules, options.length, defaults.length, alphabet.length);
  const all = new Enumeration({ length, alphabet, needs, maxConsecutive: rules.maxConsecutive });
  if (all.size === 0n) {
    throw refuse(
      `no password of ${String(length)} characters obeys the rules and has all that is asked for: ask for another length or for less`,
    );
  }
  return all.at(randomBelow(all.size));
}
