import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../src/core/env-file.ts';
import { vaultError } from './support.ts';
import { muchWork, workSeconds } from '../support/work.ts';

function read(text: string): Record<string, string> {
  return Object.fromEntries(parseEnvFile(text).map(({ name, value }) => [name, value]));
}

describe('an env file', () => {
  it.each([
    ['A=1', { A: '1' }],
    ['A=1\nB=2\n', { A: '1', B: '2' }],
    ['\uFEFFexport A=1\r\n# comment\r\n\r\n  B = two words  # and a comment\r\n', { A: '1', B: 'two words' }],
    ['A=a#b\nC= # nothing', { A: 'a#b', C: '' }],
    ['A=\nB=x', { A: '', B: 'x' }],
    [`A='it is "$HOME" \\n # x'`, { A: 'it is "$HOME" \\n # x' }],
    ['A="one\\ntwo\\t\\"q\\" \\\\ \\$X \\d" # c', { A: 'one\ntwo\t"q" \\ $X \\d' }],
    ['A="line 1\nline 2"\nB=1', { A: 'line 1\nline 2', B: '1' }],
    ['URL=postgres://u@h/db?x=1&y=2', { URL: 'postgres://u@h/db?x=1&y=2' }],
    ['A=1\nA=2', { A: '2' }],
    ['A=a\uFEFFb\rB="\\r"\rexport \t C=3', { A: 'a\uFEFFb', B: '\r', C: '3' }],
    ['npm_config_x.y-z=1', { 'npm_config_x.y-z': '1' }],
    ['DB=vault://work/db/password # the reference', { DB: 'vault://work/db/password' }],
    ['', {}],
  ])('%j is read', (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });

  it.each([
    ['A', 1],
    ['A=1\nnot an assignment', 2],
    ['1A=x', 1],
    ['A!=x', 1],
    [`A='x' B=y`, 1],
    ['A B=x', 1],
    [`A='x\n\ny`, 1],
    ['\n\nA="x\\"', 3],
    [`A='x' y`, 1],
    ['A="x\ny" z', 2],
    ['=x', 1],
    ['A=1\nB="a\0b"', 2],
    ['\0', 1],
    ['A=1\nB=\0\nC=2\n', 2],
  ])('%j is refused, with the line and nothing of what stands there', (text, line) => {
    const hint = 'a line is NAME=VALUE, a comment (#) or empty; a value in single quotes stays as it is';
    expect(() => parseEnvFile(text)).toThrow(vaultError('usage', hint));
    expect(() => parseEnvFile(text)).toThrow(new RegExp(`^line ${String(line)} of the env file \\w`));
  });

  const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/\r/g, ''));

  it('gives back every value that is written in quotes', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const quote = (text: string) => `"${text.replace(/["\\$]/g, '\\$&').replaceAll('\n', '\\n')}"`;
        const text = values.map((one, i) => `V${String(i)}=${one.includes("'") ? quote(one) : `'${one}'`}`).join('\n');
        expect(parseEnvFile(text).map((found) => found.value)).toEqual(values);
      }),
    );
  });

  it('of any kind is read or refused, in a time that does not explode', () => {
    const noise = fc.string({ unit: fc.constantFrom('A', '=', "'", '"', '\\', '\n', ' ', '#', 'export ', '\r') });
    fc.assert(
      fc.property(noise, (text) => {
        try {
          parseEnvFile(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
        }
      }),
      { numRuns: 3000 },
    );
    const begun = workSeconds();
    for (const hostile of ['A="'.repeat(200_000), `A='${'\\'.repeat(1_000_000)}`, `A=${' \t'.repeat(500_000)}x`, ' '.repeat(1_000_000)]) {
      expect(() => parseEnvFile(`${hostile}\n=`)).toThrow();
    }
    expect(workSeconds() - begun).toBeLessThan(muchWork);
  });
});
