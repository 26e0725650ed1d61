import { describe, expect, it } from 'vitest';
import { type Draft, newDraft } from '../../../src/core/formats/item.ts';
import { type Overflow, overflowField, overflowOf, readsBack, takeOverflow } from '../../../src/core/formats/overflow.ts';

const before = { name: 'before', value: '1', hidden: false };
const after = { name: 'after', value: '2', hidden: true };

function draftWith(value: string): Draft {
  return {
    ...newDraft('item 1'),
    name: 'old name',
    username: 'old username',
    password: 'old password',
    urls: ['https://old.example/'],
    totp: [
      { label: 'first', text: 'A' },
      { label: 'second', text: 'B' },
    ],
    notes: ['old notes', 'more'],
    fields: [before, { name: overflowField, value, hidden: true }, after],
    tags: ['old'],
  };
}

function taken(value: string): Draft {
  const draft = draftWith(value);
  takeOverflow(draft);
  return draft;
}

describe('what another format has no place for', () => {
  it('is kept in one hidden field, and in none where nothing is left over', () => {
    expect(overflowOf({})).toBeNull();
    expect(overflowOf({ tags: ['a'] })).toEqual({ name: 'vault.extra', value: '{"tags":["a"]}', hidden: true });
  });

  it('comes back in its places', () => {
    const left: Overflow = {
      name: 'name',
      username: 'username',
      password: 'password',
      notes: 'notes',
      totp: 'otpauth://totp/a?secret=AAAA',
      urls: ['https://new.example/', ''],
      fields: [{ name: 'field', value: 'value', hidden: false }],
      tags: ['new'],
      pending: { password: 'pending', createdAt: '2024-01-02T03:04:05.678Z' },
    };
    expect(taken(overflowOf(left)?.value ?? '')).toEqual({
      ...newDraft('item 1'),
      name: 'name',
      username: 'username',
      password: 'password',
      urls: ['https://old.example/', 'https://new.example/', ''],
      totp: [{ label: 'one-time code', text: 'otpauth://totp/a?secret=AAAA' }],
      notes: ['notes'],
      fields: [before, after, { name: 'field', value: 'value', hidden: false }],
      tags: ['old', 'new'],
      pending: { password: 'pending', createdAt: '2024-01-02T03:04:05.678Z' },
    });
  });

  it('leaves everything in its place that it does not name, or names in a shape of its own', () => {
    const untouched = { ...draftWith(''), fields: [before, after] };
    expect(taken('{}')).toEqual(untouched);
    expect(taken('{"name":1,"username":[],"password":{},"notes":null,"totp":true,"urls":"a","fields":{},"tags":1,"pending":"p"}')).toEqual(
      untouched,
    );
    expect(taken('{"urls":[1,"a"],"tags":[null,"b"],"fields":[1,{"name":"a"},{"value":"b"},{"name":"c","value":"d"}]}')).toEqual({
      ...untouched,
      urls: ['https://old.example/', 'a'],
      tags: ['old', 'b'],
      fields: [before, after, { name: 'c', value: 'd', hidden: true }],
    });
  });

  it('is taken where it is the first field too', () => {
    const draft = { ...newDraft('item 1'), fields: [{ name: overflowField, value: '{"name":"a"}', hidden: true }, after] };
    takeOverflow(draft);
    expect([draft.name, draft.fields]).toEqual(['a', [after]]);
  });

  it('is a field like any other where it is no object, and where its name is another', () => {
    for (const value of ['', 'text', '[]', 'null', '{']) expect(taken(value)).toEqual(draftWith(value));
    const other = { ...newDraft('item 1'), fields: [before, { name: 'vault.other', value: '{"name":"b"}', hidden: true }] };
    const draft = structuredClone({ ...other, attachments: [] });
    takeOverflow(draft);
    expect(draft).toEqual(other);
  });
});

describe('addresses', () => {
  it('come back from another format where none is empty and none comes twice', () => {
    expect([[], ['a', 'b'], ['a', 'a'], ['a', ''], ['']].map(readsBack)).toEqual([true, true, false, false, false]);
  });
});
