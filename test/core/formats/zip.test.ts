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

  it('gives names with slashes, and of two files of one name the later', () => {
    const files = open([
      { name: 'folder\\inner\\a', data: Buffer.from('one') },
      { name: 'b', data: text },
      { name: 'folder/inner/a', data: Buffer.from('later') },
    ]);
    expect([...files.values()].map((file) => [file.name, file.size, file.read().toString()])).toEqual([
      ['folder/inner/a', 5, 'later'],
      ['b', 19, text.toString()],
    ]);
  });

  it('is read past what programs add to its files, and their comments', () => {
    const time = Buffer.from('5554050003000000000a', 'hex');
    const files = open([
      { name: 'a', data: text, extra: time.subarray(0, 9), localExtra: Buffer.alloc(13, 1), comment: 'about a' },
      { name: 'b', data: text, localExtra: time },
    ]);
    expect([...files.values()].map((file) => [file.name, file.read().toString()])).toEqual([
      ['a', text.toString()],
      ['b', text.toString()],
    ]);
  });

  it('is found behind a comment, of any length', () => {
    for (const comment of ['PK\u0005\u0006 is how it ends', `PK\u0005\u0006${'x'.repeat(65_531)}`]) {
      expect([...openZip(bytesSource(zipOf([{ name: 'a', data: text }], { comment }))).keys()]).toEqual(['a']);
    }
    const more = Buffer.concat([zipOf([{ name: 'a', data: text }]), Buffer.from('more')]);
    expect(() => openZip(bytesSource(more))).toThrow('the archive has no directory: the file was cut short or is no ZIP file');
  });

  it('is known by how it begins, also where it holds nothing', () => {
    expect(isZip(bytesSource(zipOf([{ name: 'a', data: text }])))).toBe(true);
    expect(isZip(bytesSource(zipOf([])))).toBe(true);
    expect(openZip(bytesSource(zipOf([])))).toEqual(new Map());
    for (const other of ['', 'PK', 'PK\u0001\u0002', '{"a": 1}']) expect(isZip(bytesSource(Buffer.from(other)))).toBe(false);
  });

  it('is refused where it is cut short anywhere', () => {
    const whole = zipOf([{ name: 'a', data: text }]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => openZip(bytesSource(whole.subarray(0, length)))).toThrow(vaultError('invalid_request'));
    }
  });

  it('is refused where a file is not what the directory says', () => {
    const inflates = 'a file in it does not inflate to the size it claims';
    const checksum = 'a file in it is not what its checksum says';
    for (const [wrong, what] of [
      [{ checksum: 1 }, `is damaged: ${checksum}`],
      [{ checksum: 1, stored: true }, `is damaged: ${checksum}`],
      [{ claim: 5 }, `is damaged: ${inflates}`],
      [{ claim: 500 }, `is damaged: ${checksum}`],
      [{ claim: 5, stored: true }, `is damaged: ${checksum}`],
      [{ method: 8, stored: true }, `is damaged: ${inflates}`],
      [{ flags: 1 }, 'is encrypted, in a way that is not supported'],
      [{ flags: 9 }, 'is encrypted, in a way that is not supported'],
      [{ method: 12 }, 'is packed in a way that is not supported'],
    ] as const) {
      const files = open([{ name: 'a', data: text, ...wrong }]);
      expect(() => files.get('a')?.read()).toThrow(`the archive ${what}`);
    }
    // The other bits say how well it was packed, that its name is UTF-8, or that sizes stand behind it.
    expect(
      open([{ name: 'a', data: text, flags: 0x80e }])
        .get('a')
        ?.read(),
    ).toEqual(text);
  });

  it('is refused where a file is not where the directory says, or not whole', () => {
    const whole = zipOf([{ name: 'a', data: text, stored: true }]);
    const directory = whole.indexOf('PK\u0001\u0002');
    const changed = (at: number, value: number) => {
      const bytes = Buffer.from(whole);
      bytes.writeUInt32LE(value, at);
      return openZip(bytesSource(bytes)).get('a');
    };
    expect(() => changed(0, 0)?.read()).toThrow('the archive is damaged');
    expect(() => changed(directory + 42, whole.length - 29)?.read()).toThrow('the archive is damaged');
    expect(() => changed(directory + 20, whole.length)?.read()).toThrow('the archive is damaged: a file in it is cut short');
  });

  it('is refused where its directory is not whole, or larger than any', () => {
    const whole = 'the archive is damaged: its directory is not whole';
    const files = [{ name: 'a', data: text }];
    const with64 = (claims: { count?: number; length?: number; offset?: number }) => () => openZip(bytesSource(zipOf(files, { claims })));
    for (const claims of [{ count: 2 }, { offset: 0 }, { length: 1000 }, { length: 46 - 1 }]) expect(with64(claims)).toThrow(whole);
    expect(with64({ length: 64 * 1024 * 1024 })).toThrow(whole);
    expect(with64({ length: 64 * 1024 * 1024 + 1 })).toThrow('the archive has a directory of more than 64 MiB');
  });

  it('is refused where it is a bomb, one file or many', () => {
    const zeros = Buffer.alloc(100 * 1024 * 1024);
    expect(() => open([{ name: 'bomb', data: zeros }])).toThrow('the archive inflates beyond all measure');
    const small = { data: Buffer.alloc(1024), claim: 60 * 1024 * 1024 };
    expect(() =>
      open([
        { name: 'a', ...small },
        { name: 'b', ...small },
      ]),
    ).toThrow('the archive inflates beyond all measure');
    expect(open([{ name: 'large', data: text, claim: 64 * 1024 * 1024 }]).size).toBe(1);
  });

  it('is refused where one of its files is a bomb, or larger than any, though all together are not', () => {
    const rest = { name: 'rest', data: Buffer.alloc(3 * 1024 * 1024), stored: true };
    const files = (claim: number) => open([{ name: 'a', data: text, claim }, rest]);
    expect(() =>
      files(64 * 1024 * 1024 + 1)
        .get('a')
        ?.read(),
    ).toThrow('the archive holds a file that inflates beyond all measure');
    expect(() =>
      files(512 * 1024 * 1024 + 1)
        .get('a')
        ?.read(),
    ).toThrow('the archive holds a file larger than 512 MiB');
    expect(
      Buffer.compare(
        files(64 * 1024 * 1024)
          .get('rest')
          ?.read() ?? text,
        rest.data,
      ),
    ).toBe(0);
  });

  it('gives a small file however well it is packed, and a large one that is not', () => {
    const small = Buffer.alloc(1024 * 1024);
    expect(
      open([{ name: 'a', data: small }])
        .get('a')
        ?.read().length,
    ).toBe(small.length);
    const large = Buffer.alloc(64 * 1024 * 1024 + 1);
    expect(
      open([{ name: 'a', data: large, stored: true }])
        .get('a')
        ?.read().length,
    ).toBe(large.length);
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

describe('a ZIP64 archive', () => {
  const second = { name: 'b', data: Buffer.from('another') };

  it('gives its files wherever their sizes and places stand', () => {
    const time = Buffer.from('555405000300000000', 'hex');
    for (const wide of [['size'], ['packed'], ['offset'], ['size', 'packed'], ['size', 'offset'], ['size', 'packed', 'offset']] as const) {
      for (const extra of [Buffer.alloc(0), time]) {
        const files = open([
          { name: 'a', data: text },
          { ...second, wide, extra },
          { name: 'c', data: text, wide },
        ]);
        expect([...files.values()].map((file) => [file.name, file.size, file.read().toString()])).toEqual([
          ['a', 19, text.toString()],
          ['b', 7, 'another'],
          ['c', 19, text.toString()],
        ]);
      }
    }
  });

  it('has its directory where the larger records say', () => {
    const files = [{ name: 'a', data: text }, second];
    for (const claims of [{ count: 0xffff }, { length: 0xffffffff }, { offset: 0xffffffff }]) {
      for (const comment of ['', 'a comment']) {
        const found = openZip(bytesSource(zipOf(files, { claims, zip64: true, comment })));
        expect([...found.values()].map((file) => file.read().toString())).toEqual([text.toString(), 'another']);
      }
    }
    // The smaller one counts where it says everything.
    expect([...openZip(bytesSource(zipOf(files, { claims: { count: 1 }, zip64: true }))).keys()]).toEqual(['a']);
  });

  it('is refused where those records are missing or damaged', () => {
    const claims = { length: 0xffffffff };
    expect(() => openZip(bytesSource(zipOf([second], { claims })))).toThrow('the archive has a directory of more than 64 MiB');
    expect(() => openZip(bytesSource(zipOf([], { claims })))).toThrow('the archive has a directory of more than 64 MiB');
    const whole = zipOf([second], { claims, zip64: true });
    const record = whole.indexOf('PK\u0006\u0006');
    const locator = whole.indexOf('PK\u0006\u0007');
    for (const [at, value] of [
      [record, 0n],
      [record + 32, 1n << 60n],
      [record + 40, 1n << 53n],
      [record + 48, (1n << 64n) - 1n],
      [locator + 8, BigInt(whole.length - 55)],
      [locator + 8, BigInt(whole.length - 2)],
      [locator + 8, 1n << 60n],
    ] as const) {
      const changed = Buffer.from(whole);
      changed.writeBigUInt64LE(value, at);
      expect(() => openZip(bytesSource(changed))).toThrow('the archive is damaged');
    }
  });

  it("is refused where a file's larger sizes are missing or no sizes", () => {
    const field = (hex: string) => Buffer.from(hex, 'hex');
    for (const extra of [field('01000000'), field('0100040000000000'), field(`01000800${'ff'.repeat(8)}`)]) {
      expect(() => open([{ ...second, claim: 0xffffffff, extra }])).toThrow('the archive is damaged');
    }
    expect(() => open([{ ...second, claim: 0xffffffff }])).toThrow('the archive inflates beyond all measure');
  });
});
