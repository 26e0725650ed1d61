import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary as common } from '@zxcvbn-ts/language-common';
import { dictionary as english } from '@zxcvbn-ts/language-en';
import { dictionaryMatchers } from './dictionary-matchers.ts';
import { RankedWords } from './ranked-words.ts';

/*
 * How many guesses a password takes, by zxcvbn (Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", 2016). It was made for
 * one password in a form: 20 random characters take it 40 milliseconds, most of it spent on looking up every part of up to a
 * hundred spellings in each of twenty dictionaries. Here the dictionaries are one, its words are found another way, and the many
 * spellings are tried only where a few leave it open whether a password is weak.
 */

/** The words of several lists that are sorted by frequency, with their ranks: the first of each, the second of each and so on. */
function interleave(lists: readonly (readonly (string | number)[])[]): Map<string, number> {
  const ranks = new Map<string, number>();
  const longest = lists.reduce((most, { length }) => Math.max(most, length), 0);
  for (let at = 0; at < longest; at++) {
    for (const list of lists) {
      const word = list[at];
      if (word !== undefined && !ranks.has(String(word))) ranks.set(String(word), ranks.size + 1);
    }
  }
  return ranks;
}

/** zxcvbn counts words of a dictionary named "diceware" alike, whatever their place in it. */
export function estimatedWords(): Readonly<Record<'diceware' | 'words', ReadonlyMap<string, number>>> {
  const { 'diceware-common': diceware, ...others } = common;
  return { diceware: interleave([diceware]), words: interleave([...Object.values(others), ...Object.values(english)]) };
}

/** Characters that are looked at: who passes with so many need not show the rest, and the time grows with their square. */
const [firstLook, thoroughLook] = [40, 64];
/** Guesses from which on a quick look is believed: a hundred times what is weak. */
const surelyStrong = 10;

/** A function that gives the logarithm of how many guesses a password takes. It costs half a second to make, and is to be kept. */
export function createEstimate(): (password: string, guessable: readonly string[]) => number {
  const { diceware, words } = estimatedWords();
  const matchers = dictionaryMatchers({ diceware: new RankedWords(diceware), words: new RankedWords(words) });
  const quick = new ZxcvbnFactory({ graphs: adjacencyGraphs, l33tMaxSubstitutions: 5, maxLength: firstLook }, matchers);
  let thorough: ZxcvbnFactory | null = null;
  return (password, guessable) => {
    if (password === '') return 0;
    const first = quick.check(password, [...guessable]).guessesLog10;
    if (first >= surelyStrong) return first;
    thorough ??= new ZxcvbnFactory({ graphs: adjacencyGraphs, maxLength: thoroughLook }, matchers);
    return thorough.check(password, [...guessable]).guessesLog10;
  };
}
