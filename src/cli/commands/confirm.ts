import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { lockedError } from '../client.ts';
import { askToConfirm, confirmWith } from '../confirm.ts';

export interface ConfirmOptions {
  readonly passwordStdin?: boolean;
}

/** `vault confirm`. */
export async function confirm(cli: Cli, { passwordStdin = false }: ConfirmOptions): Promise<void> {
  const token = cli.client.token();
  if (token === null) throw lockedError('vault login unlocks it, which asks for the password too');
  if (passwordStdin) await confirmWith(cli.client, token, await cli.stdin.firstLine('--password-stdin'));
  else {
    const prompts = await cli.prompts();
    if (prompts === null) {
      throw new VaultError('usage', 'no master password, and no terminal to ask on', {
        hint: '--password-stdin takes it from standard input',
      });
    }
    await askToConfirm(cli.client, prompts, cli.output, token);
  }
  if (cli.globals.json) cli.output.json({ confirmed: true });
  cli.output.note(`${cli.output.noteStyle.green('confirmed')}: entries can be read again`);
}
