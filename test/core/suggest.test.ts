import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suggest } from '../../src/core/suggest.ts';
import { muchWork, speedCounts, workSeconds } from '../support/work.ts';

const names = ['github.com', 'gitlab.com', 'bitbucket.org', 'work/db', 'work/mail', 'Zürich', 'x'];

describe('suggestions', () => {
  it.each([
    ['githb.com', 'github.com'],
    ['gihtub.com', 'github.com'],
    ['githubb.com', 'github.com'],
    ['gitlab.co', 'gitlab.com'],
    ['GITHUB', 'github.com'],
    ['mail', 'work/mail'],
    ['wrok/db', 'work/db'],
    ['zurich', 'Zürich'],
    ['https://github.com/login', 'github.com'],
    ['  github ', 'github.com'],
  ])('for %j begin with %j', (typed, meant) => {
    expect(suggest(typed, names)[0]).toBe(meant);
  });

  it('are none for what nobody could have meant', () => {
    for (const typed of ['', '  ', 'qqqqqq', 'xylophone', 'y', 'z9', '\u0000']) expect(suggest(typed, names)).toEqual([]);
  });

  it('put what contains the query before what is only like it', () => {
    expect(suggest('work', ['wark', 'my/work', 'work/db', 'xyz'])).toEqual(['work/db', 'my/work', 'wark']);
  });

  it('take a slip for every three characters, and one in any case', () => {
    expect(suggest('ab', ['ax', 'xy'])).toEqual(['ax']);
    expect(suggest('abcde', ['abcdx', 'abcxy'])).toEqual(['abcdx']);
    expect(suggest('abcdef', ['abcxyz', 'abcdxy', 'abcdex'])).toEqual(['abcdex', 'abcdxy']);
  });

  it('are found within what was typed where they have three characters or more', () => {
    expect(suggest('https://abc.example/ax', ['ax', 'abc'])).toEqual(['abc']);
  });

  it('of one rank are the shorter first, then in order', () => {
    expect(suggest('site', ['site30', 'site2', 'site1', 'site3'])).toEqual(['site1', 'site2', 'site3', 'site30']);
  });

  it('are at most five, or as many as asked for', () => {
    const many = Array.from({ length: 20 }, (_, at) => `site${String(at)}`);
    expect(suggest('site', many)).toHaveLength(5);
    expect(suggest('site', many, 2)).toHaveLength(2);
  });

  it('name nothing twice', () => {
    expect(suggest('site', ['site1', 'site1', 'site2'])).toEqual(['site1', 'site2']);
  });

  it('always find a name with one slip in it', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{4,12}$/),
        fc.nat(),
        fc.constantFrom('drop', 'insert', 'replace', 'swap'),
        (name, where, slip) => {
          const at = where % (name.length - 1);
          const [before, here, next, after] = [name.slice(0, at), name.charAt(at), name.charAt(at + 1), name.slice(at + 2)];
          const middle = { drop: next, insert: `${here}-${next}`, replace: `-${next}`, swap: next + here }[slip];
          expect(suggest(before + middle + after, [name, 'entirely-different'])).toContain(name);
        },
      ),
    );
  });

  /** The same, one slip after the other. */
  function slips(a: string, b: string): number {
    if (a === '' || b === '') return a.length + b.length;
    const [a1, a2] = a;
    const [b1, b2] = b;
    return Math.min(
      slips(a.slice(1), b) + 1,
      slips(a, b.slice(1)) + 1,
      slips(a.slice(1), b.slice(1)) + (a1 === b1 ? 0 : 1),
      a1 === b2 && a2 === b1 ? slips(a.slice(2), b.slice(2)) + 1 : Infinity,
    );
  }

  it('come in the order of the slips that it takes', () => {
    const text = fc.stringMatching(/^[abc]{1,6}$/);
    fc.assert(
      fc.property(text, fc.uniqueArray(text, { maxLength: 12 }), (typed, all) => {
        const others = all.filter((name) => !name.includes(typed) && !(name.length >= 3 && typed.includes(name)));
        const counted = others.map((name) => ({ name, count: slips(typed, name) }));
        const meant = counted.filter(({ count }) => count <= Math.max(1, Math.floor(typed.length / 3)) && count < typed.length);
        meant.sort((a, b) => a.count - b.count || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
        expect(suggest(typed, others, 12)).toEqual(meant.map(({ name }) => name));
      }),
      { numRuns: 300 },
    );
  });

  it.runIf(speedCounts)('come quickly from many long names', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `department/server-${String(at)}.example.com`);
    const started = workSeconds();
    suggest('departmnet/sevrer-17.exmaple.org', many);
    suggest('x'.repeat(100_000), many);
    expect(workSeconds() - started).toBeLessThan(muchWork);
  });
});
