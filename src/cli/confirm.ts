import { VaultError } from '../core/errors.ts';
import type { Client } from './client.ts';
import type { Output } from './output.ts';
import type { Prompts } from './prompts.ts';
import { derivationSeconds } from './unlock.ts';

/** How often a wrong master password may be typed before the command gives up. */
const attempts = 3;

/** Gives the master password to a daemon that wants it again. */
export async function confirmWith(client: Client, token: string, password: string): Promise<void> {
  await client.ask({ path: '/confirm', method: '$post', json: { password } }, { token, timeoutSeconds: derivationSeconds });
}

/** Asks for the master password on the terminal, for an open vault, until it is right. */
export async function askToConfirm(client: Client, prompts: Prompts, output: Output, token: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const password = await prompts.secret('Master password, once more:', {
      validate: (value) => (value === '' ? 'type the master password, or Ctrl+C to leave' : true),
    });
    try {
      await confirmWith(client, token, password);
      return;
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'incorrect_password' || attempt === attempts) throw error;
      output.warn(output.noteStyle.yellow(error.message));
    }
  }
}
