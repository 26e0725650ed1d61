import type { Command } from 'commander';
import { addExamples, collect, define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import type { LogOptions } from '../commands/log.ts';
import type { CreateTokenOptions, RevokeOptions } from '../commands/token.ts';

/** The commands that let other programs in, to a few entries, and that tell who was there. */
export function defineTokenCommands(program: Command, execute: Execute): void {
  program.commandsGroup('Sharing:');
  const token = program.command('token').description('let a program read a few entries and nothing else');
  addGlobals(token).enablePositionalOptions().helpCommand(false);
  addExamples(token, ['vault token create --entry work/db --ttl 1h', 'vault token list']);

  const create = token
    .command('create')
    .description('make a token, and print it')
    .option('--entry <name>', 'an entry that it reads; repeat for several', collect)
    .option('-t, --tag <tag>', 'every entry that has this tag now')
    .option('-f, --field <field>', 'hand out this field only')
    .option('--ttl <time>', 'how long it lasts: 30m, 8h, 7d; at most as long as the vault stays unlocked')
    .option('--uses <n>', 'how often an entry can be read with it')
    .option('--survive-lock', 'let it read while the vault is locked; wants --ttl');
  define({
    command: create,
    examples: [
      'VAULTD_TOKEN=$(vault token create --entry work/db --ttl 1h) ./deploy',
      'vault token create --entry ci/registry --field password --uses 1 --ttl 30d --survive-lock',
    ],
    execute,
    run: async (cli, options: CreateTokenOptions) => (await import('../commands/token.ts')).create(cli, options),
  });
  define({
    command: token.command('list').description('list tokens that have not ended'),
    examples: ['vault token list', 'vault token list --json | jq -r .[].id'],
    execute,
    run: async (cli) => (await import('../commands/token.ts')).list(cli),
  });
  const revoke = token.command('revoke [id]').description('end a token at once').option('--all', 'every token of the account');
  define({
    command: revoke,
    examples: ['vault token revoke 0b6fbd4e-7d0c-4a5e-9d55-0e1ad4b1c1de', 'vault token revoke --all'],
    execute,
    run: async (cli, id: string | undefined, options: RevokeOptions) => (await import('../commands/token.ts')).revoke(cli, id, options),
  });

  const log = program
    .command('log')
    .description('say which entries were read, written or refused')
    .option('-n, --lines <n>', 'so many of the newest (100)');
  define({
    command: log,
    examples: ['vault log', 'vault log -n 1000 --json | jq -r .[].action'],
    execute,
    run: async (cli, options: LogOptions) => (await import('../commands/log.ts')).log(cli, options),
  });
  define({
    command: log.command('verify').description('look at every record, and name the first that was changed or taken away'),
    examples: ['vault log verify'],
    execute,
    run: async (cli) => (await import('../commands/log.ts')).verify(cli),
  });
}
