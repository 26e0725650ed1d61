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
  ])('for %j begin with %j', (typed, meant) => {
    expect(suggest(typed, names)[0]).toBe(meant);
  });

  it('are none for what nobody could have meant', () => {
    for (const typed of ['', '  ', 'qqqqqq', 'xylophone', 'y', 'z9', '\u0000']) expect(suggest(typed, names)).toEqual([]);
  });

  it('put what contains the query before what is only like it', () => {
    expect(suggest('work', ['wark', 'my/work', 'work/db', 'xyz'])).toEqual(['work/db', 'my/work', 'wark']);
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

  it.runIf(speedCounts)('come quickly from many long names', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => `department/server-${String(at)}.example.com`);
    const started = workSeconds();
    suggest('departmnet/sevrer-17.exmaple.org', many);
    suggest('x'.repeat(100_000), many);
    expect(workSeconds() - started).toBeLessThan(muchWork);
  });
});
