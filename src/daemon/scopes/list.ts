import type { TokenSummary } from '../../core/api.ts';
import { idText } from '../../core/entry/id.ts';
import type { ScopedTokens } from './scoped-tokens.ts';
import type { TokenRow } from '../store/token-rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { openNote } from './note.ts';

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
  if (over.length > 0) await removeStored(vault, stored, over);
  return all.filter((token) => !over.includes(token)).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

async function removeStored(vault: VaultContext, stored: readonly TokenRow[], over: readonly TokenSummary[]): Promise<void> {
  const ids = stored.filter((row) => over.some(({ id }) => id === idText(row.id)));
  await vault.store.write(async (rows) => {
    for (const { id } of ids) await rows.tokens.removeById(id);
  });
}

function summary(caller: Caller, { id, note, usesLeft }: TokenRow, survivesLock: boolean): TokenSummary {
  return { id: idText(id), ...openNote(caller, id, note), usesLeft, survivesLock };
}
