import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/core/entry/id.ts';
import type { StagedEntry } from '../../../src/daemon/store/staged-rows.ts';
import { HeldEntries } from '../../../src/daemon/vault/held-entries.ts';

const sealed = (bodyLength: number, values: number, revisions = 0) => ({
  id: newId(),
  trashed: bodyLength % 2 === 1,
  wrappedKey: randomBytes(337),
  body: randomBytes(bodyLength),
  lookupValues: Array.from({ length: values }, () => randomBytes(16)),
  past: Array.from({ length: revisions }, () => randomBytes(593)),
});

/** What `toEqual` would take a minute for. */
const text = ({ id, trashed, wrappedKey, body, lookupValues, past }: StagedEntry) =>
  [id, wrappedKey, body, ...lookupValues, ...past]
    .map((part) => part.toString('base64'))
    .concat(String(trashed))
    .join(' ');

describe('sealed entries that wait', () => {
  it('come back as they were, in the order of their ids, those larger than a slab and those with earlier revisions too', () => {
    const entries = [
      sealed(593, 4),
      sealed(1_500_001, 8, 3),
      ...Array.from({ length: 1000 }, (_, i) => sealed(1000 + i, 4)),
      sealed(82, 0, 1),
    ];
    const held = new HeldEntries();
    for (const entry of entries) held.add(entry);
    const inOrder = entries.sort((a, b) => Buffer.compare(a.id, b.id));
    expect(Array.from(held.inOrder(), text)).toEqual(inOrder.map(text));
  });

  it('know what they take', () => {
    const held = new HeldEntries();
    expect(held.bytes).toBe(0);
    held.add(sealed(593, 4));
    held.add(sealed(593, 4));
    expect(held.bytes).toBe(2 * (16 + 1 + 2 + 4 + 337 + (2 + 4 * 16) + (4 + 593)));
  });
});
