import { type DictionaryMatch, type L33tMatch, type Matcher, MatcherBaseClass, type MatchOptions, Options } from '@zxcvbn-ts/core';
import { RankedWords } from './ranked-words.ts';
import { type Change, createSpellings, type Spelling } from './spellings.ts';

/*
 * zxcvbn's matchers for words, which take nearly all of its time, written anew. They find the same (a test compares them): in a password
 * as it is written, backwards, and as it may be meant.
 */

type Guessable = MatchOptions['userInputsOptions'];
/** A word in a text: `text.slice(from, to)` in lower case. */
interface Word {
  readonly from: number;
  readonly to: number;
  readonly word: string;
  readonly rank: number;
  readonly dictionary: string;
}
/** Finds the words in one text after the other. What ends within the first `same` characters, which are those of the text before, is left out. */
type Search = (text: string, same?: number) => Word[];
/** Begins a search for words, of the entry's own too. */
type Begin = (guessable: Guessable) => Search;

const spellings = createSpellings(new Options().l33tTable);

function createBegin(dictionaries: Readonly<Record<string, RankedWords>>): Begin {
  const shared = Object.entries(dictionaries);
  // One password is looked at several times.
  let last: { readonly guessable: Guessable; readonly words: RankedWords } | null = null;
  const wordsOf = (guessable: NonNullable<Guessable>) => {
    if (last?.guessable !== guessable) {
      last = { guessable, words: new RankedWords(new Map(Object.entries(guessable.rankedDictionary))) };
    }
    return last.words;
  };
  return (guessable) => {
    const own = guessable === undefined ? [] : [['userInputs', wordsOf(guessable)] as const];
    const all = [...shared, ...own].map(([dictionary, words]) => ({ dictionary, words, reached: [] }));
    let before = '';
    return (text, sameText = 0) => {
      const found: Word[] = [];
      // Lower case can be longer.
      const lower = text.toLowerCase().slice(0, text.length);
      // What follows can decide on a character's lower case.
      const same = Math.min(sameText, sameLength(lower, before));
      before = lower;
      for (const { dictionary, words, reached } of all) {
        words.findIn(lower, (from, to, word, rank) => void found.push({ from, to, word, rank, dictionary }), { same, reached });
      }
      return found;
    };
  };
}

/** How many characters two texts begin alike with. */
function sameLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

/** What zxcvbn takes for a match. */
function asMatch(password: string, from: number, to: number, { word, rank, dictionary }: Word): DictionaryMatch {
  const token = password.slice(from, to);
  return {
    pattern: 'dictionary',
    i: from,
    j: to - 1,
    token,
    matchedWord: word,
    rank,
    dictionaryName: dictionary,
    reversed: false,
    l33t: false,
  };
}

function findPlain(search: Search, password: string): DictionaryMatch[] {
  return search(password).map((word) => asMatch(password, word.from, word.to, word));
}

function findReversed(search: Search, password: string): DictionaryMatch[] {
  const reversed = password.split('').reverse().join('');
  const { length } = password;
  return search(reversed).map((word) => ({ ...asMatch(password, length - word.to, length - word.from, word), reversed: true }));
}

/** What of a spelling is as it was in the one before: the length of it. */
function sameBeginning({ changes }: Spelling, before: Spelling): number {
  const differs = changes.findIndex(({ at, letter, written }, n) => {
    const other = before.changes[n];
    return other?.at !== at || other.letter !== letter || other.written !== written;
  });
  const n = differs < 0 ? changes.length : differs;
  return Math.min(changes[n]?.at ?? Infinity, before.changes[n]?.at ?? Infinity);
}

/** Where a word of a spelling stands in what is written. */
function writtenPlace({ from, to }: Word, changes: readonly Change[]): { readonly from: number; readonly to: number } {
  let [before, until] = [0, 0];
  for (const { at, letter, written } of changes) {
    if (at < from) before += written.length - letter.length;
    if (at < to) until += written.length - letter.length;
  }
  return { from: from + before, to: to + until };
}

function findMeant(search: Search, password: string, most: number): L33tMatch[] {
  const matches = new Map<string, L33tMatch>();
  let before: Spelling | null = null;
  for (const spelling of spellings(password, most)) {
    const { text, changes } = spelling;
    let isWhole = false;
    for (const word of search(text, before === null ? 0 : sameBeginning(spelling, before))) {
      const { from, to } = writtenPlace(word, changes);
      isWhole ||= from === 0 && to === password.length;
      const key = `${String(from)} ${String(to)} ${word.dictionary} ${word.word}`;
      // A single character that stands for a letter is noise.
      if (to - from <= 1 || matches.has(key) || password.slice(from, to).toLowerCase() === word.word) continue;
      const within = changes.filter(({ at }) => at >= word.from && at < word.to);
      const subs = [...new Map(within.map(({ letter, written }) => [`${letter}-${written}`, { letter, substitution: written }])).values()];
      matches.set(key, { ...asMatch(password, from, to, word), l33t: true, subs, subDisplay: '' });
    }
    if (isWhole) break;
    before = spelling;
  }
  return [...matches.values()];
}

function matcher(find: (password: string, guessable: Guessable, options: Options) => DictionaryMatch[]): Matcher {
  class Matching extends MatcherBaseClass {
    override match({ password, userInputsOptions }: MatchOptions): DictionaryMatch[] {
      return find(password, userInputsOptions, this.options);
    }
  }
  // The score is zxcvbn's own, by the pattern; nobody reads its advice.
  return { Matching, scoring: () => 0, feedback: () => null };
}

/** To be given to zxcvbn in place of dictionaries. */
export function dictionaryMatchers(dictionaries: Readonly<Record<string, RankedWords>>): Record<string, Matcher> {
  const begin = createBegin(dictionaries);
  return {
    dictionary: matcher((password, guessable) => findPlain(begin(guessable), password)),
    dictionaryReverse: matcher((password, guessable) => findReversed(begin(guessable), password)),
    dictionaryL33t: matcher((password, guessable, { l33tMaxSubstitutions }) => findMeant(begin(guessable), password, l33tMaxSubstitutions)),
    // It is for dictionaries of months and the like: there are none.
    wordSequence: matcher(() => []),
  };
}
