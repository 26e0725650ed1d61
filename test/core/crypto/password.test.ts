import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { passwordBytes } from '../../../src/core/crypto/password.ts';
import vectors from '../../vectors/vault-format.json';
import { thrownBy, vaultError } from '../support.ts';
import { codePoint } from '../../support/code-point.ts';

describe("a master password's bytes", () => {
  it('are UTF-8 of its NFKC form', () => {
    expect(passwordBytes(vectors.password.text).toString('hex')).toBe(vectors.password.nfkcUtf8);
  });

  it('are the same however the keyboard composes its characters', () => {
    expect(passwordBytes('Zu\u0308rich').equals(passwordBytes('Z\u00fcrich'))).toBe(true);
    expect(passwordBytes('Å').equals(passwordBytes('\u212b'))).toBe(true);
  });

  it('keep case, spaces and everything else apart', () => {
    const all = ['secret', 'Secret', ' secret', 'secret ', 'secret\n', 'se cret'].map((text) => passwordBytes(text).toString('hex'));
    expect(new Set(all).size).toBe(all.length);
  });

  it('are none for unpaired surrogates, which would all encode alike', () => {
    for (const text of ['\ud800', 'a\udfffb', '\udc00\ud800']) expect(() => passwordBytes(text)).toThrow(vaultError('invalid_request'));
    expect(passwordBytes('\ud83d\udd11').toString('hex')).toBe('f09f9491');
  });

  it('are none for an empty password or one with U+0000', () => {
    expect(() => passwordBytes('')).toThrow(vaultError('invalid_request'));
    expect(() => passwordBytes('a\0b')).toThrow(vaultError('invalid_request'));
  });

  it('number at most 1024, counted after normalization', () => {
    expect(passwordBytes('x'.repeat(1024)).length).toBe(1024);
    expect(() => passwordBytes('x'.repeat(1025))).toThrow(vaultError('invalid_request'));
    expect(() => passwordBytes('é'.repeat(513))).toThrow(vaultError('invalid_request'));
    // U+FDFA is 3 bytes, and 33 once normalized.
    expect(passwordBytes('\ufdfa'.repeat(31)).length).toBe(1023);
    expect(() => passwordBytes('\ufdfa'.repeat(32))).toThrow(vaultError('invalid_request'));
  });

  it('are never in the error', () => {
    const typed = `hunter2${'x'.repeat(2000)}`;
    expect(String(thrownBy(() => passwordBytes(typed)))).not.toContain('hunter2');
  });

  it('decode to the NFKC form again, for any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, minLength: 1, maxLength: 100 }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(passwordBytes(text).toString('utf8')).toBe(text.normalize('NFKC'));
      }),
    );
  });
});
