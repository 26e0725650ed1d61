import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GeneratorDefaults, generatorDefaults } from '../../../src/core/generate/defaults.ts';
import { generatePassword } from '../../../src/core/generate/generate.ts';
import type { GeneratorOptions } from '../../../src/core/generate/options.ts';
import { parseRules } from '../../../src/core/generate/rules.ts';
import { thrownBy, vaultError } from '../support.ts';

function generate(rules: string, options: GeneratorOptions = {}, defaults: Partial<GeneratorDefaults> = {}): string {
  return generatePassword({ ...options, rules }, { ...generatorDefaults, ...defaults });
}

/** Reads the rules once more, in the plainest way. */
function obeys(password: string, text: string): boolean {
  const { minLength, maxLength, maxConsecutive, required, allowed } = parseRules(text);
  const count = (set: string) => Array.from(password).filter((one) => set.includes(one)).length;
  return (
    password.length >= (minLength ?? 1) &&
    password.length <= (maxLength ?? Infinity) &&
    count(allowed) === password.length &&
    required.every((set) => count(set) >= required.filter((other) => other === set).length) &&
    (maxConsecutive === null || !new RegExp(`(.)\\1{${String(maxConsecutive)}}`, 's').test(password))
  );
}

const set = fc.oneof(
  fc.constantFrom('lower', 'upper', 'digit', 'special', 'ascii-printable', 'unicode'),
  fc.string({ unit: fc.constantFrom(...Array.from('ab1-"\' ;,:[]é')), maxLength: 4 }).map((inner) => `[${inner}]`),
);
const sets = fc.array(set, { minLength: 1, maxLength: 3 }).map((all) => all.join(', '));
const rule = fc.oneof(
  sets.map((all) => `required: ${all}`),
  sets.map((all) => `allowed: ${all}`),
  fc.integer({ min: 1, max: 12 }).map((n) => `minlength: ${String(n)}`),
  fc.integer({ min: 1, max: 30 }).map((n) => `maxlength: ${String(n)}`),
  fc.integer({ min: 1, max: 4 }).map((n) => `max-consecutive: ${String(n)}`),
);

