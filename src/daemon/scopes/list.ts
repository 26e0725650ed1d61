import type { TokenSummary } from '../../core/api/tokens.ts';
import { idText } from '../../core/entry/id.ts';
import type { ScopedTokens } from './scoped-tokens.ts';
import type { TokenRow } from '../store/token-rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { removeTokens } from './expired.ts';
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
  const gone = stored.filter((row) => over.some(({ id }) => id === idText(row.id)));
  if (gone.length > 0) await removeTokens(vault, gone);
  return all.filter((token) => !over.includes(token)).sort((a, b) => a.createdAt.localeCompare(b.createdAt));
}

function summary(caller: Caller, { id, note, usesLeft }: TokenRow, survivesLock: boolean): TokenSummary {
  return { id: idText(id), ...openNote(caller, id, note), usesLeft, survivesLock };
}
