import { VaultError } from '../core/errors.ts';
import { urlOf } from '../core/url.ts';

/** Longer than any name, id or URL that is looked up: what is beyond would only be refused by the server's own limits. */
const maxQueryBytes = 2048;

/** Throws `usage` for what is too long to be asked for. */
export function checkLength(text: string, what: string): void {
  if (Buffer.byteLength(text) > maxQueryBytes) throw new VaultError('usage', `${what} is too long`);
}

/** Throws `usage` where a text cannot name an entry at all. */
export function checkName(name: string, what = 'NAME'): void {
  if (name.trim() === '') throw new VaultError('usage', `${what} must not be empty`);
  checkLength(name, what);
  if (name === '.' || name === '..') throw new VaultError('usage', `${what} must not be "." or ".."`);
}

/** Throws `usage` for a URL that carries a password: arguments show in process lists and in the shell's history. */
export function refusePasswordInUrl(text: string): void {
  const written = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#]*@/i.test(text);
  if (!written && (urlOf(text)?.password ?? '') === '') return;
  throw new VaultError('usage', 'a URL with a password in it is refused as an argument', {
    hint: 'leave the password out of the URL, and give it when asked or with --password-stdin',
  });
}

/** A new name as the vault keeps it: like `add`, an http(s) URL comes down to its host, because that is how it is looked up. */
export function reducedName(name: string, what: string): string {
  checkName(name, what);
  refusePasswordInUrl(name);
  const url = /^https?:\/\//i.test(name) ? urlOf(name) : null;
  return url === null ? name : url.host;
}
