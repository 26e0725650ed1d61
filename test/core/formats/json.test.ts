import { describe, expect, it } from 'vitest';
import {
  asFlag,
  asItems,
  asList,
  asNumber,
  asObject,
  asObjects,
  asText,
  jsonOrNull,
  parseJson,
  readJson,
} from '../../../src/core/formats/json.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { vaultError } from '../support.ts';

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + close.repeat(depth);

describe('JSON of a file', () => {
  it('nests 200 deep at most, in lists and in objects', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"":', '}'],
    ] as const) {
      const [inner, last] = open === '[' ? ['', ''] : ['{', '}'];
      const text = (depth: number) => nested(depth - inner.length, open, close).replace(close, `${inner}${last}${close}`);
      expect(JSON.stringify(parseJson(text(200)))).toBe(text(200));
      expect(() => parseJson(text(201))).toThrow(vaultError('invalid_request'));
      expect(() => parseJson(text(201))).toThrow('the file is JSON that is nested too deep');
    }
  });

  it('may have as many lists and objects beside one another as it wants', () => {
    const text = `[${Array(300).fill('[],{}').join(',')}]`;
    expect(parseJson(text)).toHaveLength(600);
  });

  it('may have any number of brackets in its texts, beside quotes and backslashes', () => {
    for (const value of ['['.repeat(300), '{'.repeat(300), `"${'['.repeat(300)}`, `\\"${'{'.repeat(300)}\\`, `\\${'['.repeat(300)}`]) {
      expect(parseJson(JSON.stringify([value, [value]]))).toEqual([value, [value]]);
    }
    expect(() => parseJson(`["\\\\",${nested(200, '[', ']')}]`)).toThrow('nested too deep');
    expect(() => parseJson(`["a",${nested(200, '[', ']')}]`)).toThrow('nested too deep');
  });

  it('is refused where it is none, and nothing of it is told', () => {
    for (const text of ['', '{"secret": ', '"secret', '"secret\\', 'secret', '{} {}']) {
      expect(() => parseJson(text)).toThrow(vaultError('invalid_request'));
      expect(() => parseJson(text)).toThrow(/^the file is not whole JSON: it was cut short, damaged, or is of another format$/);
      expect(jsonOrNull(text)).toBeNull();
    }
    expect(jsonOrNull(nested(201, '[', ']'))).toBeNull();
    expect([jsonOrNull('{"a": [1]}'), jsonOrNull('false')]).toEqual([{ a: [1] }, false]);
  });

  it('is read from a file where it is an object', () => {
    expect(readJson(bytesSource(Buffer.from('\uFEFF{"a": [1]}')))).toEqual({ a: [1] });
    for (const text of ['[]', '[{}]', 'null', '1', '"text"']) {
      const source = bytesSource(Buffer.from(text));
      expect(() => readJson(source)).toThrow(vaultError('invalid_request'));
      expect(() => readJson(source)).toThrow('the file is JSON, but not of the shape this format has');
    }
  });
});

describe('a value of another program', () => {
  const values = [undefined, null, true, false, 0, 1, -1.5, '', 'text', '1', '0', 'true', 'false', [], [{}], {}, { a: 1 }];
  const taken = <T>(read: (value: unknown) => T, nothing: T) =>
    values.map((value) => [value, read(value)] as const).filter(([, given]) => JSON.stringify(given) !== JSON.stringify(nothing));

  it('is an object, a list, or nothing', () => {
    expect(taken(asObject, null)).toEqual([
      [{}, {}],
      [{ a: 1 }, { a: 1 }],
    ]);
    expect(taken(asList, [])).toEqual([[[{}], [{}]]]);
    expect(asObjects([1, null, {}, 'text', [], { a: 1 }])).toEqual([{}, { a: 1 }]);
    expect(taken(asObjects, [])).toEqual([[[{}], [{}]]]);
  });

  it('holds items in a list or by their ids, and is an item itself where it is neither', () => {
    expect([undefined, null, [], {}].map(asItems)).toEqual([[], [], [], []]);
    expect(asItems([1, null, { a: 2 }])).toEqual([1, null, { a: 2 }]);
    expect(asItems({ a: { b: 1 }, c: 2 })).toEqual([{ b: 1 }, 2]);
    expect(['text', 0, false].map(asItems)).toEqual([['text'], [0], [false]]);
  });

  it('is a text, as numbers and truth values are too', () => {
    expect(taken(asText, null)).toEqual([
      [true, 'true'],
      [false, 'false'],
      [0, '0'],
      [1, '1'],
      [-1.5, '-1.5'],
      ['text', 'text'],
      ['1', '1'],
      ['0', '0'],
      ['true', 'true'],
      ['false', 'false'],
    ]);
  });

  it('is a number, as whole ones in a text are too', () => {
    expect(taken(asNumber, null)).toEqual([
      [0, 0],
      [1, 1],
      [-1.5, -1.5],
      ['1', 1],
      ['0', 0],
    ]);
    expect(['-12', '123456789012345', '1234567890123456', '1.5', ' 1', '1 ', '1a', 'a1', '--1'].map(asNumber)).toEqual([
      -12,
      123_456_789_012_345,
      ...Array<null>(7).fill(null),
    ]);
  });

  it('is a flag that is set, or one that is not', () => {
    expect(taken(asFlag, false)).toEqual([
      [true, true],
      [1, true],
      ['1', true],
      ['true', true],
    ]);
  });
});
