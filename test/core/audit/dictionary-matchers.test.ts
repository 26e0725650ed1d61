import { type Matcher, MatcherBaseClass, type MatchExtended, type MatchOptions, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { dictionaryMatchers } from '../../../src/core/audit/dictionary-matchers.ts';
import { RankedWords } from '../../../src/core/audit/ranked-words.ts';
import { estimatedWords } from '../../../src/core/audit/strength.ts';
import { codePoint } from '../../support/code-point.ts';

const replaced = ['dictionary', 'dictionaryReverse', 'dictionaryL33t', 'wordSequence'];

/** A matcher that finds nothing, but notes what those that are replaced find. */
function listener(heard: (found: readonly MatchExtended[]) => void): Matcher {
  class Matching extends MatcherBaseClass {
    override match(options: MatchOptions): MatchExtended[] {
      for (const name of replaced) {
        const found = options.omniMatch.matchers[name]?.match(options);
        if (!Array.isArray(found)) throw new Error(`${name} is gone`);
        heard(found.sort((a, b) => a.i - b.i || a.j - b.j));
      }
      return [];
    }
  }
  return { Matching, scoring: () => 0, feedback: () => null };
}

/** zxcvbn with our matchers, and with its own: all that each finds in a password, and what it makes of that. */
function pair(options: { l33tMaxSubstitutions?: number; maxLength: number }) {
  let found: unknown[] = [];
  const heard = (matches: readonly MatchExtended[]) => void found.push(matches.map((match) => ({ ...match, subDisplay: null })));
  const { diceware, words } = estimatedWords();
  const matchers = dictionaryMatchers({ diceware: new RankedWords(diceware), words: new RankedWords(words) });
  const ours = new ZxcvbnFactory({ graphs: adjacencyGraphs, ...options }, { ...matchers, listener: listener(heard) });
  const dictionary = { diceware: [...diceware.keys()], words: [...words.keys()] };
  const theirs = new ZxcvbnFactory({ graphs: adjacencyGraphs, dictionary, ...options }, { listener: listener(heard) });
  return (password: string, guessable: string[]) =>
    [ours, theirs].map((zxcvbn) => {
      found = [];
      return { guesses: zxcvbn.check(password, guessable).guesses, found };
    });
}

let both: ReturnType<typeof pair>[];
beforeAll(() => {
  both = [pair({ l33tMaxSubstitutions: 5, maxLength: 40 }), pair({ maxLength: 64 })];
});

function expectSame(password: string, guessable: string[]): void {
  for (const compare of both) {
    const [ours, theirs] = compare(password, guessable);
    expect(ours).toEqual(theirs);
  }
}

const word = fc.constantFrom('dragon', 'summer', 'password', 'correct', 'horse', 'john', 'smith', 'example', 'abbey', 'quux');
const written = new Map(
  [...'a4 a@ b8 c( d6 e3 g9 i1 i! l1 l7 o0 s$ s5 t7 t+ x% z2 v/'.split(' '), 'm^^', 'w\\', 'h|-|', 'd|)'].map((pair) => [pair, pair]),
);
const disguised = fc.tuple(word, fc.array(fc.constantFrom(...written.keys()), { maxLength: 6 })).map(([text, changes]) => {
  return changes.reduce((changed, change) => changed.replace(change.charAt(0), change.slice(1)), text);
});
const part = fc.oneof(
  word,
  disguised,
  disguised.map((text) => text.toUpperCase()),
  word.map((text) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`),
  disguised.map((text) => text.split('').reverse().join('')),
  fc.string({ maxLength: 6 }),
  fc.string({ unit: codePoint, maxLength: 3 }),
  fc.string({ unit: fc.constantFrom(...Array.from('1!|7$50@4(){}<>/^n2uv\\_-+69&#%İΣσςßſ')), maxLength: 8 }),
  fc.integer({ min: 0, max: 99_999 }).map(String),
);

describe("words are found as by zxcvbn's own matchers", () => {
  it('in passwords of words, disguised or not, and of anything else', () => {
    const password = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));
    const guessable = fc.array(
      fc.oneof(word, part).map((text) => text.toLowerCase()),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(password, guessable, (text, words) => {
        // zxcvbn takes these for words of every dictionary: an object in JavaScript has them.
        fc.pre(![text, ...words].some((one) => /__proto__|constructor/i.test(one)));
        expectSame(text, words);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['one that may be spelled in very many ways', '1!|7'.repeat(16), []],
    ['the same sign again and again', '$$$$$$$4444a', []],
    ['one that is wholly a word by some spelling', 'p4$$w0rd', []],
    ['one that repeats itself', 'p4ssw0rdp4ssw0rd', []],
    ['one of the entry itself, twice', 'quuxcorpQ11uxc0rp', ['quuxcorp', 'quux']],
    ['a longer spelling of a letter', 'su^^^^er|-|orse', []],
    ['a letter whose lower case is longer', 'İİdragon', ['i̇']],
    ['a letter whose lower case hangs on what follows', '4Σ4', ['aς', 'aσ']],
    ['a single sign for a letter', 'x4y', ['a']],
    ['digits among the words of the entry', 'shop2024', ['2024', 'shop']],
  ])('in %s', (_, password, guessable) => {
    expectSame(password, guessable);
  });
});

describe('a spelling', () => {
  /** Which spellings are looked at for words, in order, and from which character on each differs from the one before. */
  function looks(password: string, most = 5): [text: string, same: number][] {
    const looked: [string, number][] = [];
    class Recorded extends RankedWords {
      override findIn(...[text, found, before = { same: 0, reached: [] }]: Parameters<RankedWords['findIn']>): void {
        looked.push([text, before.same]);
        super.findIn(text, found, before);
      }
    }
    const matchers = dictionaryMatchers({ words: new Recorded(new Map([['dragon', 1]])) });
    new ZxcvbnFactory({ graphs: adjacencyGraphs, l33tMaxSubstitutions: most, maxLength: 40 }, matchers).check(password, []);
    // The password itself comes before them, and backwards after them.
    const backwards = looked.findIndex(([text]) => text === password.split('').reverse().join(''));
    return looked.slice(1, backwards);
  }

  it('is looked at from where it differs from the one before', () => {
    expect(looks('x4y0z4', 8)).toEqual([
      ['xayoza', 0],
      ['xayoz4', 5],
      ['xay0za', 3],
      ['xay0z4', 5],
      ['x4yoza', 1],
      ['x4yoz4', 5],
      ['x4y0za', 3],
      ['x4y0z4', 5],
    ]);
  });

  it('is looked at from there also where signs for a letter are longer, or stand for several letters', () => {
    expect(looks('z1zz1', 9)).toEqual([
      ...[
        ['zizzi', 0],
        ['zizzl', 4],
        ['zlzzi', 1],
        ['zlzzl', 4],
      ],
      ...[
        ['zizz1', 1],
        ['zlzz1', 1],
        ['z1zzi', 1],
        ['z1zzl', 4],
        ['z1zz1', 4],
      ],
    ]);
    expect(looks('z|-|zd|)', 9)).toEqual([
      ...[
        ['zhzdd', 0],
        ['zhzdi)', 4],
        ['zhzdl)', 4],
      ],
      ...[
        ['zi-izdd', 1],
        ['zi-izdi)', 6],
        ['zi-izdl)', 6],
      ],
      ...[
        ['zi-lzdd', 3],
        ['zi-lzdi)', 6],
        ['zi-lzdl)', 6],
      ],
    ]);
  });

  it('is the last where a word is all of it', () => {
    expect(looks('dr4g0n')).toEqual([['dragon', 0]]);
  });
});
