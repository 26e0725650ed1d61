import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeContext, type Purpose, purposes, type SealContext } from '../../../src/core/crypto/context.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

function isPurpose(name: string): name is Purpose {
  return Object.hasOwn(purposes, name);
}

const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
const context: fc.Arbitrary<SealContext> = fc.record({
  purpose: fc.constantFrom(...Object.keys(purposes).filter(isPurpose)),
  userId: id,
  entryId: id,
  revision: fc.maxSafeNat(),
  extra: fc.uint8Array({ maxLength: 511 }),
});

describe('the context of sealed data', () => {
  it('numbers its purposes as the format says', () => {
    expect(purposes).toEqual(vectors.purposes);
  });

  it.each(vectors.contexts)(
    'is written as the format says: $purpose, revision $revision',
    ({ purpose, user, entry, revision, extra, bytes }) => {
      if (!isPurpose(purpose)) throw new Error('unknown purpose in the vectors');
      const encoded = encodeContext({
        purpose,
        userId: fromHex(user),
        revision,
        ...(entry === null ? {} : { entryId: fromHex(entry) }),
        ...(extra === null ? {} : { extra: fromHex(extra) }),
      });
      expect(encoded.toString('hex')).toBe(bytes);
    },
  );

  it('is another for each other purpose, user, entry, revision or extra', () => {
    const fields = (one: SealContext) => JSON.stringify({ ...one, ...Object.fromEntries(bytesOf(one)) });
    const bytesOf = (one: SealContext) =>
      (['userId', 'entryId', 'extra'] as const).map((name) => [name, Buffer.from(one[name] ?? []).toString('hex')] as const);
    fc.assert(
      fc.property(context, context, (a, b) => {
        expect(encodeContext(a).equals(encodeContext(b))).toBe(fields(a) === fields(b));
      }),
    );
  });

  it('refuses ids of another length and an extra of 512 bytes', () => {
    const userId = Buffer.alloc(16);
    expect(() => encodeContext({ purpose: 'listing', userId: Buffer.alloc(15) })).toThrow(RangeError);
    expect(() => encodeContext({ purpose: 'listing', userId, entryId: Buffer.alloc(17) })).toThrow(RangeError);
    expect(() => encodeContext({ purpose: 'listing', userId, extra: Buffer.alloc(512) })).toThrow(RangeError);
  });
});
