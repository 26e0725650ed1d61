import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { describe, expect, it } from 'vitest';
import {
  checkedHeader,
  createCredential,
  credentialChecksum,
  newVaultKey,
  openVaultKey,
  withChecksum,
} from '../../../src/core/crypto/credential.ts';
import { decodeHeader, encodeHeader, type Header, kdfBounds } from '../../../src/core/crypto/header.ts';
import { passwordBytes } from '../../../src/core/crypto/password.ts';
import { sealWithId } from '../../../src/core/crypto/seal.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

const { header, password, vaultKey, wrappedVaultKey, recovery } = vectors;
const stored = {
  header: fromHex(header.bytes),
  verifier: fromHex(password.verifier),
  wrappedVaultKey: fromHex(wrappedVaultKey.blob),
  recoveryWrap: fromHex(recovery.blob),
};
const root = fromHex(password.root);

function newHeader(): Header {
  const { memoryKiB, iterations, parallelism } = kdfBounds;
  const floor = { memoryKiB: memoryKiB.min, iterations: iterations.min, parallelism: parallelism.min };
  return { ...floor, userId: randomBytes(16), salt: randomBytes(16) };
}

describe('a stored credential', () => {
  it('is opened by its password, through every step of the format', async () => {
    const { salt, memoryKiB, iterations, parallelism } = checkedHeader(withChecksum(stored));
    const derived = await argon2.hash(passwordBytes(password.text), {
      type: argon2.argon2id,
      version: 0x13,
      memoryCost: memoryKiB,
      timeCost: iterations,
      parallelism,
      salt,
      hashLength: 32,
      raw: true,
    });
    expect(derived.toString('hex')).toBe(password.root);
    expect(openVaultKey(derived, withChecksum(stored)).toString('hex')).toBe(vaultKey);
  });

  it('is written as the format says', () => {
    const made = createCredential(root, decodeHeader(stored.header), fromHex(vaultKey), stored.recoveryWrap);
    expect(made.header.equals(stored.header)).toBe(true);
    expect(made.verifier.equals(stored.verifier)).toBe(true);
    expect(made.checksum.equals(credentialChecksum(made))).toBe(true);
    const context = { purpose: 'vaultKey', userId: fromHex(header.userId), extra: stored.header } as const;
    const wrapped = sealWithId(fromHex(wrappedVaultKey.id), fromHex(password.keyEncryptionKey), context, fromHex(vaultKey));
    expect(wrapped.toString('hex')).toBe(wrappedVaultKey.blob);
    expect(openVaultKey(root, made).toString('hex')).toBe(vaultKey);
  });

  it('has the checksum of the format, with and without a recovery kit', () => {
    expect(credentialChecksum(stored).toString('hex')).toBe(vectors.credentialChecksum.withRecovery);
    expect(credentialChecksum({ ...stored, recoveryWrap: null }).toString('hex')).toBe(vectors.credentialChecksum.without);
  });

  it('reports damage to any part before anything else', () => {
    const whole = withChecksum(stored);
    const parts = ['header', 'verifier', 'wrappedVaultKey', 'recoveryWrap', 'checksum'] as const;
    for (const part of parts) {
      const damaged = Buffer.from(whole[part] ?? []);
      damaged[0] = (damaged[0] ?? 0) ^ 1;
      expect(() => checkedHeader({ ...whole, [part]: damaged })).toThrow(vaultError('vault_corrupt', 'restore a backup of the vault'));
    }
    expect(() => checkedHeader({ ...whole, recoveryWrap: null })).toThrow(vaultError('vault_corrupt'));
  });

  it('of values that this version does not open is told from a damaged one', () => {
    const future = Buffer.from(stored.header);
    future[0] = 2;
    expect(() => checkedHeader(withChecksum({ ...stored, header: future }))).toThrow(vaultError('unsupported_format'));
  });

  it('refuses a wrong password as such, and a wrap that does not open as damage', () => {
    const made = createCredential(root, newHeader(), newVaultKey(), null);
    expect(() => openVaultKey(randomBytes(32), made)).toThrow(vaultError('incorrect_password'));
    const damaged = Buffer.from(made.wrappedVaultKey);
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    expect(() => openVaultKey(root, withChecksum({ ...made, wrappedVaultKey: damaged }))).toThrow(vaultError('vault_corrupt'));
  });

  it('does not open with the header of another: neither values, salt nor user can be exchanged', () => {
    const own = newHeader();
    const made = createCredential(root, own, newVaultKey(), null);
    const others = [
      { ...own, iterations: 3 },
      { ...own, salt: randomBytes(16) },
      { ...own, userId: randomBytes(16) },
    ];
    for (const other of others) {
      const exchanged = withChecksum({ ...made, header: encodeHeader(other) });
      expect(() => openVaultKey(root, exchanged)).toThrow(vaultError('incorrect_password'));
      const verifier = createCredential(root, other, newVaultKey(), null).verifier;
      expect(() => openVaultKey(root, withChecksum({ ...exchanged, verifier }))).toThrow(vaultError('vault_corrupt'));
    }
  });
});
