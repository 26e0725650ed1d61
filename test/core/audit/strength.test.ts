import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEstimate } from '../../../src/core/audit/strength.ts';
import { generatorDefaults } from '../../../src/core/generate/defaults.ts';
import { generatePassword } from '../../../src/core/generate/generate.ts';
import { codePoint } from '../../support/code-point.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

let estimate: ReturnType<typeof createEstimate>;
beforeAll(() => {
  estimate = createEstimate();
});

describe('the strength of a password', () => {
  it.each([
    'password',
    'P@ssw0rd',
    'p4$$w0rd!',
    'Summer2024',
    'qwertyuiop',
    'aaaaaaaaaaaaaaaa',
    '12345678901',
    'drowssap',
    '19.04.1987',
    'letmein1',
    'a'.repeat(1000),
    '',
  ])('is little for %s', (password) => {
    expect(estimate(password, [])).toBeLessThan(8);
  });

  it.each([
    ['a generated one', {}],
    ['one of 12 characters', { length: 12 }],
    ['five words', { words: 5 }],
    ['one of digits', { length: 20, upper: false, lower: false, symbols: false }],
  ])('is enough for %s', (_, options) => {
    for (let run = 0; run < 20; run++) expect(estimate(generatePassword(options, generatorDefaults), ['example.com'])).toBeGreaterThan(8);
  });

  it('is less where the password is made of the entry itself', () => {
    expect(estimate('quuxcorp-99', ['quuxcorp'])).toBeLessThan(estimate('quuxcorp-99', []) - 2);
    expect(estimate('quuxcorp-99', ['quuxcorp'])).toBeLessThan(8);
  });

  it('is found for any text, and soon', () => {
    const odd = fc.oneof(
      fc.string({ unit: codePoint, maxLength: 200 }),
      fc.constantFrom('a4@'.repeat(3000), '\0', '!1|7'.repeat(100), '🔑'.repeat(500)),
    );
    fc.assert(
      fc.property(odd, (password) => {
        const begun = workSeconds();
        expect(estimate(password, ['__proto__', 'constructor'])).toBeGreaterThanOrEqual(0);
        expect(workSeconds() - begun).toBeLessThan(muchWork);
      }),
      { numRuns: 20 },
    );
  });
});
