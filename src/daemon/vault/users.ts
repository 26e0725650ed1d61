import type { StoredCredential } from '../../core/crypto/credential.ts';
import { noLink } from '../../core/log/chain.ts';
import { VaultError } from '../../core/errors.ts';
import { lookupRulesVersion } from '../../core/lookup/terms.ts';
import { firstRoot } from '../../core/manifest/root.ts';
import { startSegment } from '../access-log/begin.ts';
import type { UserRow } from '../store/user-rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { remember, writeRoot } from './manifest.ts';
import { manifestToChange } from './manifest-in.ts';

/** Every user of the database, oldest first. */
export async function listUsers({ store }: VaultContext): Promise<UserRow[]> {
  return await store.read((rows) => rows.users.all());
}

export async function findUser({ store }: VaultContext, account: string): Promise<UserRow | null> {
  return await store.read((rows) => rows.users.byAccount(account.normalize('NFC')));
}

/** @param id 16 bytes */
export async function findUserById({ store }: VaultContext, id: Buffer): Promise<UserRow | null> {
  return await store.read((rows) => rows.users.byId(id));
}

/** Makes a user with an empty vault. `caller` has the keys that the credential's vault key gives. `user_exists`. */
export async function createUser(context: VaultContext, caller: Caller, account: string, credential: StoredCredential): Promise<void> {
  const name = account.normalize('NFC');
  const sealed = await context.store.write(async (rows) => {
    if ((await rows.users.byAccount(name)) !== null) throw new VaultError('user_exists', 'this account exists already');
    const user = await rows.users.insert({ id: caller.userId, account: name, credential, lookupRules: lookupRulesVersion });
    await startSegment(context, rows, caller, user, noLink);
    return await writeRoot(context, rows, caller, {
      user,
      root: firstRoot(credential.checksum),
      foreignVersion: context.store.foreignVersion(),
    });
  });
  remember(context, caller, sealed);
}

/**
 * Stores another credential for the same vault key (a new password, a stronger KDF, another recovery kit); with `endTokens` the tokens
 * that the account has made open nothing any more. False, and nothing is changed, where the stored one is no longer `expected` (its checksum).
 */
export async function replaceCredential(
  context: VaultContext,
  caller: Caller,
  expected: Buffer,
  credential: StoredCredential,
  { endTokens = false }: { readonly endTokens?: boolean } = {},
): Promise<boolean> {
  const sealed = await context.store.write(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    if (user?.credential.checksum.equals(expected) !== true) return null;
    const manifest = await manifestToChange(context, rows, caller);
    await rows.users.setCredential(user.seq, credential);
    if (endTokens) {
      await rows.tokens.remove(user.seq, null);
      await context.accessLog.append(rows, caller, [{ action: 'password changed' }]);
    }
    return await manifest.seal({ credentialChecksum: credential.checksum });
  });
  if (sealed !== null) remember(context, caller, sealed);
  return sealed !== null;
}
