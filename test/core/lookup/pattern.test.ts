import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold } from '../../../src/core/lookup/fold.ts';
import { namePattern } from '../../../src/core/lookup/pattern.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

describe('a pattern for names', () => {
  it.each([
    ['git', 'GitHub.com', true],
    ['HUB', 'github.com', true],
    ['', 'anything', true],
    ['strasse', 'Hauptstraße', true],
    ['lab', 'github.com', false],
    ['git*', 'github.com', true],
    ['git*', 'my/github.com', false],
    ['*.com', 'github.com', true],
    ['work/*', 'work/db', true],
    ['work/*', 'work/a/b', true],
    ['work/?b', 'work/db', true],
    ['work/?', 'work/db', false],
    ['?', '🔑', true],
    ['*', '', true],
    ['?', '', false],
    ['a*b*c', 'aXbXbXc', true],
    ['a*b*c', 'aXbXbX', false],
    ['a.c*', 'abc', false],
    ['[ab]*', 'a', false],
  ])('%j takes %j: %s', (pattern, name, taken) => {
    expect(namePattern(pattern)(name)).toBe(taken);
  });

  it('means what the same expression with .* and . means', () => {
    const part = fc.stringMatching(/^[ab*?]{0,8}$/);
    fc.assert(
      fc.property(part, fc.stringMatching(/^[ab]{0,10}$/), (pattern, name) => {
        fc.pre(/[*?]/.test(pattern));
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'su');
        expect(namePattern(pattern)(name)).toBe(expression.test(fold(name)));
      }),
      { numRuns: 3000 },
    );
  });

  it('does not hang on what would make an expression hang', () => {
    const started = workSeconds();
    expect(namePattern(`${'*a'.repeat(500)}b`)('a'.repeat(1000))).toBe(false);
    expect(workSeconds() - started).toBeLessThan(muchWork);
  });
});