describe('a password for a site with rules', () => {
  it('obeys them, whatever they are, or is refused', () => {
    let made = 0;
    fc.assert(
      fc.property(fc.array(rule, { minLength: 1, maxLength: 6 }), fc.boolean(), (rules, plain) => {
        const text = rules.join('; ');
        try {
          expect(obeys(generate(text, plain ? {} : { ambiguous: false, exclude: 'xyz' }), text)).toBe(true);
          made += 1;
        } catch (error) {
          expect(error).toEqual(vaultError('invalid_request'));
        }
      }),
      { numRuns: 300 },
    );
    expect(made).toBeGreaterThan(100);
  });

  it.each([
    ['of the usual length where the rules allow it', 'minlength: 8; maxlength: 63; required: lower; required: digit', 20],
    ['shorter where it must be', 'minlength: 6; maxlength: 8', 8],
    ['longer where it must be', 'minlength: 32', 32],
    ['longer where few kinds of characters are left', 'allowed: digit', 31],
    ['not beyond what is allowed', 'allowed: digit; maxlength: 12', 12],
  ])('is %s', (_, rules, length) => {
    expect(generate(rules)).toHaveLength(length);
  });

  it('has no characters that break shells and forms, unless no others will do', () => {
    for (let run = 0; run < 50; run++) expect(generate('required: special; allowed: ascii-printable')).not.toMatch(/["'\\` ]/);
    expect(generate(`minlength: 8; required: ["'\\]; allowed: lower`)).toMatch(/["'\\]/);
  });

  it('leaves out what the configuration leaves out, unless the site requires it', () => {
    expect(generate('allowed: ascii-printable', {}, { symbols: false, exclude: 'abc' })).toMatch(/^[A-Zd-z0-9]+$/);
    expect(generate('required: special; required: lower', {}, { symbols: false, words: 5 })).toMatch(/[^a-z]/);
  });

  it('prefers none of those that obey', () => {
    const counts = new Map<string, number>();
    for (let run = 0; run < 6000; run++) {
      const password = generate('maxlength: 3; required: [ab]; required: [12]; max-consecutive: 1');
      counts.set(password, (counts.get(password) ?? 0) + 1);
    }
    // Two of one set and one of the other, nothing twice in a row: 4 × 4 × 4 less what has one set only, less repetitions.
    const all = ['a', 'b', '1', '2'].flatMap((x) => ['a', 'b', '1', '2'].flatMap((y) => ['a', 'b', '1', '2'].map((z) => x + y + z)));
    const valid = all.filter((one) => /[ab]/.test(one) && /[12]/.test(one) && !/(.)\1/.test(one));
    expect([...counts.keys()].sort()).toEqual(valid.sort());
    const expected = 6000 / valid.length;
    for (const found of counts.values()) expect(Math.abs(found - expected)).toBeLessThan(6.5 * Math.sqrt(expected));
  });

  const span = (length: string) => `the rules want ${length} characters: without a length you get what fits`;
  const none = (length: number) =>
    `no password of ${String(length)} characters obeys the rules and has all that is asked for: ask for another length or for less`;
  const noneLeft = 'the rules and what is asked for leave no characters to choose from: exclude fewer';
  it.each<[string, string, GeneratorOptions, string]>([
    ['a length that the site does not take', 'minlength: 8; maxlength: 16', { length: 32 }, span('8 to 16')],
    ['a length that is too short for the site', 'minlength: 8; maxlength: 16', { length: 7 }, span('8 to 16')],
    ['another length than the only one', 'minlength: 8; maxlength: 8', { length: 9 }, span('8')],
    ['a length below the least', 'minlength: 8', { length: 7 }, span('at least 8')],
    ['rules against themselves', 'minlength: 9; maxlength: 8', {}, 'the rules want a password that is longer than it may be'],
    ['rules beyond all bounds', 'minlength: 5000', {}, 'the rules want more than 1024 characters'],
    ['more sets than characters', 'maxlength: 2; required: lower; required: upper; required: digit', {}, none(2)],
    ['one character that may not repeat', 'allowed: [a]; max-consecutive: 1', { length: 5 }, none(5)],
    ['a set of which all is excluded', 'required: [abc]; allowed: digit', { exclude: 'abc' }, noneLeft],
    ['a class that the site does not take', 'allowed: lower', { digits: true }, noneLeft],
    ['rules that allow what is excluded', 'allowed: [abc]', { exclude: 'abc' }, noneLeft],
    ['words', 'minlength: 8', { words: 4 }, 'rules are for passwords of characters, not of words'],
    [
      'rules that say nothing',
      'min-length 8',
      {},
      'the rules say nothing that is understood; they are like "minlength: 8; required: lower; required: digit"',
    ],
  ])('is refused for %s, with the reason', (_, rules, options, reason) => {
    const error = thrownBy(() => generate(rules, options));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(error).toHaveProperty('message', reason);
  });

  it.each([
    ['minlength: 8; maxlength: 16', 8],
    ['minlength: 8; maxlength: 16', 16],
    ['maxlength: 5000', 1024],
  ])('may have any length that the rules take: %s, %i', (rules, length) => {
    expect(generate(rules, { length })).toHaveLength(length);
  });

  it.each<[GeneratorOptions, RegExp]>([
    [{ minSymbols: 3 }, /^(?=(.*[^A-Za-z0-9]){3})/],
    [{ minDigits: 4 }, /^(?=(.*\d){4})/],
    [{ upper: true }, /[A-Z]/],
    [{ symbols: true }, /[^A-Za-z0-9]/],
  ])('has what is asked for by name, though the configuration leaves it out: %j', (asked, has) => {
    const off = { upper: false, digits: false, symbols: false };
    for (let run = 0; run < 20; run++) expect(generate('minlength: 8', asked, off)).toMatch(has);
    for (let run = 0; run < 20; run++) expect(generate('minlength: 8', {}, off)).toMatch(/^[a-z]+$/);
  });

  it('takes what this request excludes in place of what the configuration does', () => {
    const all = Array.from({ length: 20 }, () => generate('allowed: [abe]', { exclude: 'a', length: 20 }, { exclude: 'b' })).join('');
    expect(new Set(all)).toEqual(new Set(['b', 'e']));
    expect(generate('allowed: [ab0O]', { ambiguous: false, length: 50 })).toMatch(/^[ab]+$/);
    const configured = generate('allowed: [ab0O]', { length: 50 }, { ambiguous: false });
    expect(configured).toMatch(/^[ab]+$/);
    expect(generate('allowed: [0O]', { length: 50 }, { ambiguous: false })).toMatch(/^[0O]+$/);
  });

  it('leaves out what the configuration does also of a kind that is asked for', () => {
    const configured = generate(
      'allowed: ascii-printable',
      { lower: true, digits: true, length: 300 },
      { exclude: 'abc', ambiguous: false },
    );
    expect(configured).toMatch(/^[^abc0Oo1lI]+$/);
  });

  it('has more than one of a kind that this request asks for and the configuration does without', () => {
    expect(generate('allowed: ascii-printable', { symbols: true, length: 300 }, { symbols: false })).toMatch(/([^A-Za-z0-9].*){10}/);
  });

  it('has what else is asked for', () => {
    expect(generate('maxlength: 12; required: lower; allowed: upper, digit', { length: 12, minDigits: 10 })).toMatch(
      /^(?=.*[a-z])(\D*\d){10,11}\D*$/,
    );
    expect(generate('allowed: ascii-printable', { symbols: false, ambiguous: false })).not.toMatch(/[^A-Za-z0-9]|[0Oo1lI]/);
    expect(generate('allowed: lower, [#!]', { length: 3, minSymbols: 3 })).toMatch(/^[#!]{3}$/);
  });

  it('is as long as usual where only one character may be in it', () => {
    expect(generate('allowed: [7]')).toBe('7'.repeat(generatorDefaults.length));
  });
});
