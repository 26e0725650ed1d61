import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idBytes, idText, newId } from '../../../src/core/entry/id.ts';
import { entryId } from '../../../src/core/entry/schema.ts';

describe('an id', () => {
  it('is 16 bytes and a text, each made of the other', () => {
    fc.assert(
      fc.property(fc.uuid(), (text) => {
        expect(idBytes(text)).toHaveLength(16);
        expect(idText(idBytes(text))).toBe(text);
      }),
    );
  });

  it('is new each time, and a UUIDv4', () => {
    const ids = Array.from({ length: 100 }, () => idText(newId()));
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => entryId.safeParse(id).success)).toBe(true);
  });
});
