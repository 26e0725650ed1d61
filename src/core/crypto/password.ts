import { VaultError } from '../errors.ts';
import { limits } from '../limits.ts';

/**
 * The bytes of a master password that go into the KDF: strict UTF-8 of its NFKC form, 1 to 1024 bytes, without U+0000.
 * Unpaired surrogates are refused, because two different ones would encode alike.
 *
 * Strings cannot be wiped: call this only in the process that ends after one derivation. `invalid_request` says which rule
 * was broken, never what was typed.
 */
export function passwordBytes(password: string): Buffer {
  const refuse = (rule: string) => new VaultError('invalid_request', `the master password ${rule}`);
  if (!password.isWellFormed()) throw refuse('is not valid Unicode');
  const bytes = Buffer.from(password.normalize('NFKC'));
  if (bytes.length === 0) throw refuse('must not be empty');
  if (bytes.length > limits.passwordBytes) throw refuse(`must be at most ${String(limits.passwordBytes)} bytes`);
  if (bytes.includes(0)) throw refuse('must not contain a zero character');
  return bytes;
}
