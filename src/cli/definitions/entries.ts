import type { Command } from 'commander';
import { collect, define, type Execute } from '../define.ts';
import { CommandWithLength } from '../length-option.ts';
import type { AddOptions } from '../commands/add.ts';
import type { EditOptions } from '../commands/edit.ts';
import type { GenerateOptions } from '../commands/generate.ts';
import type { GetOptions } from '../commands/get.ts';
import type { ListOptions } from '../commands/list.ts';
import type { RemoveOptions } from '../commands/remove.ts';
import type { RenameOptions } from '../commands/rename.ts';

export const selectUser = ['-u, --user <user>', 'the entry with this username, where the name stands for several'] as const;

/** The options that say what an entry holds; those that are lists replace what it has. */
function addSetters(command: Command, instead = ''): Command {
  return command
    .option('--url <url>', `where it is used${instead}; repeat for several`, collect)
    .option('-g, --generate [length]', 'generate the password, of LENGTH characters (20)')
    .option('--rules <rules>', 'what a generated password must obey, as in "minlength: 8; required: lower, upper"; empty for nothing')
    .option('--password-stdin', 'read the password from standard input')
    .option('--notes <text>', 'notes; @FILE and - read them from a file or standard input')
    .option(
      '--field <name=value>',
      'another field; NAME=@FILE and NAME=- make it a hidden one, totp=@FILE and totp=- set the TOTP secret; repeat for several',
      collect,
    )
    .option('-t, --tag <tag>', `a tag${instead}; repeat for several`, collect);
}

/** The commands that people use every day. */
export function defineEntryCommands(program: Command, execute: Execute): void {
  program.commandsGroup('Entries:');

  const add = addSetters(
    new CommandWithLength('add')
      .description('store a login; what is missing is asked for')
      .argument('<name>', 'what you will type to get it: github.com, work/db, or a URL')
      .option('-u, --user <user>', 'the username'),
  );
  program.addCommand(add);
  define({
    command: add,
    examples: ['vault add github.com', 'vault add github.com -u me@example.com -g', `printf %s "$DSN" | vault add work/db --field dsn=-`],
    execute,
    run: async (cli, name: string, options: AddOptions) => (await import('../commands/add.ts')).add(cli, name, options),
  });

  const get = program
    .command('get <name>')
    .alias('show')
    .description('print a password, or another field')
    .option(...selectUser)
    .option('-f, --field <field>', 'password, username, url, notes, totp, code (the current one), id, or the name of a field')
    .option('-c, --clip', 'to the clipboard, which is cleared after a while')
    .option('--all', 'everything, with the secrets hidden')
    .option('--reveal', 'with --all: the secrets too');
  define({
    command: get,
    examples: ['vault get github.com -c', 'psql "$(vault get work/db -f dsn)"', 'vault get github.com --json | jq -r .username'],
    execute,
    run: async (cli, name: string, options: GetOptions) => (await import('../commands/get.ts')).get(cli, name, options),
  });

  const list = program
    .command('list [pattern]')
    .alias('ls')
    .description('list entries by name')
    .option('-t, --tag <tag>', 'only those with this tag');
  define({
    command: list,
    examples: ['vault list', "vault list 'work/*'", 'vault list | cut -f1'],
    execute,
    run: async (cli, pattern: string | undefined, options: ListOptions) =>
      (await import('../commands/list.ts')).list(cli, pattern, options),
  });

  const find = program.command('find <term>').alias('search').description('look through everything that is no secret');
  define({
    command: find,
    examples: ['vault find example.com'],
    execute,
    run: async (cli, term: string) => (await import('../commands/find.ts')).find(cli, term),
  });

  const edit = addSetters(
    new CommandWithLength('edit')
      .description('change an entry; without options, in your editor')
      .argument('<name>')
      .option(...selectUser)
      .option('--name <new>', 'a new name')
      .option('--username <new>', 'a new username; empty for none')
      .option('--password', 'ask for a new password'),
    ', instead of those it has',
  ).option('--unset <field>', 'take a field away; repeat for several', collect);
  program.addCommand(edit);
  define({
    command: edit,
    examples: ['vault edit github.com', 'vault edit github.com -g 32', 'vault edit work/db --field port=5433 --unset notes'],
    execute,
    run: async (cli, name: string, options: EditOptions) => (await import('../commands/edit.ts')).edit(cli, name, options),
  });

  const rename = program
    .command('rename <name> <new>')
    .alias('mv')
    .description('give an entry another name')
    .option(...selectUser);
  define({
    command: rename,
    examples: ['vault rename gitlab.com work/gitlab'],
    execute,
    run: async (cli, name: string, newName: string, options: RenameOptions) =>
      (await import('../commands/rename.ts')).rename(cli, name, newName, options),
  });

  const remove = program
    .command('remove <name>')
    .alias('rm')
    .description('move an entry to the trash')
    .option(...selectUser)
    .option('--yes', 'do not ask');
  define({
    command: remove,
    examples: ['vault remove old.example.com'],
    execute,
    run: async (cli, name: string, options: RemoveOptions) => (await import('../commands/remove.ts')).remove(cli, name, options),
  });

  const generate = program
    .command('generate')
    .alias('gen')
    .description('print a new password; nothing is stored')
    .argument('[length]', 'how many characters (20)')
    .option('--words <n>', 'words of the EFF list instead of characters')
    .option('--no-symbols', 'no symbols')
    .option('--no-digits', 'no digits')
    .option('--no-upper', 'no capital letters')
    .option('--no-lower', 'no small letters')
    .option('--exclude <chars>', 'never these characters')
    .option('--no-ambiguous', 'no characters that are easily mistaken for another')
    .option('--min-digits <n>', 'so many digits at least')
    .option('--min-symbols <n>', 'so many symbols at least')
    .option('--separator <s>', 'what stands between words (-)')
    .option('--rules <rules>', 'what it must obey, as in "minlength: 8; maxlength: 12; required: digit; allowed: lower, [-_]"')
    .option('-c, --clip', 'to the clipboard, which is cleared after a while');
  define({
    command: generate,
    examples: [
      'vault generate',
      'vault generate 32 --no-symbols',
      'vault generate --words 6',
      "vault generate --rules 'maxlength: 12; required: digit; allowed: lower'",
    ],
    execute,
    run: async (cli, length: string | undefined, options: GenerateOptions) =>
      (await import('../commands/generate.ts')).generate(cli, length, options),
  });
}
