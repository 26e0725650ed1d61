import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RankedWords } from '../../../src/core/audit/ranked-words.ts';

type Found = [from: number, to: number, word: string, rank: number];

function search(ranks: ReadonlyMap<string, number>, text: string, before?: { same: number; reached: number[] }): Found[] {
  const found: Found[] = [];
  new RankedWords(ranks).findIn(text, (...word) => void found.push(word), before);
  return found;
}

/** Every part of the text is looked up. */
function everyPart(ranks: ReadonlyMap<string, number>, text: string): Found[] {
  return Array.from(text, (_, from) => from).flatMap((from) =>
    Array.from({ length: text.length - from }, (_, length) => from + length + 1).flatMap((to): Found[] => {
      const rank = ranks.get(text.slice(from, to));
      return rank === undefined ? [] : [[from, to, text.slice(from, to), rank]];
    }),
  );
}

const ranked = (...words: string[]) => new Map(words.map((word, at) => [word, at + 1]));

/** Letters that make many words begin alike, and find many. */
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '漢'), maxLength: 12 });
const words = fc.uniqueArray(
  letters.filter((word) => word !== ''),
  { maxLength: 30 },
);

describe('words in a text', () => {
  it('are found by where they begin, then by where they end', () => {
    expect(search(ranked('a', 'ab', 'b', 'abc', 'zz'), 'xabab')).toEqual([
      [1, 2, 'a', 1],
      [1, 3, 'ab', 2],
      [2, 3, 'b', 3],
      [3, 4, 'a', 1],
      [3, 5, 'ab', 2],
      [4, 5, 'b', 3],
    ]);
    expect(search(ranked(), 'abc')).toEqual([]);
    expect(search(ranked('a'), '')).toEqual([]);
  });

  it('are all that are there', () => {
    fc.assert(
      fc.property(words, letters, (list, text) => {
        expect(search(ranked(...list), text)).toEqual(everyPart(ranked(...list), text));
      }),
    );
  });

  it('are those alone that end behind what is the same as in the text before', () => {
    fc.assert(
      fc.property(words, letters, letters, letters, (list, beginning, one, other) => {
        const ranks = ranked(...list);
        const before = { same: 0, reached: [] };
        search(ranks, beginning + one, before);
        const [text, same] = [beginning + other, beginning.length];
        expect(search(ranks, text, { ...before, same })).toEqual(everyPart(ranks, text).filter(([, to]) => to > same));
      }),
    );
  });

  it('are not looked for again from where none goes on', () => {
    const ranks = ranked('aaa', 'ab', 'cb');
    const before = { same: 0, reached: [] as number[] };
    search(ranks, 'xxaab', before);
    expect(before.reached).toEqual([0, 1, 4, 5, 4]);
    search(ranks, 'xxaacb', { ...before, same: 4 });
    expect(before.reached).toEqual([0, 1, 4, 4, 6, 5]);
  });
});
