import { createHash, randomBytes } from 'node:crypto';
import { VaultError } from '../errors.ts';
import { equalSecrets, wipe } from './bytes.ts';
import type { SealContext } from './context.ts';
import { decodeHeader, encodeHeader, type Header } from './header.ts';
import { hkdf } from './hkdf.ts';
import { open, seal } from './seal.ts';

/**
 * What the database holds to open one user's vault: the header, the verifier, the vault key's wraps, and a checksum over
 * all of them that finds accidents (not attackers).
 */
export interface StoredCredential {
  readonly header: Buffer;
  readonly verifier: Buffer;
  /** The vault key sealed under the key-encryption key. */
  readonly wrappedVaultKey: Buffer;
  /** The vault key sealed under the recovery key; null where there is no recovery kit. */
  readonly recoveryWrap: Buffer | null;
  readonly checksum: Buffer;
}

const noSalt = Buffer.alloc(0);

/** SHA-256 of the credential's parts: also what the manifest binds as the stored header. */
export function credentialChecksum(credential: Omit<StoredCredential, 'checksum'>): Buffer {
  const hash = createHash('sha256').update(credential.header).update(credential.verifier).update(credential.wrappedVaultKey);
  return hash.update(credential.recoveryWrap ?? noSalt).digest();
}

export function withChecksum(parts: Omit<StoredCredential, 'checksum'>): StoredCredential {
  return { ...parts, checksum: credentialChecksum(parts) };
}

/** Step 1 and 2 of a login: checksum (`vault_corrupt`), then format and bounds (`unsupported_format`). Needs no password. */
export function checkedHeader(credential: StoredCredential): Header {
  if (!equalSecrets(credentialChecksum(credential), credential.checksum)) {
    throw new VaultError('vault_corrupt', "the account's stored key is damaged", { hint: 'restore a backup of the vault' });
  }
  return decodeHeader(credential.header);
}

function verifierOf(root: Uint8Array, header: Uint8Array): Buffer {
  return hkdf(root, noSalt, Buffer.concat([Buffer.from('vault/verifier/1'), header]));
}

function keyEncryptionKey(root: Uint8Array, header: Uint8Array): Buffer {
  return hkdf(root, noSalt, Buffer.concat([Buffer.from('vault/kek/1'), header]));
}

function vaultKeyContext(userId: Buffer, header: Buffer): SealContext {
  return { purpose: 'vaultKey', userId, extra: header };
}

/** A credential that opens `vaultKey` with the password behind `root` (Argon2id's output for this header). */
export function createCredential(root: Uint8Array, header: Header, vaultKey: Uint8Array, recoveryWrap: Buffer | null): StoredCredential {
  const headerBytes = encodeHeader(header);
  const kek = keyEncryptionKey(root, headerBytes);
  const wrappedVaultKey = seal(kek, vaultKeyContext(header.userId, headerBytes), vaultKey);
  wipe(kek);
  return withChecksum({ header: headerBytes, verifier: verifierOf(root, headerBytes), wrappedVaultKey, recoveryWrap });
}

/** The vault key. `incorrect_password` where the verifier differs, `vault_corrupt` where the wrap does not open. The caller wipes it. */
export function openVaultKey(root: Uint8Array, credential: StoredCredential): Buffer {
  const verifier = verifierOf(root, credential.header);
  const matches = equalSecrets(verifier, credential.verifier);
  wipe(verifier);
  if (!matches) throw new VaultError('incorrect_password', 'wrong master password or account');
  const kek = keyEncryptionKey(root, credential.header);
  try {
    return open(kek, vaultKeyContext(credential.header.subarray(1, 17), credential.header), credential.wrappedVaultKey);
  } finally {
    wipe(kek);
  }
}

/** A random vault key, 32 bytes. */
export function newVaultKey(): Buffer {
  return randomBytes(32);
}
