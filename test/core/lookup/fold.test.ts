import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/lookup/fold.ts';
import { codePoint } from '../../support/code-point.ts';

/** Any characters, and often those whose case depends on their neighbours or takes several of them. */
const unit = fc.oneof(
  fc.string({ unit: codePoint, minLength: 1, maxLength: 1 }),
  fc.constantFrom(...Array.from('ΣςσİıßẞſǅΐŉÅéa. \u0301\u0307\u0313\u0327')),
);
const text = fc.string({ unit, maxLength: 20 });

describe('folding', () => {
  it.each([
    ['case', 'GitHub.com', 'github.com'],
    ['how characters are composed', 'Zu\u0308rich', 'Z\u00fcrich'],
    ['sharp s and its capital forms', 'Straße', 'STRASSE'],
    ['the capital sharp s', 'STRA\u1e9eE', 'straße'],
    ['final sigma', 'ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύσ'],
    ['long s', 'ſecret', 'SECRET'],
    ['ligatures', 'ﬁle', 'FILE'],
    ['the Kelvin sign', '\u212aelvin', 'kelvin'],
  ])('makes one of %s', (_, a, b) => {
    expect(fold(a)).toBe(fold(b));
  });

  it.each([
    ['capital i with a dot and without, whatever the locale', 'İ', 'I'],
    ['compatibility characters', '①', '1'],
    ['accents', 'resume', 'résumé'],
    ['spaces', 'a b', 'ab'],
  ])('keeps apart %s', (_, a, b) => {
    expect(fold(a)).not.toBe(fold(b));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(fold(fold(any))).toBe(fold(any));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not see case or composition, whatever the text', () => {
    fc.assert(
      fc.property(text, (any) => {
        // The iota subscript becomes a letter in upper case, so that marks after it belong to another character.
        fc.pre(!any.normalize('NFD').includes('\u0345'));
        expect(fold(any.toUpperCase())).toBe(fold(any));
        expect(fold(any.normalize('NFD'))).toBe(fold(any));
      }),
      { numRuns: 2000 },
    );
  });
});
