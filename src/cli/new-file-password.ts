import { VaultError } from '../core/errors.ts';
import { masterPasswordAdvice } from './advice.ts';
import type { Cli } from './cli.ts';

/** The password for a file that is to be written: from standard input, or typed twice. `usage` where nobody can be asked. */
export async function askNewFilePassword(cli: Cli, { fromStdin }: { readonly fromStdin: boolean }): Promise<string> {
  if (fromStdin) return await cli.stdin.firstLine('--file-password-stdin');
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', 'the file wants a password, and there is no terminal to ask on', {
      hint: '--file-password-stdin takes it from the first line of standard input',
    });
  }
  for (;;) {
    const password = await prompts.secret('Choose a password for the file:', {
      validate: (value) => (value === '' ? 'it must not be empty' : true),
    });
    const advice = masterPasswordAdvice(password);
    if (advice !== null) cli.output.warn(cli.output.noteStyle.yellow(`  ${advice}`));
    if ((await prompts.secret('Once more, to be sure:')) === password) return password;
    cli.output.warn(cli.output.noteStyle.red('  these two differ, try again'));
  }
}
