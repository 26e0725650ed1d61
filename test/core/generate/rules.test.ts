import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules } from '../../../src/core/generate/rules.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

const alphabet = 'abcdefghijklmnopqrstuvwxyz';
const nothing = { minLength: null, maxLength: null, maxConsecutive: null, required: [], unknown: 0 };

describe('the rules of a site', () => {
  it('are lengths, runs and sets of characters', () => {
    expect(parseRules('minlength: 8; maxlength: 20; max-consecutive: 2; required: [ab]; required: digit, [-x]; allowed: [!];')).toEqual({
      minLength: 8,
      maxLength: 20,
      maxConsecutive: 2,
      required: ['ab', '-0123456789x'],
      allowed: '!-0123456789abx',
      known: 6,
      unknown: 0,
    });
  });

  it('allow all that can be typed where they name no set', () => {
    const { allowed } = parseRules('minlength: 8');
    expect(allowed).toBe(String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i)));
    expect(parseRules('allowed: unicode').allowed).toBe(allowed);
    expect(parseRules('required: lower; allowed: ascii-printable').allowed).toBe(allowed);
  });

  it('allow what they require, and nothing else where they allow nothing more', () => {
    expect(parseRules('required: lower').allowed).toBe(alphabet);
    expect(parseRules('required: special').required[0]).toBe(' !"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');
  });

  it('may have separators and brackets in a set', () => {
    expect(parseRules('required: [a;b,c:d]; minlength: 9')).toMatchObject({ required: [',:;abcd'], minLength: 9 });
    expect(parseRules('allowed: [a]]; minlength: 9')).toMatchObject({ allowed: ']a', minLength: 9 });
    expect(parseRules('allowed: [[]];minlength: 9')).toMatchObject({ allowed: '[]', minLength: 9 });
    expect(parseRules('allowed: [a]')).toMatchObject({ allowed: 'a' });
  });

  it('have a hyphen only where it comes first, and no characters beyond ASCII', () => {
    expect(parseRules('allowed: [-ab]').allowed).toBe('-ab');
    expect(parseRules('allowed: [a-b]').allowed).toBe('ab');
    expect(parseRules('allowed: [ä§x]').allowed).toBe('x');
  });

  it('are the stricter ones where they say something twice', () => {
    expect(parseRules('minlength: 8; minlength: 6; maxlength: 20; maxlength: 30; max-consecutive: 2; max-consecutive: 3')).toMatchObject({
      minLength: 8,
      maxLength: 20,
      maxConsecutive: 2,
    });
    expect(parseRules('required: [ab]; required: [ba]').required).toEqual(['ab', 'ab']);
  });

  it('may be written in capitals, without spaces and without the last semicolon', () => {
    expect(parseRules('MINLENGTH:8;Required:LOWER')).toMatchObject({ minLength: 8, required: [alphabet], known: 2 });
  });

  it('are left out where nobody knows them', () => {
    expect(parseRules('maximum: 3; minlength: x; required: vowel, [a]; allowed: [')).toMatchObject({
      ...nothing,
      required: ['a'],
      allowed: 'a',
      known: 1,
      unknown: 4,
    });
    expect(parseRules('')).toMatchObject({ ...nothing, known: 0 });
    for (const rule of ['minlength: 8x', 'minlength: x8', '1minlength: 8', 'minlength-: 8', 'lower]: 8', 'required: lower]']) {
      expect(parseRules(rule), rule).toMatchObject({ ...nothing, known: 0, unknown: 1 });
    }
  });

  it('never throw and never take long, whatever is given for them', () => {
    const piece = fc.constantFrom('required', 'allowed', ':', ';', ',', '[', ']', ']]', '-', ' ', 'lower', 'minlength', '8', 'ä', '\n');
    const odd = fc.oneof(
      fc.string({ unit: 'binary-ascii' }),
      fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(odd, (text) => {
        const { allowed, required } = parseRules(text);
        expect(allowed).toMatch(/^[ -~]+$/);
        expect(required.every((set) => Array.from(set).every((one) => allowed.includes(one)))).toBe(true);
      }),
    );
    for (const long of ['['.repeat(4096), ']'.repeat(4096), '[]'.repeat(2048), 'required: [a];'.repeat(300)]) {
      const begun = workSeconds();
      parseRules(long);
      expect(workSeconds() - begun).toBeLessThan(muchWork);
    }
  });
});
