import { VaultError } from '../../core/errors.ts';
import { earlierLogin } from '../access-log/earlier-login.ts';
import { isStorageFull } from '../store/failures.ts';
import type { TokenRow } from '../store/token-rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { openNote } from './note.ts';

/**
 * Deletes tokens in the database that had reached their time at an earlier login, a day ago or more, and that nobody has used or listed
 * since: a copy of the database is not to hold for ever what they open. A clock that is set far ahead for some hours ends none of them.
 */
export async function dropExpired(vault: VaultContext, caller: Caller): Promise<void> {
  const now = vault.clock.wall();
  const expired = await vault.store.read(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    if (user === null) return [];
    const times = (await rows.tokens.ofUser(user.seq)).map((row) => ({ row, end: endOf(caller, row) }));
    if (!times.some(({ end }) => end <= now)) return [];
    const login = await earlierLogin(rows, user.seq, caller, now);
    return login === null ? [] : times.filter(({ end }) => end <= login).map(({ row }) => row);
  });
  if (expired.length === 0) return;
  try {
    await removeTokens(vault, expired);
    vault.store.checkpoint();
  } catch (error) {
    // On a full disk they go the next time.
    if (!isStorageFull(error)) throw error;
  }
}

/** When a token ends, in milliseconds since 1970; never, where its note has been changed: that is no reason to keep its owner out. */
function endOf(caller: Caller, { id, note }: TokenRow): number {
  try {
    const { expiresAt } = openNote(caller, id, note);
    return expiresAt === null ? Infinity : Date.parse(expiresAt);
  } catch (error) {
    if (error instanceof VaultError && error.code === 'vault_corrupt') return Infinity;
    throw error;
  }
}

/** Deletes tokens in the database, in one transaction. */
export async function removeTokens(vault: VaultContext, tokens: readonly TokenRow[]): Promise<void> {
  await vault.store.write(async (rows) => {
    for (const { id } of tokens) await rows.tokens.removeById(id);
  });
}
