import type { CommanderError } from 'commander';
import { VaultError } from '../core/errors.ts';

const withSubcommands: ReadonlySet<string> = new Set(['daemon', 'token']);

/** Which command's help belongs to an error: the words before the first option. */
function commandWords(args: readonly string[], known: readonly string[]): string {
  const [first = '', second = ''] = args.filter((arg) => !arg.startsWith('-'));
  if (!known.includes(first)) return 'vault';
  return withSubcommands.has(first) && /^[a-z]+$/.test(second) ? `vault ${first} ${second}` : `vault ${first}`;
}

/** What Commander found wrong, as an error of ours: its first line says what, its suggestion is the hint. */
export function usageError(error: CommanderError, args: readonly string[], known: readonly string[]): VaultError {
  const [first = '', ...rest] = error.message.split('\n');
  const message = first
    .replace(/^error: /, '')
    .replace(/\.$/, '')
    // The value of an option that does not exist may be a secret.
    .replace(/^(unknown option '[^=]*)=.*'$/s, "$1'")
    .replace(/ <[a-z=]+>/g, (name) => name.slice(0, 1) + name.slice(2, -1).toUpperCase())
    .replace(/^(missing required argument) '(.+)'$/, (_, text: string, name: string) => `${text} ${name.toUpperCase()}`);
  const suggestion = /\((Did you mean .*\?)\)/.exec(rest.join(' '))?.[1];
  const help = `${commandWords(args, known)} --help`;
  if (error.code === 'commander.unknownOption' && message.includes("'--password'")) {
    return new VaultError('usage', 'no secret is taken as an argument', {
      hint: '--password-stdin reads it from standard input; on a terminal you are asked for it',
    });
  }
  return new VaultError('usage', message, { hint: suggestion === undefined ? help : suggestion.replace(/^D/, 'd') });
}
