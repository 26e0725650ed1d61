import type { Command } from 'commander';
import { define, type Execute } from '../define.ts';

/** The commands that put values where programs look for them. */
export function defineReferenceCommands(program: Command, execute: Execute): void {
  program.commandsGroup('For other programs:');

  const read = program.command('read <reference>').description('print the value that a reference points at');
  define({
    command: read,
    examples: ['vault read vault://github.com/password', `psql "$(vault read 'vault://work/db?username=app/dsn')"`],
    execute,
    run: async (cli, reference: string) => (await import('../commands/read.ts')).read(cli, reference),
  });
}
