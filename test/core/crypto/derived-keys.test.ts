import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeKeys, deriveKeys, encodeKeys, keyPurposes, wipeKeys } from '../../../src/core/crypto/derived-keys.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

describe('the keys that come from the vault key', () => {
  it('are those of the format', () => {
    const keys = deriveKeys(fromHex(vectors.vaultKey), fromHex(vectors.header.userId));
    expect(Object.fromEntries(keyPurposes.map((purpose) => [purpose, keys[purpose].toString('hex')]))).toEqual(vectors.derivedKeys);
  });

  it('differ by purpose, user and vault key', () => {
    const [vaultKey, userId] = [randomBytes(32), randomBytes(16)];
    const all = [deriveKeys(vaultKey, userId), deriveKeys(vaultKey, randomBytes(16)), deriveKeys(randomBytes(32), userId)];
    const distinct = new Set(all.flatMap((keys) => keyPurposes.map((purpose) => keys[purpose].toString('hex'))));
    expect(distinct.size).toBe(3 * keyPurposes.length);
  });

  it('come back from their encoded form, which they share, so that wiping it wipes them', () => {
    const keys = deriveKeys(randomBytes(32), randomBytes(16));
    const encoded = encodeKeys(keys);
    const decoded = decodeKeys(encoded);
    expect(decoded).toEqual(keys);
    encoded.fill(0);
    expect(keyPurposes.every((purpose) => decoded[purpose].equals(Buffer.alloc(32)))).toBe(true);
    expect(keyPurposes.some((purpose) => keys[purpose].equals(Buffer.alloc(32)))).toBe(false);
  });

  it('are gone once wiped', () => {
    const keys = deriveKeys(randomBytes(32), randomBytes(16));
    wipeKeys(keys);
    expect(keyPurposes.every((purpose) => keys[purpose].equals(Buffer.alloc(32)))).toBe(true);
  });

  it('are not read from bytes of another length', () => {
    expect(() => decodeKeys(Buffer.alloc(159))).toThrow(vaultError('vault_corrupt'));
    expect(() => decodeKeys(Buffer.alloc(192))).toThrow(vaultError('vault_corrupt'));
  });
});
