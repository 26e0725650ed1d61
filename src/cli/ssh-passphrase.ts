import bcrypt from 'bcrypt-pbkdf';
import { VaultError } from '../core/errors.ts';
import type { DeriveKey } from '../core/ssh/openssh-file.ts';

/** OpenSSH's bcrypt_pbkdf, in JavaScript: some 20 ms a round. */
export const deriveKey: DeriveKey = (passphrase, salt, length, rounds) => {
  const key = Buffer.alloc(length);
  if (bcrypt.pbkdf(passphrase, passphrase.length, salt, salt.length, key, length, rounds) !== 0) {
    throw new VaultError('internal', 'the key derivation failed');
  }
  return key;
};
