import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { isLocked } from './client.ts';
import { confirmWith } from './confirm.ts';
import { escapeLine } from './text.ts';
import { accountFor, logIn, statusOfVault } from './unlock.ts';

/** Logs in with the first line of standard input, keeps the token and gives it. `wanted` is the account, where one was named. */
export async function logInFromStdin(cli: Cli, wanted: string | null, { acceptOlder = false } = {}): Promise<string> {
  return await logInWith(cli, await cli.stdin.firstLine('--password-stdin'), wanted, acceptOlder);
}

async function logInWith(cli: Cli, password: string, wanted: string | null, acceptOlder: boolean): Promise<string> {
  const status = await statusOfVault(cli.client);
  const account = accountFor(wanted, status);
  if (account === null && status.accounts !== undefined) {
    const names = status.accounts.map(escapeLine).join(', ');
    throw new VaultError('usage', 'there are several accounts, and none of them was named', {
      hint: `--account or VAULTD_ACCOUNT names one of ${names}`,
    });
  }
  return await logIn(cli.client, { account, password, acceptOlder, warn: cli.output.warn });
}

/**
 * For a command that takes a whole vault out, which wants the master password: gives it the first line of standard input, of a
 * vault that is open or locked.
 */
export async function confirmFromStdin(cli: Cli): Promise<void> {
  const { client } = cli;
  const password = await cli.stdin.firstLine('--password-stdin');
  const token = client.token();
  try {
    if (token !== null) {
      await confirmWith(client, token, password);
      return;
    }
  } catch (error) {
    if (client.tokenIsGiven || !isLocked(error)) throw error;
  }
  await logInWith(cli, password, client.account, false);
}
