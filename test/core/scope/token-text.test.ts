import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeScopedToken, encodeScopedToken, isScopedToken, mayOpenLocked } from '../../../src/core/scope/token-text.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((array) => Buffer.from(array));

describe('the text of a scoped token', () => {
  it('is what the format says', () => {
    const { id, secret, text } = vectors.scopedToken;
    const token = { id: fromHex(id), secret: fromHex(secret) };
    expect(encodeScopedToken({ ...token, survivesLock: true })).toBe(text);
    expect(encodeScopedToken({ ...token, survivesLock: false })).toBe(text.replace('vault1.', 'scoped1.'));
  });

  it('is read back, and says whether a locked vault opens for it', () => {
    fc.assert(
      fc.property(bytes(16), bytes(32), fc.boolean(), (id, secret, survivesLock) => {
        const text = encodeScopedToken({ id, secret, survivesLock });
        expect(decodeScopedToken(text)).toEqual({ id, secret, survivesLock });
        expect(mayOpenLocked(text)).toBe(survivesLock);
        expect(isScopedToken(text)).toBe(true);
      }),
    );
  });

  it("is told from a session's by its beginning", () => {
    for (const other of ['', 'eyJhbGciOiJkaXIi', 'xvault1.', 'xscoped1.']) expect(isScopedToken(other)).toBe(false);
  });

  it('has one form: whatever else there is, is no token', () => {
    const { text } = vectors.scopedToken;
    const others = [
      '',
      'vault1.',
      text.slice(0, -1),
      `${text}A`,
      `${text}=`,
      ` ${text}`,
      text.toUpperCase(),
      text.replace('vault1', 'vault2'),
    ];
    for (const other of others) expect(decodeScopedToken(other), other).toBeNull();
    fc.assert(
      fc.property(fc.string(), (other) => {
        expect(decodeScopedToken(other)).toBeNull();
      }),
    );
  });
});
