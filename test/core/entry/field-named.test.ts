import { describe, expect, it } from 'vitest';
import { fieldNamed, ownFieldNames } from '../../../src/core/entry/field-named.ts';

const fields = ['Recovery', 'PIN', 'pin', 'Zu\u0308rich', 'Notes'].map((name) => ({ name, value: '', hidden: false }));

describe("a field's name", () => {
  it("is an entry's own part first, as it is written", () => {
    expect(ownFieldNames).toEqual(['password', 'username', 'url', 'notes', 'totp', 'code', 'id']);
    for (const own of ownFieldNames) expect(fieldNamed({ fields: [{ name: own, value: '', hidden: false }] }, own)).toBe(own);
  });

  it.each([
    ['PIN', 1],
    ['pin', 2],
    ['Pin', 1],
    ['recovery', 0],
    ['z\u00dcRICH', 3],
    ['Notes', 4],
    ['NOTES', 4],
    ['PassWord', 'password'],
    ['recover', null],
    ['', null],
  ])('%j means a field as it is spelled, then one in other letters, then a part in other letters: %j', (name, meant) => {
    expect(fieldNamed({ fields }, name)).toBe(meant);
  });
});
