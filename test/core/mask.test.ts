import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMasker, maskText, patternsOf } from '../../src/core/mask.ts';
import { muchWork, speedCounts, workSeconds } from '../support/work.ts';

/** What a masker shows of a text that comes in pieces. */
function mask(secrets: readonly string[], ...pieces: string[]): string {
  const masker = createMasker(secrets);
  const shown = pieces.map((piece) => masker.push(Buffer.from(piece)));
  return Buffer.concat([...shown, masker.flush()]).toString();
}

const m = maskText;

describe('a masker', () => {
  it.each([
    [['secret'], ['a secret.'], `a ${m}.`],
    [['secret'], ['a se', 'cr', 'et.'], `a ${m}.`],
    [['secret'], ['a sec'], 'a sec'],
    [['secret'], ['sesecret secretsecret'], `se${m} ${m}`],
    [['secret', 'secretary'], ['secretary secretar'], `${m} ${m}ar`],
    [['abcdef', 'defghi'], ['xabcdefghix'], `x${m}x`],
    [['abcdef', 'bcde'], ['abcde abcdef'], `a${m} ${m}`],
    [['abcdef', 'bcde'], ['abcdef'], m],
    [['abcdef', 'bcde'], ['abcde', 'f'], m],
    [['abcdef', 'bcde'], ['abcde', 'x'], `a${m}x`],
    [['abcdefghijkl', 'bcde', 'ghij'], ['abcdefghijkl'], m],
    [['aaaa'], ['aaa aaaaaaa'], `aaa ${m}`],
    [['pässwörd'], ['das pässwörd!'], `das ${m}!`],
    [['abc'], ['abc'], 'abc'],
    [[''], ['abc'], 'abc'],
    [['hunter22\n'], ['hunter22'], m],
    [['hunter2\r\n'], ['hunter2'], '<concealed by vault>'],
    [['{\n  a long line\n}'], ['a long line'], m],
    [['x\n12345678\n1234567'], ['12345678 1234567'], `${m} 1234567`],
  ])('with %j makes of %j: %j', (secrets, pieces, shown) => {
    expect(mask(secrets, ...pieces)).toBe(shown);
  });

  it('knows a key of several lines whole, as a terminal shows it, and line by line', () => {
    const key = '-----BEGIN KEY-----\nfirst line of it\nsecond line\n{\n-----END KEY-----\n';
    expect(mask([key], `key:\n${key}`)).toBe(`key:\n${m}\n`);
    expect(mask([key], `key:\r\n${key.replaceAll('\n', '\r\n')}`)).toBe(`key:\r\n${m}\r\n`);
    expect(mask([key], '> first line of it\n> {\n')).toBe(`> ${m}\n> {\n`);
    expect(patternsOf('a\nb')).toEqual(['a\nb', 'a\nb', 'a\r\nb']);
    expect(patternsOf('a\r\nb')).toEqual(['a\r\nb', 'a\nb', 'a\r\nb']);
    expect(patternsOf('abc')).toEqual([]);
  });

  it('shows the beginning of a secret once nothing more came for a while, and still knows the rest', () => {
    const masker = createMasker(['a long secret']);
    expect(masker.push(Buffer.from('say: a long')).toString()).toBe('say: ');
    expect(masker.pending).toBe(6);
    expect(masker.flush().toString()).toBe('a long');
    expect(masker.pending).toBe(0);
    expect(masker.push(Buffer.from(' secret is one')).toString()).toBe(`${m} is one`);
  });

  const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\n'), maxLength: 60 });
  const secretsOf = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\n'), minLength: 1, maxLength: 12 }), { maxLength: 4 });

  /** The same, by looking at everything at once. */
  function expected(secrets: readonly string[], text: string): string {
    const bytes = Buffer.from(text);
    const covered = new Uint8Array(bytes.length);
    for (const pattern of secrets.flatMap(patternsOf).map((one) => Buffer.from(one))) {
      for (let at = bytes.indexOf(pattern); at >= 0; at = bytes.indexOf(pattern, at + 1)) covered.fill(1, at, at + pattern.length);
    }
    const out: Buffer[] = [];
    for (let i = 0; i < bytes.length; i++) {
      if (covered[i] === 0) out.push(bytes.subarray(i, i + 1));
      else if (covered[i - 1] !== 1) out.push(Buffer.from(m));
    }
    return Buffer.concat(out).toString();
  }

  it('finds exactly what is there, wherever the text is cut', () => {
    fc.assert(
      fc.property(secretsOf, letters, fc.array(fc.nat(120), { maxLength: 8 }), (secrets, text, cuts) => {
        const bytes = Buffer.from(text);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const masker = createMasker(secrets);
        const shown = at.slice(1).map((end, i) => masker.push(bytes.subarray(at[i], end)));
        expect(Buffer.concat([...shown, masker.flush()]).toString()).toBe(expected(secrets, text));
      }),
      { numRuns: 3000 },
    );
  });

  it('never shows a whole secret, even where all is shown at once after every byte but the last of one', () => {
    fc.assert(
      fc.property(secretsOf, letters, fc.array(fc.boolean(), { minLength: 130, maxLength: 130 }), (secrets, text, flushes) => {
        const masker = createMasker(secrets);
        const bytes = Buffer.from(text);
        const shown = [...bytes].map((_, i) =>
          Buffer.concat([masker.push(bytes.subarray(i, i + 1)), flushes[i] === true ? masker.flush() : Buffer.alloc(0)]),
        );
        const all = Buffer.concat([...shown, masker.flush()])
          .toString()
          .replaceAll(m, '#');
        for (const pattern of secrets.flatMap(patternsOf)) expect(all).not.toContain(pattern);
      }),
      { numRuns: 2000 },
    );
  });

  it.runIf(speedCounts)('keeps up with a program that prints much', () => {
    const masker = createMasker(Array.from({ length: 40 }, (_, i) => `secret number ${String(i)} of many`));
    const piece = Buffer.from('the quick brown fox is no secret number of anything, sss\n'.repeat(1200));
    const begun = workSeconds();
    for (let i = 0; i < 700; i++) masker.push(piece);
    expect(workSeconds() - begun).toBeLessThan(muchWork);
  });
});
