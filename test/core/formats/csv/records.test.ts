import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords } from '../../../../src/core/formats/csv/records.ts';
import { speedCounts } from '../../../support/work.ts';
import { vaultError } from '../../support.ts';

function cells(text: string, delimiter = ','): string[][] {
  return [...csvRecords([text], delimiter)].map((record) => [...record.cells]);
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

describe('CSV records', () => {
  it('are separated by LF, CRLF, CR and CR CR LF, and need none at the end', () => {
    for (const end of ['\n', '\r\n', '\r', '\r\r\n']) {
      expect(cells(`a,b${end}c,d`)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      expect(cells(`a,b${end}c,d${end}`)).toEqual([
        ['a', 'b'],
        ['c', 'd'],
      ]);
    }
  });

  it('keep empty cells, blank lines and spaces', () => {
    expect(cells(',\n\n a , ')).toEqual([['', ''], [''], [' a ', ' ']]);
  });

  it('hold separators, quotes and line ends within quotes as they are', () => {
    expect(cells('"a,b","say ""hi""","one\r\ntwo\nthree"')).toEqual([['a,b', 'say "hi"', 'one\r\ntwo\nthree']]);
  });

  it('take ten quotes for four', () => {
    expect(cells('""""""""""')).toEqual([['""""']]);
  });

  it('take quotes within a plain cell as text, and say where text follows a closing quote', () => {
    expect(cells('a"b"c,d')).toEqual([['a"b"c', 'd']]);
    const [record] = csvRecords(['"a"b,c'], ',');
    expect(record).toEqual({ line: 1, cells: ['ab', 'c'], odd: true });
  });

  it('know the line they begin in, after quoted line ends too', () => {
    expect([...csvRecords(['h\r\n"a\nb\r\nc"\r\nd\n\ne'], ',')].map(({ line }) => line)).toEqual([1, 2, 5, 6, 7]);
  });

  it('refuse a quote that is never closed, and name its line', () => {
    expect(() => cells('a,b\nc,"d\ne,f\n')).toThrow(vaultError('invalid_request'));
    expect(() => cells('a,b\nc,"d\ne,f\n')).toThrow('line 2');
  });

  it.runIf(speedCounts)('refuse a cell of more than 16 MiB before holding much more', () => {
    let given = 0;
    const endless = function* () {
      yield '"';
      for (;;) {
        given++;
        yield 'x'.repeat(1024 * 1024);
      }
    };
    expect(() => [...csvRecords(endless(), ',')]).toThrow(vaultError('invalid_request'));
    expect(given).toBeLessThan(20);
  });

  it('refuse a line of more than 10,000 cells', () => {
    expect(() => cells(','.repeat(20_000))).toThrow(vaultError('invalid_request'));
  });

  it('come back as they were written, wherever the text is cut into pieces', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '💥', '"', ',', '\n', '\r', ' ', ';') });
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n'),
        fc.nat(7),
        (rows, end, step) => {
          const text = rows.map((row) => row.map(quoted).join(',')).join(end);
          const texts = text.match(new RegExp(`[^]{1,${step + 1}}`, 'g')) ?? [];
          expect([...csvRecords(texts, ',')].map((record) => record.cells)).toEqual(rows);
        },
      ),
    );
  });

  it('say the same of any text whether it comes whole or letter by letter', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r'), maxLength: 30 });
    const all = (texts: Iterable<string>) => {
      try {
        return [...csvRecords(texts, ',')];
      } catch {
        return 'refused';
      }
    };
    fc.assert(
      fc.property(text, (given) => {
        const whole = all([given]);
        const single = all(given);
        // How many lines a quoted CR makes is told by what follows it, which a single letter does not show.
        const shape = (found: typeof whole) => (found === 'refused' ? found : found.map((record) => [record.cells, record.odd]));
        expect(shape(single)).toEqual(shape(whole));
      }),
    );
  });
});
