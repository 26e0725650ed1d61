import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Constraints, Enumeration, randomBelow } from '../../../src/core/generate/enumerate.ts';
import { thrownBy, vaultError } from '../support.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

function words(alphabet: readonly string[], length: number): string[] {
  return length === 0 ? [''] : words(alphabet, length - 1).flatMap((start) => alphabet.map((one) => start + one));
}

function holds(password: string, { needs, maxConsecutive }: Constraints): boolean {
  const enough = needs.every(({ characters, atLeast }) => Array.from(password).filter((one) => characters.has(one)).length >= atLeast);
  return enough && (maxConsecutive === null || !new RegExp(`(.)\\1{${String(maxConsecutive)}}`).test(password));
}

describe('the list of all passwords that hold to constraints', () => {
  it('has each of them once and no other', () => {
    const alphabet = ['a', 'b', 'c', '1', '2'];
    const needs = fc.array(
      fc.record({ characters: fc.subarray(alphabet).map((set) => new Set(set)), atLeast: fc.integer({ min: 1, max: 3 }) }),
      {
        maxLength: 3,
      },
    );
    const constraints = fc.record({
      length: fc.integer({ min: 1, max: 5 }),
      alphabet: fc.subarray(alphabet, { minLength: 1 }),
      needs,
      maxConsecutive: fc.option(fc.integer({ min: 1, max: 4 })),
    });
    fc.assert(
      fc.property(constraints, (given) => {
        const list = new Enumeration(given);
        const listed = Array.from({ length: Number(list.size) }, (_, place) => list.at(BigInt(place)));
        expect(listed.sort()).toEqual(
          words(given.alphabet, given.length)
            .filter((one) => holds(one, given))
            .sort(),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is as long as the powers say where nothing is needed', () => {
    const alphabet = Array.from('abcdefghij');
    expect(new Enumeration({ length: 1024, alphabet, needs: [], maxConsecutive: null }).size).toBe(10n ** 1024n);
  });

  it('has no place before its first or after its last', () => {
    const list = new Enumeration({ length: 2, alphabet: ['a', 'b'], needs: [], maxConsecutive: null });
    expect(['aa', 'bb']).toEqual([list.at(0n), list.at(3n)]);
    expect(() => list.at(4n)).toThrow(RangeError);
  });

  it('is refused where counting would take long, and soon', () => {
    const alphabet = Array.from('abcdefghijklmnop');
    const needs = alphabet.map((one, i) => ({ characters: new Set([one, alphabet[i + 1] ?? 'a']), atLeast: 3 }));
    const begun = workSeconds();
    const error = thrownBy(() => new Enumeration({ length: 1024, alphabet, needs, maxConsecutive: 5 }));
    expect(error).toEqual(vaultError('invalid_request'));
    expect(error).toHaveProperty('message', 'these rules are too much at this length: ask for a shorter password');
    expect(workSeconds() - begun).toBeLessThan(muchWork);
  });
});

describe('a random number', () => {
  it('is below its limit, and every one there comes', () => {
    for (const limit of [1n, 2n, 3n, 255n, 256n, 257n]) {
      const seen = new Set(Array.from({ length: Number(limit) * 20 }, () => randomBelow(limit)));
      expect([...seen].every((one) => one >= 0n && one < limit)).toBe(true);
      expect(seen.size).toBeGreaterThan(Number(limit) * 0.95);
    }
    const large = 2n ** 4000n;
    expect(randomBelow(large)).not.toBe(randomBelow(large));
  });
});
