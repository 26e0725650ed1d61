import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { escapeLine } from './text.ts';

export interface FilePasswordOptions {
  /** How the file is called in the question. */
  readonly file: string;
  /** `--file-password-stdin`: the first line of standard input. */
  readonly fromStdin: boolean;
  /** Whether there may be none: a key file opens it too, perhaps. */
  readonly optional: boolean;
}

/** The password of a file that is read: from standard input, else from the terminal; null where there may be none. `usage` where nobody can be asked. */
export async function askFilePassword(cli: Cli, { file, fromStdin, optional }: FilePasswordOptions): Promise<string | null> {
  if (fromStdin) return await cli.stdin.firstLine('--file-password-stdin');
  const prompts = await cli.prompts();
  if (prompts === null) {
    if (optional) return null;
    throw new VaultError('usage', 'the file is protected by a password, and there is no terminal to ask on', {
      hint: '--file-password-stdin takes it from the first line of standard input',
    });
  }
  const typed = await prompts.secret(`Password of ${escapeLine(file)}${optional ? ' (empty for none)' : ''}:`, {
    validate: (value) => (value === '' && !optional ? "type the file's password, or Ctrl+C to leave" : true),
  });
  return typed === '' ? null : typed;
}
