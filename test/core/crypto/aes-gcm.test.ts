import { createCipheriv, createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import wycheproof from '../../vectors/wycheproof-aes-256-gcm.json';
import { fromHex } from '../support.ts';

/** The parameters that sealing uses: without `authTagLength`, node accepts tags of four bytes. */
const options = { authTagLength: 16 };

describe("node's AES-256-GCM, with the parameters of sealing", () => {
  it.each(wycheproof.vectors)("agrees with Wycheproof's case $case $comment", ({ key, iv, aad, msg, ct, tag, valid }) => {
    const decipher = createDecipheriv('aes-256-gcm', fromHex(key), fromHex(iv), options);
    decipher.setAAD(fromHex(aad));
    decipher.setAuthTag(fromHex(tag));
    const plain = decipher.update(fromHex(ct));
    if (!valid) {
      expect(() => decipher.final()).toThrow();
      return;
    }
    decipher.final();
    expect(plain.toString('hex')).toBe(msg);
    const cipher = createCipheriv('aes-256-gcm', fromHex(key), fromHex(iv), options);
    cipher.setAAD(fromHex(aad));
    expect(Buffer.concat([cipher.update(fromHex(msg)), cipher.final()]).toString('hex')).toBe(ct);
    expect(cipher.getAuthTag().toString('hex')).toBe(tag);
  });

  it('has both kinds of cases to try', () => {
    expect(new Set(wycheproof.vectors.map(({ valid }) => valid))).toEqual(new Set([true, false]));
  });

  it('refuses a tag that was cut', () => {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12), options);
    expect(() => decipher.setAuthTag(Buffer.alloc(4))).toThrow();
  });
});
