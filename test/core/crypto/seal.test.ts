import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeContext, type SealContext } from '../../../src/core/crypto/context.ts';
import { blobId, open, seal, sealOverhead, sealWithId } from '../../../src/core/crypto/seal.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, thrownBy, vaultError } from '../support.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const data = fc.uint8Array({ maxLength: 6000, size: 'max' });
const context: SealContext = { purpose: 'entryBody', userId: Buffer.alloc(16, 1), entryId: Buffer.alloc(16, 2), revision: 3 };
const key = randomBytes(32);

/** Sealing written again from the format, with whatever plaintext: also one that `pad` would never make. */
function sealPlaintext(plaintext: Buffer): Buffer {
  const id = randomBytes(32);
  const contextBytes = encodeContext(context);
  const both = Buffer.from(hkdfSync('sha256', key, id, Buffer.concat([Buffer.from('vault/seal/1\0'), contextBytes]), 64));
  const cipher = createCipheriv('aes-256-gcm', both.subarray(0, 32), Buffer.alloc(12), { authTagLength: 16 });
  cipher.setAAD(contextBytes);
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.of(1), id, both.subarray(32), cipher.getAuthTag(), ciphertext]);
}

describe('sealing', () => {
  it.each(vectors.seal.blobs)('writes the bytes of the format for $dataLength bytes of data', (vector) => {
    const plain = createHash('shake256', { outputLength: vector.dataLength }).update(`vault test vector: ${vector.dataLabel}`).digest();
    const given = { userId: fromHex(vectors.seal.userId), entryId: fromHex(vectors.seal.entryId), revision: vector.revision };
    const sealingKey = fromHex(vectors.seal.key);
    if (vector.data !== null) expect(plain.toString('hex')).toBe(vector.data);
    const blob = sealWithId(fromHex(vector.id), sealingKey, { purpose: 'entryBody', ...given }, plain);
    expect(blob.subarray(0, sealOverhead).toString('hex')).toBe(vector.blobStart);
    expect(blob.length).toBe(vector.blobLength);
    expect(createHash('sha256').update(blob).digest('hex')).toBe(vector.blobSha256);
    expect(open(sealingKey, { purpose: 'entryBody', ...given }, blob).equals(plain)).toBe(true);
  });

  it('opens again, for any key and data', () => {
    fc.assert(fc.property(bytes32, data, (any, plain) => open(any, context, seal(any, context, plain)).equals(plain)));
  });

  it('never writes the same twice', () => {
    const plain = Buffer.from('same');
    const [a, b] = [seal(key, context, plain), seal(key, context, plain)];
    expect(a.subarray(1).equals(b.subarray(1))).toBe(false);
    expect(blobId(a).equals(blobId(b))).toBe(false);
    expect(a.subarray(sealOverhead).equals(b.subarray(sealOverhead))).toBe(false);
  });

  it('does not open with another key', () => {
    fc.assert(
      fc.property(bytes32, data, (other, plain) => {
        fc.pre(!key.equals(other));
        expect(() => open(other, context, seal(key, context, plain))).toThrow(vaultError('vault_corrupt'));
      }),
    );
  });

  it.each<[string, Partial<SealContext>]>([
    ['purpose', { purpose: 'entryKey' }],
    ['user', { userId: Buffer.alloc(16, 9) }],
    ['entry', { entryId: Buffer.alloc(16, 9) }],
    ['revision', { revision: 4 }],
    ['extra', { extra: Buffer.of(0) }],
  ])('does not open for another %s', (_, change) => {
    const blob = seal(key, context, Buffer.from('secret'));
    expect(() => open(key, { ...context, ...change }, blob)).toThrow(vaultError('vault_corrupt'));
  });

  it('does not open when any one bit was flipped', () => {
    const blob = seal(key, context, Buffer.from('secret'));
    for (let bit = 0; bit < blob.length * 8; bit++) {
      const copy = Buffer.from(blob);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, context, copy)).toThrow(vaultError('vault_corrupt'));
    }
  });

  it('does not open when it was cut or grew', () => {
    const blob = seal(key, context, Buffer.alloc(300));
    for (let length = 0; length < blob.length; length++) {
      expect(() => open(key, context, blob.subarray(0, length))).toThrow(vaultError('vault_corrupt'));
    }
    expect(() => open(key, context, Buffer.concat([blob, Buffer.alloc(1)]))).toThrow(vaultError('vault_corrupt'));
  });

  it('does not open what no blob ever was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600, size: 'max' }), (junk) => {
        expect(() => open(key, context, junk)).toThrow(vaultError('vault_corrupt'));
      }),
    );
  });

  it('gives one error for all failures, which tells nothing apart', () => {
    const blob = seal(key, context, Buffer.from('secret'));
    const damaged = (at: number) => {
      const copy = Buffer.from(blob);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return String(thrownBy(() => open(key, context, copy)));
    };
    const badPadding = String(thrownBy(() => open(key, context, sealPlaintext(Buffer.alloc(256, 1)))));
    expect(new Set([damaged(0), damaged(5), damaged(40), damaged(70), damaged(100), badPadding]).size).toBe(1);
  });

  it('refuses padding that sealing never writes, even where it is authentic', () => {
    const good = Buffer.alloc(256);
    good.writeUInt32BE(6);
    good.write('secret', 4);
    expect(open(key, context, sealPlaintext(good)).toString()).toBe('secret');
    const noisy = Buffer.from(good);
    noisy[255] = 1;
    expect(() => open(key, context, sealPlaintext(noisy))).toThrow(vaultError('vault_corrupt'));
    expect(() => open(key, context, sealPlaintext(Buffer.concat([good, Buffer.alloc(256)])))).toThrow(vaultError('vault_corrupt'));
    expect(() => open(key, context, sealPlaintext(good.subarray(0, 10)))).toThrow(vaultError('vault_corrupt'));
  });

  it('binds the commitment: with the right key and another commitment nothing opens', () => {
    const blob = seal(key, context, Buffer.from('secret'));
    const foreign = seal(randomBytes(32), context, Buffer.from('secret'));
    foreign.subarray(33, 65).copy(blob, 33);
    expect(() => open(key, context, blob)).toThrow(vaultError('vault_corrupt'));
  });

  it('leaves what it is given as it was', () => {
    const plain = Buffer.from('secret');
    const given = Buffer.from(key);
    const blob = seal(given, context, plain);
    open(given, context, blob);
    expect([plain.toString(), given.equals(key)]).toEqual(['secret', true]);
  });
});
