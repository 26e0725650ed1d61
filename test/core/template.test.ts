import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, parseTemplate } from '../../src/core/template.ts';
import { vaultError } from './support.ts';

function fill(text: string, ...values: string[]): string {
  return fillTemplate(parseTemplate(Buffer.from(text)), values).toString();
}

describe('a template', () => {
  it.each([
    ['a: {{ vault://db/password }}\n', 'a: 1\n'],
    ['{{vault://a/b}}{{\tvault://a/b\t}}', '12'],
    ['{{ other }} {{vault}} {vault://a/b} vault://a/b }}', '{{ other }} {{vault}} {vault://a/b} vault://a/b }}'],
    ['{{{ vault://a/b }}}', '{1}'],
    ['ä {{ vault://ä/ü }} 🔑', 'ä 1 🔑'],
    ['', ''],
  ])('%j is filled', (text, filled) => {
    expect(fill(text, '1', '2')).toBe(filled);
  });

  it('has references in UTF-8', () => {
    const [found] = parseTemplate(Buffer.from('{{ vault://ä/ü }}')).references;
    expect(found).toEqual({ reference: { name: 'ä', username: null, field: 'ü' }, line: 1 });
  });

  it('is filled once: what a value holds is no template', () => {
    expect(fill('{{ vault://a/b }}', '{{ vault://c/d }}')).toBe('{{ vault://c/d }}');
  });

  it('keeps every byte of any encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (before, after) => {
        const whole = Buffer.concat([before, Buffer.from('{{ vault://a/b }}'), after]);
        fc.pre(!Buffer.from(before).includes('{') && !Buffer.from(after).includes('{'));
        const filled = fillTemplate(parseTemplate(whole), ['x']);
        expect(filled).toEqual(Buffer.concat([before, Buffer.from('x'), after]));
      }),
    );
  });

  it.each([
    ['\n\n{{ vault://a }}', 3, 'for example vault://github.com/password; spaces and ? # & % are percent-encoded (%20)'],
    ['{{ vault://a%/c }}', 1, 'a percent sign itself is written %25'],
    ['{{ vault://a/b }}\n{{ vault://a/b }\n}}', 2, 'it ends with }}'],
    ['x\n{{vault://a/b', 2, 'it ends with }}'],
  ])('%j is refused with its line', (text, line, hint) => {
    expect(() => parseTemplate(Buffer.from(text))).toThrow(new RegExp(`^line ${String(line)}: `));
    expect(() => parseTemplate(Buffer.from(text))).toThrow(vaultError('usage', hint));
  });
});
