import { type Command, Option } from 'commander';
import type { ExportCommandOptions } from '../commands/export.ts';
import type { ImportCommandOptions } from '../commands/import.ts';
import { define, type Execute } from '../define.ts';
import { confirmFromStdinOption } from './vault.ts';

/** The commands that bring entries in and take them out. They run on Node.js, whichever program was started. */
export function defineExchangeCommands(program: Command, execute: Execute): void {
  program.commandsGroup('In and out:');

  const bring = program
    .command('import [format] [file]')
    .description('bring entries in from another program; FORMAT auto looks at the content')
    .option('--list', 'show the formats')
    .option('--file-password-stdin', "read the file's password from the first line of standard input")
    .option('--key-file <file>', "a KeePass database's key file")
    .option('--dry-run', 'show what would come, and change nothing')
    .addOption(
      new Option(
        '--on-conflict <what>',
        'what becomes of an entry whose name and username are taken: skip it (the default), replace, keep-both',
      ).choices(['skip', 'replace', 'keep-both']),
    )
    .option('--unescape-html', 'LastPass: take back the &amp; of old web exports');
  define({
    command: bring,
    examples: [
      'vault import auto export.csv',
      'vault import kdbx Passwords.kdbx --key-file Passwords.keyx',
      'vault import bitwarden export.json --dry-run',
    ],
    execute,
    run: async (cli, format: string | undefined, file: string | undefined, options: ImportCommandOptions) =>
      (await (await import('../on-node.ts')).onNode(cli)) ??
      (await (await import('../commands/import.ts')).bring(cli, format, file, options)),
  });

  const take = program
    .command('export [format] [file]')
    .description('write all entries to a new file: age (the default), bitwarden, csv, kdbx or cxf')
    .option('--file-password-stdin', "read the file's password from the first line of standard input")
    .option(...confirmFromStdinOption)
    .option('--plaintext', 'write it in the clear; csv and cxf cannot be written in another way')
    .option('--yes', 'do not ask whether that is meant');
  define({
    command: take,
    examples: ['vault export', 'vault export kdbx Passwords.kdbx', 'vault export csv passwords.csv --plaintext'],
    execute,
    run: async (cli, format: string | undefined, file: string | undefined, options: ExportCommandOptions) =>
      (await (await import('../on-node.ts')).onNode(cli)) ??
      (await (await import('../commands/export.ts')).take(cli, format, file, options)),
  });
}
