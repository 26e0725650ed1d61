import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, entryTitle, escapeLine, escapeText, terminalJson } from '../../src/cli/text.ts';
import { codePoint } from '../support/code-point.ts';

const anything = fc.string({ unit: codePoint, maxLength: 60 });

describe('stored text on a terminal', () => {
  it('shows what a terminal would obey: escape sequences, carriage returns, C1 controls', () => {
    expect(escapeLine('a\u001b[2Jb\rc\u009bd\u007f')).toBe('a\\u001b[2Jb\\u000dc\\u009bd\\u007f');
  });

  it('shows the marks that turn the order of text around', () => {
    expect(escapeLine('user\u202etxt.exe\u2066x\u2069\u200f\u061c')).toBe('user\\u202etxt.exe\\u2066x\\u2069\\u200f\\u061c');
  });

  it('leaves letters of every script, emoji and combining characters alone', () => {
    for (const text of ['שלום', 'é', '👩‍👩‍👧‍👦', 'C:\\Users\\me', 'نص']) expect(escapeLine(text)).toBe(text);
  });

  it('keeps line feeds and tabs of notes, and nothing else', () => {
    expect(escapeText('one\ttwo\nthree\r\u001b')).toBe('one\ttwo\nthree\\u000d\\u001b');
    expect(escapeLine('one\ntwo')).toBe('one\\u000atwo');
  });

  it('is JSON still when JSON is escaped for a terminal', () => {
    fc.assert(
      fc.property(fc.dictionary(anything, anything, { noNullPrototype: true }), (value) => {
        const text = terminalJson(value);
        expect(JSON.parse(text)).toEqual(value);
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('names entries in one safe line', () => {
    expect(entryTitle({ name: 'a\nb', username: 'c\u001b' })).toBe('a\\u000ab (c\\u001b)');
    expect(entryTitle({ name: 'a', username: null })).toBe('a');
  });

  it('counts in English', () => {
    expect([0, 1, 2].map((number) => count(number, 'session'))).toEqual(['0 sessions', '1 session', '2 sessions']);
  });
});
