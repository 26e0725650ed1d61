import { describe, expect, it } from 'vitest';
import { ambiguousCharacters, characters } from '../../../src/core/generate/alphabet.ts';
import { generatorDefaults } from '../../../src/core/generate/defaults.ts';
import { generatorOptions } from '../../../src/core/generate/options.ts';

describe('what is asked of a generated password', () => {
  const least = { length: 1, words: 1, separator: '', exclude: '', minDigits: 0, minSymbols: 0, rules: '' };
  const most = {
    length: 1024,
    words: 64,
    separator: 's'.repeat(16),
    exclude: 'e'.repeat(256),
    minDigits: 1024,
    minSymbols: 1024,
    rules: 'r'.repeat(4096),
  };
  const kinds = { upper: true, lower: false, digits: true, symbols: false, ambiguous: true };

  it('may be nothing, or all there is, up to the bounds', () => {
    for (const options of [{}, { ...least, ...kinds }, { ...most, ...kinds }]) expect(generatorOptions.parse(options)).toEqual(options);
  });

  it.each([
    ...[{ length: 0 }, { length: 1025 }, { words: 0 }, { words: 65 }, { minDigits: -1 }, { minDigits: 1025 }, { minSymbols: -1 }],
    ...[{ minSymbols: 1025 }, { separator: 's'.repeat(17) }, { exclude: 'e'.repeat(257) }, { rules: 'r'.repeat(4097) }, { length: 1.5 }],
    ...[...Object.keys(kinds), 'more'].map((key) => ({ [key]: 1 })),
  ])('is refused beyond them: %#', (options) => {
    expect(generatorOptions.safeParse(options).success).toBe(false);
  });
});

describe('a password of which nothing is asked', () => {
  it('has 20 characters of all kinds that break no shell and no form', () => {
    const { length, words, separator, exclude, minDigits, minSymbols, ...kinds } = generatorDefaults;
    expect({ length, words, separator, exclude, minDigits, minSymbols }).toEqual({
      length: 20,
      words: null,
      separator: '-',
      exclude: '',
      minDigits: 0,
      minSymbols: 0,
    });
    expect(Object.values(kinds)).toEqual([true, true, true, true, true]);
    const ofKind = (kind: RegExp) => Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((one) => kind.test(one));
    expect(Array.from(characters.upper)).toEqual(ofKind(/[A-Z]/));
    expect(Array.from(characters.lower)).toEqual(ofKind(/[a-z]/));
    expect(Array.from(characters.digits)).toEqual(ofKind(/\d/));
    expect(Array.from(characters.symbols)).toEqual(ofKind(/[^A-Za-z0-9'"`\\]/));
    expect(ambiguousCharacters).toBe('0Oo1lI|');
  });
});
