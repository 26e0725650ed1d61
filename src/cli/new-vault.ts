import type { CreateUserResponse } from '../core/api/accounts.ts';
import { VaultError } from '../core/errors.ts';
import { defaultAccount } from '../core/limits.ts';
import { masterPasswordAdvice } from './advice.ts';
import type { Cli } from './cli.ts';
import { openKitFile, showKit } from './kit.ts';
import type { Prompts } from './prompts.ts';
import { derivationSeconds, keepToken, type Status } from './unlock.ts';
import type { Style } from './style.ts';
import { escapeLine } from './text.ts';

/** Asks for a new master password twice, with advice in between. */
export async function askNewMasterPassword(cli: Cli, prompts: Prompts, message: string): Promise<string> {
  for (;;) {
    const password = await prompts.secret(message, { validate: (value) => (value === '' ? 'it must not be empty' : true) });
    const advice = masterPasswordAdvice(password);
    if (advice !== null) cli.output.warn(cli.output.noteStyle.yellow(`  ${advice}`));
    if ((await prompts.secret('Once more, to be sure:')) === password) return password;
    cli.output.warn(cli.output.noteStyle.red('  these two differ, try again'));
  }
}

export interface NewVaultOptions {
  readonly account: string | null;
  /** Given on stdin; null to ask for it. */
  readonly password: string | null;
  readonly kitFile: string | null;
}

/** `user_exists` where the account is there: said before a password is asked for. */
function checkFree(account: string, { accounts = [] }: Status): void {
  if (accounts.includes(account)) {
    throw new VaultError('user_exists', `there is a vault already${account === defaultAccount ? '' : ` for the account ${account}`}`);
  }
}

/**
 * Creates a vault, keeps the token of its first session and gives it. The recovery kit goes to a file, or is shown on the
 * terminal; where there is neither none is made: scripts keep logs.
 */
export async function createVault(cli: Cli, { account: wanted, password: given, kitFile: kitPath }: NewVaultOptions): Promise<string> {
  const { client } = cli;
  const prompts = await cli.prompts();
  if (given === null && prompts === null) {
    throw new VaultError('usage', 'no master password, and no terminal to ask on', { hint: 'give it with --password-stdin' });
  }
  const account = wanted ?? client.accountFromEnvironment ?? defaultAccount;
  const status = () => client.ask({ path: '/status', method: '$get' }, { start: true });
  checkFree(account, await (given === null && prompts !== null ? prompts.before(status) : status()));
  const kitFile = kitPath === null ? null : openKitFile(kitPath, '--recovery-kit');
  let created: CreateUserResponse;
  let asked = false;
  try {
    const password = given ?? (prompts === null ? '' : await askNewMasterPassword(cli, prompts, 'Choose a master password:'));
    asked =
      kitFile === null &&
      prompts !== null &&
      (given !== null || (await prompts.confirm('Make a recovery kit, in case you forget it?', true)));
    if (prompts !== null) cli.output.note(cli.output.noteStyle.dim('creating the vault …'));
    const json = { account, password, recoveryKit: asked || kitFile !== null, askpass: client.askpass };
    created = await client.ask({ path: '/users', method: '$post', json }, { start: true, timeoutSeconds: derivationSeconds });
  } catch (error) {
    kitFile?.discard();
    throw error;
  }
  if (created.recoveryKit !== undefined) kitFile?.write(created.recoveryKit);
  try {
    return await keepToken(client, created.token, account);
  } finally {
    // Whatever became of the token: nobody can ask for this kit again.
    if (created.recoveryKit !== undefined && asked && prompts !== null) await showKit(cli, prompts, created.recoveryKit, given === null);
  }
}

/** What to say once a vault is there. */
export function createdNote(account: string, style: Style): string {
  return `${style.green('created')} the vault${account === defaultAccount ? '' : ` of ${escapeLine(account)}`}: it is unlocked`;
}
