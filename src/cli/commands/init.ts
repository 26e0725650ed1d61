import { VaultError } from '../../core/errors.ts';
import { defaultAccount } from '../../core/limits.ts';
import type { Cli } from '../cli.ts';
import { createVault, createdNote } from '../new-vault.ts';
import { localOnly } from '../local.ts';

export interface InitOptions {
  readonly account?: string;
  readonly passwordStdin?: boolean;
  readonly recoveryKit?: string;
}

/** `vault init`. */
export async function init(cli: Cli, { account, passwordStdin = false, recoveryKit }: InitOptions): Promise<void> {
  localOnly(cli, 'a vault is created on the machine of its daemon');
  if (account === '') throw new VaultError('usage', '--account must not be empty');
  const password = passwordStdin ? await cli.stdin.firstLine('--password-stdin') : null;
  await createVault(cli, { account: account ?? null, password, kitFile: recoveryKit ?? null });
  const name = account ?? cli.client.accountFromEnvironment ?? defaultAccount;
  if (cli.globals.json) cli.output.json({ account: name });
  cli.output.note(createdNote(name, cli.output.noteStyle));
}
