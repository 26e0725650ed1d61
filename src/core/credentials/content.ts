import { equalSecrets } from '../crypto/bytes.ts';
import type { EntryContent, Field } from '../entry/schema.ts';
import type { Credential, StoreCredentialRequest } from './schema.ts';

/*
 * What an entry keeps of a credential beside username and password: fields, named as git names the attributes. They can be set
 * by hand too.
 */

const names = {
  passwordExpiry: 'git password_expiry_utc',
  refreshToken: 'git oauth_refresh_token',
  authtype: 'git authtype',
  credential: 'git credential',
  /** Always empty: they tell an empty username and password from none. */
  emptyUsername: 'git username',
  emptyPassword: 'git password',
} as const;

type Kept = keyof typeof names;

const hidden: ReadonlySet<Kept> = new Set<Kept>(['refreshToken', 'credential']);

type Held = Pick<EntryContent, 'username' | 'password' | 'fields'>;

function valueOf({ fields }: Held, kept: Kept): string | null {
  return fields.find(({ name }) => name === names[kept])?.value ?? null;
}

function expiryOf(entry: Held): number | null {
  const digits = /^\d{1,15}$/.exec(valueOf(entry, 'passwordExpiry') ?? '')?.[0];
  return digits === undefined ? null : Number(digits);
}

/** All that an entry holds of a credential. */
function heldBy(entry: Held): Credential {
  const has = (kept: Kept) => valueOf(entry, kept) !== null;
  return {
    username: entry.username ?? (has('emptyUsername') ? '' : null),
    password: entry.password ?? (has('emptyPassword') ? '' : null),
    passwordExpiry: expiryOf(entry),
    refreshToken: valueOf(entry, 'refreshToken'),
    authtype: valueOf(entry, 'authtype'),
    credential: valueOf(entry, 'credential'),
  };
}

export interface CredentialUse {
  /** Seconds since 1970. */
  readonly now: number;
  /** Whether the program that asks knows of `authtype` and `credential`. */
  readonly authtype: boolean;
}

/**
 * What a helper may hand out of an entry; null where that is nothing of use. A password that has expired is left out, for
 * programs that know nothing of expiry: what can renew it stays. `shown` is as much of the entry as may be told.
 */
export function credentialOf(entry: Held, { now, authtype }: CredentialUse, shown: Held = entry): Credential | null {
  const held = heldBy(shown);
  const expiry = expiryOf(entry);
  const expired = expiry !== null && expiry <= now;
  const header = authtype && !expired && held.authtype !== null && held.credential !== null;
  const password = expired || header ? null : held.password;
  if (!header && password === null && !(expired && held.refreshToken !== null)) return null;
  return {
    ...held,
    password,
    passwordExpiry: expired ? null : held.passwordExpiry,
    authtype: header ? held.authtype : null,
    credential: header ? held.credential : null,
  };
}

function sameText(a: string | null | undefined, b: string | null | undefined): boolean {
  return a != null && b != null && equalSecrets(Buffer.from(a), Buffer.from(b));
}

/** Whether an entry holds the secret that a program names; one that names none means any. */
export function holdsSecret(
  entry: Held,
  { password, credential }: { password?: string | undefined; credential?: string | undefined },
): boolean {
  const held = heldBy(entry);
  return (
    (password === undefined || sameText(held.password, password)) && (credential === undefined || sameText(held.credential, credential))
  );
}

/**
 * An entry's content with a credential in it. Attributes that are not given stay where the secret is the same (older versions of
 * git do not hand on what they do not know), and go with the old secret otherwise.
 */
export function withCredential<T extends Held>(entry: T, given: StoreCredentialRequest): T {
  const held = heldBy(entry);
  const same = given.credential === undefined ? sameText(held.password, given.password) : sameText(held.credential, given.credential);
  const kept = same ? held : { passwordExpiry: null, refreshToken: null, authtype: null, credential: null };
  const values: Record<Kept, string | null> = {
    passwordExpiry: String(given.passwordExpiry ?? kept.passwordExpiry ?? '') || null,
    refreshToken: given.refreshToken ?? kept.refreshToken,
    authtype: given.authtype ?? kept.authtype,
    credential: given.credential ?? kept.credential,
    emptyUsername: given.username === '' ? '' : null,
    emptyPassword: given.password === '' ? '' : null,
  };
  const own = new Set<string>(Object.values(names));
  const set = (Object.keys(names) as Kept[]).flatMap((key): Field[] => {
    const value = values[key];
    return value === null ? [] : [{ name: names[key], value, hidden: hidden.has(key) }];
  });
  return {
    ...entry,
    username: given.username === undefined || given.username === '' ? null : given.username,
    password: given.password === undefined ? (same ? entry.password : null) : given.password === '' ? null : given.password,
    fields: [...entry.fields.filter(({ name }) => !own.has(name)), ...set],
  };
}
