import type { Command } from 'commander';
import { collect, define, type Execute } from '../define.ts';
import type { InjectOptions } from '../commands/inject.ts';
import type { RunOptions } from '../commands/run.ts';

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

  const run = program
    .command('run')
    .description('run a command with secrets in place of their references')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--env-file <file>', 'variables from an env file; repeat for several', collect)
    .option('-e, --env <name=reference>', 'a variable; repeat for several', collect)
    .option('--fd <n=reference>', 'a value to be read from /dev/fd/N, with N from 3 to 9; repeat for several', collect)
    .option('--locked', 'stop where a reference gives something else than when it was pinned')
    .option('--lock-file <file>', 'where references are pinned (vault.lock)')
    .option('--update-lock', 'pin what has changed as it is now')
    .option('--no-masking', 'show secrets in what the command prints')
    .passThroughOptions();
  define({
    command: run,
    examples: ['vault run --env-file .env -- npm start', 'vault run -e PGPASSWORD=vault://work/db/password -- psql -h db app'],
    execute,
    run: async (cli, command: string[], options: RunOptions) => (await import('../commands/run.ts')).run(cli, command, options),
  });

  const inject = program
    .command('inject')
    .description('fill a template with secrets')
    .option('-i, --in <file>', 'the template, with {{ vault://… }} for each value; standard input without it')
    .option('-o, --out <file>', 'a new file that only you can read; standard output without it')
    .option('-f, --force', 'overwrite the file');
  define({
    command: inject,
    examples: ['vault inject -i config.tpl.yml -o config.yml', `echo 'token: {{ vault://ci/token/password }}' | vault inject`],
    execute,
    run: async (cli, options: InjectOptions) => (await import('../commands/inject.ts')).inject(cli, options),
  });
}
