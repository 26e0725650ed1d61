import argon2 from 'argon2';
import { describe, expect, it } from 'vitest';
import rfc9106 from '../../vectors/rfc9106-argon2id.json';
import { fromHex } from '../support.ts';

describe('the argon2 package', () => {
  it.each(rfc9106.vectors)('gives what RFC 9106 says for Argon2id', async (vector) => {
    const tag = await argon2.hash(fromHex(vector.password), {
      type: argon2.argon2id,
      version: vector.version,
      memoryCost: vector.memoryKiB,
      timeCost: vector.iterations,
      parallelism: vector.parallelism,
      salt: fromHex(vector.salt),
      secret: fromHex(vector.secret),
      associatedData: fromHex(vector.associatedData),
      hashLength: 32,
      raw: true,
    });
    expect(tag.toString('hex')).toBe(vector.tag);
  });
});
