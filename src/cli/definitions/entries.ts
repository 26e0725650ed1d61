import type { Command } from 'commander';
import { collect, define, type Execute } from '../define.ts';
import { CommandWithLength } from '../length-option.ts';
import type { AuditOptions } from '../commands/audit.ts';
import type { AddOptions } from '../commands/add.ts';
import type { EditOptions } from '../commands/edit.ts';
import type { GenerateOptions } from '../commands/generate.ts';
import type { GetOptions } from '../commands/get.ts';
import type { ListOptions } from '../commands/list.ts';
import type { RemoveOptions } from '../commands/remove.ts';
import type { RenameOptions } from '../commands/rename.ts';
import type { TotpOptions } from '../commands/totp.ts';
import { addGeneratorOptions } from './generator-options.ts';
import { confirmFromStdinOption } from './vault.ts';

export const selectUser = ['-u, --user <user>', 'the entry with this username, where the name stands for several'] as const;

/** The options that say what an entry holds; those that are lists replace what it has. */
function addSetters(command: Command, instead = ''): Command {
  command
    .option('--url <url>', `where it is used${instead}; repeat for several`, collect)
    .option('-g, --generate [length]', 'generate the password, of LENGTH characters (20); the options of vault generate go with it')
    .option('--password-stdin', 'read the password from standard input')
    .option('--totp', 'ask for the TOTP secret')
    .option('--totp-stdin', 'read the TOTP secret from standard input')
    .option('--totp-qr <file>', 'take the TOTP secret from an image of its QR code (PNG, JPEG)')
    .option('--notes <text>', 'notes; @FILE and - read them from a file or standard input')
    .option(
      '--field <name=value>',
      'another field; NAME=@FILE and NAME=- make it a hidden one, totp=@FILE and totp=- set the TOTP secret; repeat for several',
      collect,
    )
    .option('-t, --tag <tag>', `a tag${instead}; repeat for several`, collect);
  return addGeneratorOptions(command.optionsGroup('With -g:'));
}

/** The commands that people use every day. */
export function defineEntryCommands(program: Command, execute: Execute): void {
  program.commandsGroup('Entries:');

  const add = addSetters(
    new CommandWithLength('add')
      .description('store a login; what is missing is asked for')
      .argument('[name]', 'what you will type to get it: github.com, work/db, or a URL; none with --totp-qr adds all that the code holds')
      .option('-u, --user <user>', 'the username'),
  );
  program.addCommand(add);
  define({
    command: add,
    examples: ['vault add github.com', 'vault add github.com -u me@example.com -g', `printf %s "$DSN" | vault add work/db --field dsn=-`],
    execute,
    run: async (cli, name: string | undefined, options: AddOptions) => (await import('../commands/add.ts')).add(cli, name, options),
  });

  const get = program
    .command('get <name>')
    .alias('show')
    .description('print a password, or another field')
    .option(...selectUser)
    .option('-f, --field <field>', 'password, username, url, notes, totp, code (the current one), id, or the name of a field')
    .option('-c, --clip', 'to the clipboard, which is cleared after a while')
    .option('--seq <fields>', 'with -c: several fields, each until it was pasted')
    .option('--all', 'everything, with the secrets hidden')
    .option('--reveal', 'with --all: the secrets too')
    .option('--previous', 'the password before the newest one; while that is pending, the present one');
  define({
    command: get,
    examples: [
      'vault get github.com -c',
      'vault get github.com -c --seq username,password,totp',
      'psql "$(vault get work/db -f dsn)"',
      'vault get github.com --json | jq -r .username',
    ],
    execute,
    run: async (cli, name: string, options: GetOptions) => (await import('../commands/get.ts')).get(cli, name, options),
  });

  const totp = program
    .command('totp <name>')
    .aliases(['otp', 'code'])
    .description('print the current one-time code')
    .option(...selectUser)
    .option('-c, --clip', 'to the clipboard, which is cleared after a while')
    .option('--min-validity <seconds>', 'wait for the next code if the present one ends sooner');
  define({
    command: totp,
    examples: ['vault totp github.com -c', 'vault totp aws/root --min-validity 10'],
    execute,
    run: async (cli, name: string, options: TotpOptions) => (await import('../commands/totp.ts')).totp(cli, name, options),
  });

  const list = program
    .command('list [pattern]')
    .alias('ls')
    .description('list entries by name')
    .option('-t, --tag <tag>', 'only those with this tag')
    .option('--tree', 'as a tree, where names have slashes');
  define({
    command: list,
    examples: ['vault list', "vault list 'work/*'", 'vault list --tree', 'vault list | cut -f1'],
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
      .option('--password', 'ask for a new password')
      .option('--unset <field>', 'take a field away; repeat for several', collect)
      .option('--add-url <url>', 'one more URL; repeat for several', collect)
      .option('--remove-url <url>', 'one URL less; repeat for several', collect)
      .option('--add-tag <tag>', 'one more tag; repeat for several', collect)
      .option('--remove-tag <tag>', 'one tag less; repeat for several', collect),
    ', instead of those it has',
  );
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

  const generate = addGeneratorOptions(
    program
      .command('generate')
      .alias('gen')
      .description('print a new password; nothing is stored')
      .argument('[length]', 'how many characters (20)'),
  ).option('-c, --clip', 'to the clipboard, which is cleared after a while');
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

  const audit = program
    .command('audit [pattern]')
    .description('look for weak, reused, old and breached passwords, and URLs without encryption')
    .option('--hibp <file>', 'the list of breached passwords from haveibeenpwned.com: SHA-1, ordered by hash')
    .option('--max-age <days>', 'passwords older than this are old (365); 0 for any age')
    .option(...confirmFromStdinOption);
  define({
    command: audit,
    examples: [
      'vault audit',
      'vault audit --hibp pwned-passwords-sha1-ordered-by-hash.txt',
      "vault audit --json | jq -r '.findings[].name'",
    ],
    execute,
    run: async (cli, pattern: string | undefined, options: AuditOptions) =>
      (await import('../commands/audit.ts')).audit(cli, pattern, options),
  });
}
