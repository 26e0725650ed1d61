import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { NoDaemonError } from '../transport.ts';

/** What a helper's operations work with. */
export interface HelperCall {
  readonly cli: Cli;
  readonly operation: string;
  /** All of standard input. */
  readonly input: () => Promise<Buffer>;
  /** Whether somebody looks on: without a terminal nobody can be asked, and what is read is no use of the session (an editor that fetches by itself). */
  readonly attended: boolean;
  /** Whether there is a vault that could hold something. */
  readonly hasVault: boolean;
  /** Whether the token at hand reads a few entries and can do nothing else: whatever else it asked for would be refused, and logged. */
  readonly onlyReads: boolean;
}

export const onlyReadsWords = 'VAULTD_TOKEN is a token that only reads a few entries';

/** Whether an error says only that the vault is locked, and was not opened. */
export function staysLocked(error: unknown): boolean {
  if (error instanceof NoDaemonError) return true;
  return error instanceof VaultError && ['unauthenticated', 'vault_locked', 'cancelled', 'not_initialized'].includes(error.code);
}

/** What `work` gives; null where the vault is locked and stays so, or holds no such thing. */
export async function unlessMissing<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (staysLocked(error) || (error instanceof VaultError && error.code === 'entry_not_found')) return null;
    throw error;
  }
}
