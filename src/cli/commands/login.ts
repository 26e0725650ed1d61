import { VaultError } from '../../core/errors.ts';
import { defaultAccount } from '../../core/limits.ts';
import type { Cli } from '../cli.ts';
import { logInFromStdin } from '../password-stdin.ts';
import { escapeLine } from '../text.ts';
import { askToLogIn } from '../unlock.ts';

export interface LoginOptions {
  readonly account?: string;
  readonly passwordStdin?: boolean;
  readonly acceptOlder?: boolean;
}

async function logInFromTerminal(cli: Cli, account: string | null, acceptOlder: boolean): Promise<string> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'no master password, and no terminal to ask on', {
      hint: '--password-stdin takes it from standard input',
    });
  }
  return (await askToLogIn({ client: cli.client, prompts, output: cli.output, account, acceptOlder })).token;
}

/** Whose vault it is, where there could be a doubt. */
function whose(account: string | undefined): string {
  return account === undefined || account === defaultAccount ? ' the vault' : ` the vault of ${escapeLine(account)}`;
}

/** `vault login`. */
export async function login(cli: Cli, { account, passwordStdin = false, acceptOlder = false }: LoginOptions): Promise<void> {
  if (account === '') throw new VaultError('usage', '--account must not be empty');
  const wanted = account ?? cli.client.account;
  const token = await (passwordStdin ? logInFromStdin(cli, wanted, { acceptOlder }) : logInFromTerminal(cli, wanted, acceptOlder));
  const { session } = await cli.client.ask({ path: '/status', method: '$get' }, { token });
  if (cli.globals.json) cli.output.json({ account: session?.account ?? null, expiresAt: session?.expiresAt ?? null });
  cli.output.note(`${cli.output.noteStyle.green('unlocked')}${whose(session?.account)}`);
  if (cli.client.tokenIsGiven) cli.output.warn('VAULTD_TOKEN is set: commands go on using it, not this login');
}
