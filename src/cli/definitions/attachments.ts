import type { Command } from 'commander';
import { addExamples, define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import type { AttachmentOptions, AttachOptions, GetAttachmentOptions } from '../commands/attachment.ts';
import { selectUser } from './entries.ts';

/** Files that belong to entries. */
export function defineAttachmentCommands(program: Command, execute: Execute): void {
  const attach = program
    .command('attach <name> <file>')
    .description('keep a file with an entry')
    .option(...selectUser)
    .option('--as <name>', 'what to call it, instead of its own name');
  define({
    command: attach,
    examples: ['vault attach github.com recovery-codes.txt', 'pg_dump work | vault attach work/db - --as work.sql'],
    execute,
    run: async (cli, name: string, file: string, options: AttachOptions) =>
      (await import('../commands/attachment.ts')).attach(cli, name, file, options),
  });

  const attachment = program.command('attachment').description('list, read and remove the files of an entry');
  addGlobals(attachment).enablePositionalOptions().helpCommand(false);
  addExamples(attachment, ['vault attachment list github.com', 'vault attachment get github.com recovery-codes.txt -o codes.txt']);

  const list = attachment
    .command('list <name>')
    .alias('ls')
    .description('list the files of an entry')
    .option(...selectUser);
  define({
    command: list,
    examples: ['vault attachment list github.com', 'vault attachment list github.com | cut -f1'],
    execute,
    run: async (cli, name: string, options: AttachmentOptions) => (await import('../commands/attachment.ts')).list(cli, name, options),
  });

  const get = attachment
    .command('get <name> <attachment>')
    .description('print a file, or write it to a new one')
    .option(...selectUser)
    .option('-o, --output <file>', 'write it to this file or directory; - is standard output');
  define({
    command: get,
    examples: ['vault attachment get github.com recovery-codes.txt -o codes.txt', 'vault attachment get work/db work.sql | psql work'],
    execute,
    run: async (cli, name: string, wanted: string, options: GetAttachmentOptions) =>
      (await import('../commands/attachment.ts')).get(cli, name, wanted, options),
  });

  const remove = attachment
    .command('remove <name> <attachment>')
    .alias('rm')
    .description('take a file off an entry; earlier revisions keep it')
    .option(...selectUser);
  define({
    command: remove,
    examples: ['vault attachment remove github.com recovery-codes.txt'],
    execute,
    run: async (cli, name: string, wanted: string, options: AttachmentOptions) =>
      (await import('../commands/attachment.ts')).remove(cli, name, wanted, options),
  });
}
