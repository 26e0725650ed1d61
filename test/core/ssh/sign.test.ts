import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sshKey } from '../../../src/core/ssh/keys.ts';
import { isWhole, sign } from '../../../src/core/ssh/sign.ts';
import { WireReader } from '../../../src/core/ssh/wire.ts';

const data = Buffer.from('what is to be signed');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ecdsa = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;

/** The two strings of a signature. */
function parts(signature: Buffer | null): { type: string; bytes: Buffer } {
  const reader = new WireReader(signature ?? Buffer.alloc(0));
  const [type, bytes] = [reader.text(), reader.string()];
  reader.end();
  return { type, bytes };
}

/** ECDSA's two numbers, each of so many bytes. */
function ofNumbers(bytes: Buffer, length: number): Buffer {
  const reader = new WireReader(bytes);
  const both = [reader.mpint(), reader.mpint()].map((number) => Buffer.concat([Buffer.alloc(length - number.length), number]));
  reader.end();
  return Buffer.concat(both);
}

describe('a signature', () => {
  it('with Ed25519 is that of the key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { type, bytes } = parts(sign(sshKey(privateKey), data, 0));
    expect(type).toBe('ssh-ed25519');
    expect(verify(null, data, publicKey, bytes)).toBe(true);
  });

  it.each([
    ['P-256', 'nistp256', 32, 'sha256'],
    ['P-384', 'nistp384', 48, 'sha384'],
    ['P-521', 'nistp521', 66, 'sha512'],
  ])('with ECDSA on %s is that of the key, by the hash of RFC 5656', (curve, name, length, hash) => {
    const key = ecdsa(curve);
    const { type, bytes } = parts(sign(sshKey(key), data, 0));
    expect(type).toBe(`ecdsa-sha2-${name}`);
    const signature = ofNumbers(bytes, length);
    expect(verify(hash, data, { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  });

  it.each([
    [2, 'rsa-sha2-256', 'sha256'],
    [4, 'rsa-sha2-512', 'sha512'],
    [6, 'rsa-sha2-512', 'sha512'],
  ])('with RSA and the flags %i is %s', (flags, name, hash) => {
    const { type, bytes } = parts(sign(sshKey(rsa), data, flags));
    expect(type).toBe(name);
    expect(verify(hash, data, createPublicKey(rsa), bytes)).toBe(true);
  });

  it.each([0, 1])('with RSA and SHA-1 is not made (flags %i)', (flags) => {
    expect(sign(sshKey(rsa), data, flags)).toBeNull();
  });
});

describe('a key', () => {
  it.each<[string, KeyObject]>([
    ['Ed25519', generateKeyPairSync('ed25519').privateKey],
    ['P-256', ecdsa('P-256')],
    ['P-521', ecdsa('P-521')],
    ['RSA', rsa],
  ])('of %s is whole', (_, key) => {
    expect(isWhole(sshKey(key))).toBe(true);
  });

  it('whose halves do not belong together is not', () => {
    const { n = '' } = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
    const isMixedWhole = () => isWhole(sshKey(createPrivateKey({ key: { ...rsa.export({ format: 'jwk' }), n }, format: 'jwk' })));
    // Node.js 26 makes no such key.
    if (Number.parseInt(process.versions.node) >= 26) expect(isMixedWhole).toThrow('Invalid JWK RSA key');
    else expect(isMixedWhole()).toBe(false);
  });
});
