import type { Command } from 'commander';
import type { HistoryOptions } from '../commands/history.ts';
import type { RestoreOptions } from '../commands/restore.ts';
import type { RotateOptions } from '../commands/rotate.ts';
import type { EmptyTrashOptions } from '../commands/trash.ts';
import { addExamples, define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import { CommandWithLength } from '../length-option.ts';
import { selectUser } from './entries.ts';
import { addGeneratorOptions } from './generator-options.ts';

/** New passwords that wait for their site, earlier revisions, and the trash. */
export function definePastCommands(program: Command, execute: Execute): void {
  const rotate = addGeneratorOptions(
    new CommandWithLength('rotate')
      .description('make a new password, which waits until its site has taken it')
      .argument('<name>')
      .option(...selectUser)
      .option('-g, --generate [length]', 'of LENGTH characters (20)')
      .option('-c, --clip', 'to the clipboard, which is cleared after a while')
      .option('--commit', 'the site has taken it: put it in force')
      .option('--abort', 'give it up'),
  );
  program.addCommand(rotate);
  define({
    command: rotate,
    examples: ['vault rotate github.com -c', 'vault rotate github.com --commit', 'vault get github.com --previous'],
    execute,
    run: async (cli, name: string, options: RotateOptions) => (await import('../commands/rotate.ts')).rotate(cli, name, options),
  });

  const history = program
    .command('history <name>')
    .description('list what an entry was, with every earlier password')
    .option(...selectUser)
    .option('--show', 'show the passwords');
  define({
    command: history,
    examples: ['vault history github.com', 'vault history github.com --show'],
    execute,
    run: async (cli, name: string, options: HistoryOptions) => (await import('../commands/history.ts')).history(cli, name, options),
  });

  const restore = program
    .command('restore <name>')
    .description('bring an entry back from the trash, or an earlier revision')
    .option(...selectUser)
    .option('--revision <n>', 'what the entry was then, as a new revision');
  define({
    command: restore,
    examples: ['vault restore github.com', 'vault restore github.com --revision 3'],
    execute,
    run: async (cli, name: string, options: RestoreOptions) => (await import('../commands/restore.ts')).restore(cli, name, options),
  });

  const trash = program.command('trash').description('list removed entries, or delete them for good');
  addGlobals(trash).enablePositionalOptions().helpCommand(false);
  addExamples(trash, ['vault trash list', 'vault trash empty']);
  define({
    command: trash.command('list').alias('ls').description('list removed entries'),
    examples: ['vault trash list'],
    execute,
    run: async (cli) => (await import('../commands/trash.ts')).listTrash(cli),
  });
  define({
    command: trash.command('empty').description('delete them for good').option('--yes', 'do not ask'),
    examples: ['vault trash empty'],
    execute,
    run: async (cli, options: EmptyTrashOptions) => (await import('../commands/trash.ts')).emptyTrash(cli, options),
  });
}
