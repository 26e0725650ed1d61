import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../src/core/errors.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { isZip, openZip } from '../../../src/core/formats/zip.ts';
import { vaultError } from '../support.ts';
import { type Packed, zipOf } from './zip-support.ts';

function open(files: readonly Packed[]) {
  return openZip(bytesSource(zipOf(files)));
}

const text = Buffer.from('hello, hello, hello');

describe('an archive', () => {
  it('gives its files, stored and deflated, without its folders', () => {
    const files = open([
      { name: 'folder/', data: Buffer.alloc(0), stored: true },
      { name: 'folder/ä.txt', data: text },
      { name: 'stored', data: text, stored: true },
      { name: 'empty', data: Buffer.alloc(0) },
    ]);
    expect([...files.keys()]).toEqual(['folder/ä.txt', 'stored', 'empty']);
    expect([...files.values()].map((file) => file.read().toString())).toEqual([text.toString(), text.toString(), '']);
  });

  it('is found behind a comment', () => {
    expect(openZip(bytesSource(zipOf([{ name: 'a', data: text }], { comment: 'PK\u0005\u0006 is how it ends' }))).size).toBe(1);
  });

  it('is refused where it is cut short anywhere', () => {
    const whole = zipOf([{ name: 'a', data: text }]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => openZip(bytesSource(whole.subarray(0, length)))).toThrow(vaultError('invalid_request'));
    }
    expect(isZip(bytesSource(whole))).toBe(true);
    expect(isZip(bytesSource(Buffer.from('PK')))).toBe(false);
  });

  it('is refused where a file is not what the directory says', () => {
    for (const wrong of [{ checksum: 1 }, { claim: 5 }, { claim: 500 }, { flags: 1 }]) {
      expect(() =>
        open([{ name: 'a', data: text, ...wrong }])
          .get('a')
          ?.read(),
      ).toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where it is a bomb, one file or many', () => {
    const zeros = Buffer.alloc(100 * 1024 * 1024);
    expect(() => open([{ name: 'bomb', data: zeros }])).toThrow('beyond all measure');
    const small = { data: Buffer.alloc(1024), claim: 60 * 1024 * 1024 };
    expect(() =>
      open([
        { name: 'a', ...small },
        { name: 'b', ...small },
      ]),
    ).toThrow('beyond all measure');
  });

  it('never inflates beyond what it claims', () => {
    const files = open([{ name: 'liar', data: Buffer.alloc(50 * 1024 * 1024), claim: 10 }]);
    const before = process.memoryUsage().rss;
    expect(() => files.get('liar')?.read()).toThrow(vaultError('invalid_request'));
    expect(process.memoryUsage().rss - before).toBeLessThan(20 * 1024 * 1024);
  });

  it('that was changed in any byte is read or refused, never anything else', () => {
    const whole = zipOf([
      { name: 'a.json', data: text },
      { name: 'b', data: text, stored: true },
    ]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(whole);
        changed[at] = value;
        try {
          for (const file of openZip(bytesSource(changed)).values()) expect(file.read().toString()).toBe(text.toString());
        } catch (error) {
          expect(error).toBeInstanceOf(VaultError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
