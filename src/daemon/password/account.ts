import type { StoredCredential } from '../../core/crypto/credential.ts';
import { decodeHeader, type KdfParameters } from '../../core/crypto/header.ts';
import { VaultError } from '../../core/errors.ts';
import { defaultAccount } from '../../core/limits.ts';
import type { UserRow } from '../store/user-rows.ts';
import type { VaultContext } from '../vault/context.ts';
import { listUsers } from '../vault/users.ts';
import { decoyCredential } from './decoy.ts';

/** Whom a login is for. An account that does not exist has a decoy's credential, and somebody else's vault to check meanwhile. */
export interface LoginTarget {
  readonly name: string;
  readonly user: UserRow | null;
  readonly credential: StoredCredential;
  /** Whose rows are read beside the derivation; null where there is nobody at all. */
  readonly checked: Buffer | null;
}

/** The KDF values of a stored header; null where it is damaged, which must not show in a login to another account. */
function kdfOf({ credential }: UserRow): KdfParameters | null {
  try {
    return decodeHeader(credential.header);
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/**
 * The account that a login means: the one named, else the only one there is, else `default`.
 *
 * @param key what decoys are made from, so that each name has the same one every time
 * @param configured the KDF of new accounts, and of decoys where there is no account
 */
export async function loginTarget(
  context: VaultContext,
  asked: string | undefined,
  { key, configured }: { readonly key: Buffer; readonly configured: KdfParameters },
): Promise<LoginTarget> {
  const users = await listUsers(context);
  const sole = users.length === 1 ? users[0]?.account : undefined;
  const name = (asked ?? sole ?? defaultAccount).normalize('NFC');
  const user = users.find(({ account }) => account === name) ?? null;
  if (user !== null) return { name, user, credential: user.credential, checked: user.id };
  const [model] = users;
  const kdf = (model === undefined ? null : kdfOf(model)) ?? configured;
  return { name, user: null, credential: decoyCredential(key, name, kdf), checked: model?.id ?? null };
}
