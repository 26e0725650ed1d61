import type { Credential } from './schema.ts';

/*
 * What git says to its helpers and hears from them: gitcredentials(7), git-credential(1) "INPUT/OUTPUT FORMAT". One `key=value` a
 * line; a blank line or the end ends it.
 */

export interface GitRequest {
  /** The last value of each attribute. */
  readonly attributes: ReadonlyMap<string, string>;
  /** The values of attributes that end with `[]`; an empty one forgets those before it. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a request; null for what is none: a line without `=`, bytes that are no UTF-8, or, where `whole` is asked for, a last line
 * that does not end. git may die in the middle of one: half a request must not forget more, or store less, than a whole one.
 */
export function parseGitRequest(bytes: Uint8Array, { whole }: { readonly whole: boolean }): GitRequest | null {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
  if (text.includes('\0') || (whole && !text.endsWith('\n'))) return null;
  const attributes = new Map<string, string>();
  const lists = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    if (line === '') break;
    const equals = line.indexOf('=');
    if (equals < 1) return null;
    const [key, value] = [line.slice(0, equals), line.slice(equals + 1)];
    if (!key.endsWith('[]')) attributes.set(key, value);
    else lists.set(key, value === '' ? [] : [...(lists.get(key) ?? []), value]);
  }
  return { attributes, lists };
}

/** Whether the side that asks knows of `authtype`, `credential` and `ephemeral`. */
export function knowsAuthtype({ lists }: GitRequest): boolean {
  return lists.get('capability[]')?.includes('authtype') === true;
}

/** Git's words for yes in a boolean (git-config(1)). */
export function isEphemeral({ attributes }: GitRequest): boolean {
  const value = attributes.get('ephemeral');
  return value !== undefined && !/^(|0|false|no|off)$/i.test(value);
}

/** Seconds since 1970; undefined for none, and for what git takes for "never". */
export function expiryIn({ attributes }: GitRequest): number | undefined {
  const digits = /^0*([1-9]\d{0,14})$/.exec(attributes.get('password_expiry_utc') ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A credential in git's words; null for one that they cannot tell: what follows the end of a line would be another attribute. */
export function formatCredential({ username, password, passwordExpiry, refreshToken, authtype, credential }: Credential): string | null {
  const header = authtype !== null && credential !== null;
  const lines: readonly (readonly [string, string | null])[] = [
    // First of all, or git would not know what the next two are.
    ...(header
      ? ([
          ['capability[]', 'authtype'],
          ['authtype', authtype],
          ['credential', credential],
        ] as const)
      : []),
    ['username', username],
    ['password', password],
    ['password_expiry_utc', passwordExpiry === null ? null : String(passwordExpiry)],
    ['oauth_refresh_token', refreshToken],
  ];
  // git takes a carriage return off the end of a line.
  if (lines.some(([, value]) => value !== null && /[\n\0]|\r$/.test(value))) return null;
  return lines.map(([key, value]) => (value === null ? '' : `${key}=${value}\n`)).join('');
}
