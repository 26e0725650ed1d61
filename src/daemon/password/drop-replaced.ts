import { VaultError } from '../../core/errors.ts';
import { endTokens } from '../scopes/mint.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { VaultContext } from '../vault/context.ts';

/**
 * What follows once an account's keys were replaced and its sessions ended: takes tokens that a session made meanwhile, and the old keys'
 * wraps, off the disk. A disk that refuses does not make it fail: what has happened must not be answered as if it had not.
 *
 * @returns whether something of it may still be on the disk
 */
export async function dropReplaced(
  deps: { readonly vault: VaultContext; readonly sessions: Sessions },
  userId: Buffer,
): Promise<{ readonly leftOnDisk: boolean }> {
  try {
    await endTokens(deps, userId, null);
  } catch (error) {
    // Nobody has been given such a token: who asked for it is told that the session has ended.
    if (!(error instanceof VaultError)) throw error;
    return { leftOnDisk: true };
  }
  return { leftOnDisk: !deps.vault.store.checkpoint() };
}
