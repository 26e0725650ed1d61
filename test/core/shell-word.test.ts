import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { shellWord, singleQuoted } from '../../src/core/shell-word.ts';

const texts = ['', ' ', "it's", "''", '$HOME', '`id`', '"', '\\', 'a\nb', '*', '~', '#', 'a;b', 'ä', '-n', '{a,b}', '!!', 'a&b', 'a b'];

it('a shell takes a quoted text for one word, whatever is in it', () => {
  const script = `printf '%s\\0' ${[...texts.map(singleQuoted), ...texts.map(shellWord)].join(' ')}`;
  expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe([...texts, ...texts, ''].join('\0'));
});

it('a plain text is a word as it is', () => {
  const plain = 'https://me@example.com:8443/a_b-c.d,e+f=%20';
  expect(shellWord(plain)).toBe(plain);
  for (const text of ['', 'a b', 'x;']) expect(shellWord(text)).toBe(`'${text}'`);
});
