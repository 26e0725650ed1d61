import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { warnLeftOnDisk } from '../left-on-disk.ts';
import { askNewMasterPassword } from '../new-vault.ts';
import { asVaultError } from '../report.ts';
import { count, escapeLine } from '../text.ts';
import { askToLogIn, derivationSeconds, logIn } from '../unlock.ts';

export interface PasswdOptions {
  readonly passwordStdin?: boolean;
  readonly rotateKeys?: boolean;
}

interface Change {
  readonly token: string | null;
  readonly currentPassword: string;
  readonly newPassword: string;
}

/** Asks for the old and the new password. The old one opens a locked vault too, so that nobody types it twice. */
async function askForBoth(cli: Cli): Promise<Change> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'no master password, and no terminal to ask on', {
      hint: '--password-stdin takes the old one and the new one, a line each',
    });
  }
  const { token, password } = await askToLogIn({ client: cli.client, prompts, output: cli.output, account: cli.client.account });
  return { token, currentPassword: password, newPassword: await askNewMasterPassword(cli, prompts, 'New master password:') };
}

async function readBoth(cli: Cli): Promise<Change> {
  const [currentPassword, newPassword] = await cli.stdin.twoLines('--password-stdin');
  return { token: null, currentPassword, newPassword };
}

/** `vault passwd`. */
export async function passwd(cli: Cli, { passwordStdin = false, rotateKeys = false }: PasswdOptions): Promise<void> {
  const { client, output } = cli;
  const { token, currentPassword, newPassword } = await (passwordStdin ? readBoth(cli) : askForBoth(cli));
  const json = { currentPassword, newPassword, ...(rotateKeys ? { rotateKeys } : {}) };
  const call = { path: '/users/me/password', method: '$put', json } as const;
  const options = { timeoutSeconds: derivationSeconds };
  const { sessionsEnded, copies, leftOnDisk } = await (token === null
    ? client.call(call, options)
    : client.ask(call, { ...options, token }));
  if (cli.globals.json) output.json({ sessionsEnded, copies });
  output.note(`${output.noteStyle.green('changed')} the master password; ${count(sessionsEnded, 'session')} ended`);
  warnLeftOnDisk(output, leftOnDisk);
  if (rotateKeys) output.note('every key is new; an earlier recovery kit opens nothing any more');
  for (const copy of copies) output.warn(`this older copy still opens with the old password: ${escapeLine(copy)}`);
  if (token === null && client.tokenIsGiven) {
    // Whose it was is not said in the environment: nobody's password is tried on another account.
    output.warn('VAULTD_TOKEN opens nothing any more: vault login opens the vault with the new password');
    return;
  }
  try {
    await logIn(client, { account: client.account, password: newPassword, warn: output.warn });
  } catch (error) {
    // The new password holds: a failure here must not look as if it did not.
    output.warn(`the vault stays locked (${escapeLine(asVaultError(error).message)}): vault login opens it with the new password`);
  }
}
