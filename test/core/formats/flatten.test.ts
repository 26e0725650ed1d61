import { describe, expect, it } from 'vitest';
import { addObject, type FlattenOptions, humanName, objectsOf } from '../../../src/core/formats/flatten.ts';
import { newDraft } from '../../../src/core/formats/item.ts';

function fieldsOf(object: Readonly<Record<string, unknown>>, options?: FlattenOptions) {
  const draft = newDraft('item 1');
  addObject(draft, object, options);
  return draft.fields.map(({ name, value, hidden }) => [name, value, ...(hidden ? ['hidden'] : [])]);
}

describe('a key as a name', () => {
  it.each([
    ['zipOrPostalCode', 'zip or postal code'],
    ['expiration_month', 'expiration month'],
    ['__a_b_', 'a b'],
    ['IBAN', 'IBAN'],
    ['sharedID', 'shared ID'],
    ['planB', 'plan b'],
    ['line2B', 'line2B'],
    ['already a name', 'already a name'],
    ['', ''],
  ])('%s is %s', (key, name) => {
    expect(humanName(key)).toBe(name);
  });
});

describe('an object that no reader knows', () => {
  it('is kept as fields named by its keys', () => {
    expect(fieldsOf({ firstName: 'Ada', age: 36, isActive: false, address: { cityName: 'London', lines: ['1', { two: '2' }] } })).toEqual([
      ['first name', 'Ada'],
      ['age', '36'],
      ['is active', 'false'],
      ['address city name', 'London'],
      ['address lines', '1'],
      ['address lines two', '2'],
    ]);
  });

  it('has no fields for what is empty', () => {
    expect(fieldsOf({ a: null, b: undefined, c: '', d: [], e: {}, f: [null, { g: '' }] })).toEqual([]);
  });

  it('has a name before each, where one is wanted, and none of the keys that have a place already', () => {
    expect(fieldsOf({ a: '1', b: { a: '2', c: '3' }, '': '4' }, { prefix: 'card', except: ['a'] })).toEqual([
      ['card b a', '2'],
      ['card b c', '3'],
      ['card', '4'],
    ]);
    expect(fieldsOf({ a: { '': '1' } })).toEqual([['a', '1']]);
  });

  it('hides what its names tell to be secret, or everything', () => {
    expect(fieldsOf({ pinCode: '1', userPin: '2', login: { password: '3', name: '4' } })).toEqual([
      ['pin code', '1', 'hidden'],
      ['user pin', '2', 'hidden'],
      ['login password', '3', 'hidden'],
      ['login name', '4'],
    ]);
    expect(fieldsOf({ a: '1', b: [{ c: '2' }] }, { hidden: true })).toEqual([
      ['a', '1', 'hidden'],
      ['b c', '2', 'hidden'],
    ]);
  });

  it('is kept as it is written, hidden, where it nests deeper than any program does', () => {
    expect(fieldsOf({ a: [[[[[['text', ['list'], { b: 'object' }]]]]]] })).toEqual([
      ['a', 'text'],
      ['a', '["list"]', 'hidden'],
      ['a', '{"b":"object"}', 'hidden'],
    ]);
    expect(fieldsOf({ a: { b: { c: { d: { e: { f: { g: { h: ['list'] } } } } } } } })).toEqual([
      ['a b c d e f g', '{"h":["list"]}', 'hidden'],
    ]);
  });
});

describe('the objects of a list', () => {
  it('are taken, and whatever else stands there or in its place is kept in hidden fields', () => {
    const read = (item: Readonly<Record<string, unknown>>) => {
      const draft = newDraft('item 1');
      return [objectsOf(draft, item, 'ownFields'), ...draft.fields];
    };
    const kept = (name: string, value: string) => ({ name, value, hidden: true });
    for (const none of [{}, { ownFields: null }, { ownFields: [] }, { ownFields: '' }, { others: ['a'] }]) expect(read(none)).toEqual([[]]);
    expect(read({ ownFields: [{ a: 1 }, 'loose', null, {}, 2, ['inner']] })).toEqual([
      [{ a: 1 }, {}],
      kept('own fields', 'loose'),
      kept('own fields', '2'),
      kept('own fields', 'inner'),
    ]);
    expect(read({ ownFields: 'text' })).toEqual([[], kept('own fields', 'text')]);
    expect(read({ ownFields: { a: { b: 'c' } } })).toEqual([[], kept('own fields a b', 'c')]);
  });
});
