import { randomBytes } from 'node:crypto';
import argon2 from 'argon2';
import { wipe } from '../../core/crypto/bytes.ts';
import {
  checkedHeader,
  createCredential,
  newVaultKey,
  openVaultKey,
  type StoredCredential,
  withChecksum,
} from '../../core/crypto/credential.ts';
import { deriveKeys } from '../../core/crypto/derived-keys.ts';
import { type Header, kdfReaches, type KdfParameters, strongerKdf } from '../../core/crypto/header.ts';
import { encodeRecoveryKit, newRecoveryKit, unwrapByRecovery, wrapForRecovery } from '../../core/crypto/recovery.ts';
import { VaultError } from '../../core/errors.ts';
import type { Answer } from './answer.ts';
import type { Task } from './protocol.ts';
import type { PasswordRequest } from './read-request.ts';

/** The header's root: Argon2id, version 0x13 (RFC 9106), 32 bytes. The caller wipes it. */
async function deriveRoot(password: Buffer, { memoryKiB, iterations, parallelism, salt }: Header): Promise<Buffer> {
  return await argon2.hash(password, {
    raw: true,
    type: argon2.argon2id,
    version: 0x13,
    memoryCost: memoryKiB,
    timeCost: iterations,
    parallelism,
    salt,
    hashLength: 32,
  });
}

/** A credential for this vault key under a new salt. */
async function wrapVaultKey(
  vaultKey: Buffer,
  userId: Buffer,
  { password, kdf, recoveryWrap }: { password: Buffer; kdf: KdfParameters; recoveryWrap: Buffer | null },
): Promise<StoredCredential> {
  const header: Header = { ...kdf, userId, salt: randomBytes(16) };
  const root = await deriveRoot(password, header);
  const credential = createCredential(root, header, vaultKey, recoveryWrap);
  wipe(root);
  return credential;
}

async function create({ asked, password }: PasswordRequest, userId: Buffer, kdf: KdfParameters): Promise<Answer> {
  const vaultKey = newVaultKey();
  const kit = asked.recoveryKit === true ? newRecoveryKit(userId) : null;
  const recoveryWrap = kit === null ? null : wrapForRecovery(kit, vaultKey);
  return {
    credential: await wrapVaultKey(vaultKey, userId, { password, kdf, recoveryWrap }),
    keys: deriveKeys(vaultKey, userId),
    newKeys: null,
    recoveryKit: kit === null ? null : Buffer.from(encodeRecoveryKit(kit), 'ascii'),
  };
}

async function openStored(password: Buffer, credential: StoredCredential): Promise<{ header: Header; vaultKey: Buffer }> {
  const header = checkedHeader(credential);
  const root = await deriveRoot(password, header);
  try {
    return { header, vaultKey: openVaultKey(root, credential) };
  } finally {
    wipe(root);
  }
}

/** Opens the vault key. Where the stored KDF is lower than the configured in any place, wraps it anew under the larger of both. */
async function openVault({ password }: PasswordRequest, stored: StoredCredential, kdf: KdfParameters): Promise<Answer> {
  const { header, vaultKey } = await openStored(password, stored);
  const { recoveryWrap } = stored;
  const upgraded = kdfReaches(header, kdf)
    ? null
    : await wrapVaultKey(vaultKey, header.userId, { password, kdf: strongerKdf(header, kdf), recoveryWrap });
  return { credential: upgraded, keys: deriveKeys(vaultKey, header.userId), newKeys: null, recoveryKit: null };
}

/** Opens the vault key with the one password and wraps it, or a new one, under the other. A new vault key voids the recovery kit. */
async function change({ asked, password, newPassword }: PasswordRequest, stored: StoredCredential, kdf: KdfParameters): Promise<Answer> {
  const { header, vaultKey } = await openStored(password, stored);
  const rotated = asked.rotateKeys === true ? newVaultKey() : null;
  const wrapping = {
    password: newPassword ?? password,
    kdf: strongerKdf(header, kdf),
    recoveryWrap: rotated === null ? stored.recoveryWrap : null,
  };
  return {
    credential: await wrapVaultKey(rotated ?? vaultKey, header.userId, wrapping),
    keys: deriveKeys(vaultKey, header.userId),
    newKeys: rotated === null ? null : deriveKeys(rotated, header.userId),
    recoveryKit: null,
  };
}

/** Opens the vault key with the password and wraps it for a new recovery kit; an earlier kit opens nothing any more. */
async function newKit({ password }: PasswordRequest, stored: StoredCredential): Promise<Answer> {
  const { header, vaultKey } = await openStored(password, stored);
  const kit = newRecoveryKit(header.userId);
  return {
    credential: withChecksum({ ...stored, recoveryWrap: wrapForRecovery(kit, vaultKey) }),
    keys: deriveKeys(vaultKey, header.userId),
    newKeys: null,
    recoveryKit: Buffer.from(encodeRecoveryKit(kit), 'ascii'),
  };
}

/** Opens the vault key with a recovery kit and wraps it under another password, and for the next kit. */
async function recover({ password, kit }: PasswordRequest, stored: StoredCredential, kdf: KdfParameters): Promise<Answer> {
  const header = checkedHeader(stored);
  if (kit === undefined || stored.recoveryWrap === null) {
    throw new VaultError('incorrect_password', 'this recovery kit does not open the vault');
  }
  const vaultKey = unwrapByRecovery(kit, stored.recoveryWrap);
  const next = newRecoveryKit(header.userId);
  const wrapping = { password, kdf: strongerKdf(header, kdf), recoveryWrap: wrapForRecovery(next, vaultKey) };
  return {
    credential: await wrapVaultKey(vaultKey, header.userId, wrapping),
    keys: deriveKeys(vaultKey, header.userId),
    newKeys: null,
    recoveryKit: Buffer.from(encodeRecoveryKit(next), 'ascii'),
  };
}

/**
 * Does what needs the password: checksum, bounds, derivation, verifier, unwrapping, in this order. Argon2 leaves copies of the
 * password in memory, so this runs only in a process that ends after it.
 */
export async function derive(request: PasswordRequest, task: Task): Promise<Answer> {
  switch (task.kind) {
    case 'create':
      return await create(request, task.userId, task.kdf);
    case 'open':
      return await openVault(request, task.credential, task.kdf);
    case 'change':
      return await change(request, task.credential, task.kdf);
    case 'newKit':
      return await newKit(request, task.credential);
    case 'recover':
      return await recover(request, task.credential, task.kdf);
  }
}
