import { VaultError } from '../core/errors.ts';
import { defaultAccount } from '../core/limits.ts';
import type { Cli } from './cli.ts';
import { createdNote, createVault } from './new-vault.ts';
import { statusOfVault } from './unlock.ts';

/** On a terminal, the first command that stores something creates the vault: `thenWhat` it does then. True where it was created. */
export async function createVaultIfNone(cli: Cli, thenWhat: string): Promise<boolean> {
  if (cli.client.token() !== null || !cli.client.link.local) return false;
  const prompts = await cli.prompts();
  if (prompts === null) return false;
  try {
    await prompts.before(() => statusOfVault(cli.client));
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'not_initialized') throw error;
    cli.output.note(`There is no vault yet: this makes one, and then ${thenWhat}.`);
    await createVault(cli, { account: null, password: null, kitFile: null });
    cli.output.note(createdNote(cli.client.accountFromEnvironment ?? defaultAccount, cli.output.noteStyle));
    return true;
  }
  return false;
}
