import { describe, expect, it } from 'vitest';
import { createSpellings } from '../../../src/core/audit/spellings.ts';

const spellings = createSpellings({ a: ['4', '@'], e: ['3'], i: ['1', '|'], l: ['1'], n: ['|/|'] });

const texts = (written: string, most = 100) => spellings(written, most).map(({ text }) => text);

describe('what may be meant by a text', () => {
  it('is the text itself, where nothing in it can stand for a letter', () => {
    expect(spellings('word', 9)).toEqual([{ text: 'word', changes: [] }]);
    expect(spellings('', 9)).toEqual([{ text: '', changes: [] }]);
  });

  it('is told with each letter, and what it was written as', () => {
    expect(spellings('w4x3', 1)).toEqual([
      {
        text: 'waxe',
        changes: [
          { at: 1, letter: 'a', written: '4' },
          { at: 3, letter: 'e', written: '3' },
        ],
      },
    ]);
    expect(spellings('x|/|3', 1)).toEqual([
      {
        text: 'xne',
        changes: [
          { at: 1, letter: 'n', written: '|/|' },
          { at: 2, letter: 'e', written: '3' },
        ],
      },
    ]);
  });

  it('is first all that changes everything, then what changes some of it', () => {
    expect(texts('4x3')).toEqual(['axe', 'ax3', '4xe', '4x3']);
    expect(texts('1x1')).toEqual(['ixi', 'ixl', 'lxi', 'lxl', 'ix1', 'lx1', '1xi', '1xl', '1x1']);
    expect(texts('4114')).toEqual([
      ...['aiia', 'aila', 'alia', 'alla'],
      ...['aii4', 'ail4', 'ai1a', 'ai14', 'ali4', 'all4', 'al1a', 'al14', 'a1ia', 'a1i4', 'a1la', 'a1l4', 'a11a', 'a114'],
      ...['4iia', '4ii4', '4ila', '4il4', '4i1a', '4i14', '4lia', '4li4', '4lla', '4ll4', '4l1a', '4l14', '41ia', '41i4'],
      ...['41la', '41l4', '411a', '4114'],
    ]);
  });

  it('takes the longest that may stand for a letter first', () => {
    expect(texts('|/|')).toEqual(['n', 'i/i', 'i/|', '|/i', '|/|']);
  });

  it('has no letter more than three times in a row for the same sign', () => {
    expect(texts('3333', 1)).toEqual(['eee3']);
    expect(texts('33333', 1)).toEqual(['eee33']);
    expect(texts('333x3', 1)).toEqual(['eeex3']);
    expect(texts('33343', 1)).toEqual(['eeeae']);
    expect(texts('@4@4', 1)).toEqual(['aaaa']);
    expect(texts('@444', 1)).toEqual(['aaaa']);
  });

  it.each([0, 1, 4, 5, 32])('is no more than is wanted: %i', (most) => {
    expect(texts('4114', most)).toEqual(texts('4114').slice(0, most));
    expect(texts('4114', most).length).toBe(most);
  });
});
