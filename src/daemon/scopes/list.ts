import type { TokenSummary } from '../../core/api/tokens.ts';
import { idText } from '../../core/entry/id.ts';
import { VaultError } from '../../core/errors.ts';
import { earlierLogin } from '../access-log/earlier-login.ts';
import type { ScopedTokens } from './scoped-tokens.ts';
import type { TokenRow } from '../store/token-rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { openNote } from './note.ts';

const day = 86_400_000;

/** The caller's tokens, oldest first; those that have reached their time are deleted, not listed. */
export async function listTokens(vault: VaultContext, scopes: ScopedTokens, caller: Caller): Promise<TokenSummary[]> {
  const stored = await vault.store.read(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    return user === null ? [] : await rows.tokens.ofUser(user.seq);
  });
  const all = [
    ...scopes.ofUser(caller.userId).map((row) => summary(caller, row, false)),
    ...stored.map((row) => summary(caller, row, true)),
  ];
  const over = all.filter(({ expiresAt }) => expiresAt !== null && Date.parse(expiresAt) <= vault.clock.wall());
  if (over.length > 0) {
    await removeAll(
      vault,
      stored.filter((row) => over.some(({ id }) => id === idText(row.id))),
    );
  }
  return all.filter((token) => !over.includes(token)).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

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
    const login = await earlierLogin(rows, user.seq, caller, now - day);
    return login === null ? [] : times.filter(({ end }) => end <= login).map(({ row }) => row);
  });
  if (expired.length === 0) return;
  try {
    await removeAll(vault, expired);
    vault.store.checkpoint();
  } catch (error) {
    // On a full disk they go the next time.
    if (!(error instanceof VaultError) || error.code !== 'storage_full') throw error;
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

async function removeAll(vault: VaultContext, tokens: readonly TokenRow[]): Promise<void> {
  await vault.store.write(async (rows) => {
    for (const { id } of tokens) await rows.tokens.removeById(id);
  });
}

function summary(caller: Caller, { id, note, usesLeft }: TokenRow, survivesLock: boolean): TokenSummary {
  return { id: idText(id), ...openNote(caller, id, note), usesLeft, survivesLock };
}
