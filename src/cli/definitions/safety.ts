import type { Command } from 'commander';
import { define, type Execute } from '../define.ts';
import type { CopyOptions, RestoreOptions } from '../commands/backup.ts';
import type { RecoverOptions, RecoveryKitOptions } from '../commands/recovery.ts';

function addCopyOptions(command: Command): Command {
  return command
    .option('--account <name>', 'the account to take, where the copy holds several')
    .option('--password-stdin', 'read the master password of the copy from the first line of standard input');
}

/** What helps when something was lost. */
export function defineSafetyCommands(program: Command, execute: Execute): void {
  program.commandsGroup('When something is lost:');

  const backup = program
    .command('backup [directory]')
    .description('copy the vault, as it is now, to a new file')
    .enablePositionalOptions()
    .helpCommand(false);
  define({
    command: backup,
    examples: ['vault backup', 'vault backup /media/usb', 'vault backup verify /media/usb/vault-2026-01-31T12-00-00.db'],
    execute,
    run: async (cli, directory: string | undefined) => (await import('../commands/backup.ts')).backup(cli, directory),
  });
  const verify = addCopyOptions(backup.command('verify <file>').description('open all of a copy and prove it; changes nothing'));
  define({
    command: verify,
    examples: ['vault backup verify vault-2026-01-31T12-00-00.db'],
    execute,
    run: async (cli, file: string, options: CopyOptions) => (await import('../commands/backup.ts')).verify(cli, file, options),
  });
  const restore = addCopyOptions(
    backup.command('restore <file>').description('go back to a copy, once it is proven; what is there now is copied first'),
  ).option('--yes', 'do not ask');
  define({
    command: restore,
    examples: ['vault backup restore vault-2026-01-31T12-00-00.db'],
    execute,
    run: async (cli, file: string, options: RestoreOptions) => (await import('../commands/backup.ts')).restore(cli, file, options),
  });

  const recoveryKit = program
    .command('recovery-kit [file]')
    .description('make a recovery kit; an earlier one is void')
    .option('--password-stdin', 'read the master password from the first line of standard input');
  define({
    command: recoveryKit,
    examples: ['vault recovery-kit', 'vault recovery-kit /media/usb/kit.txt'],
    execute,
    run: async (cli, file: string | undefined, options: RecoveryKitOptions) =>
      (await import('../commands/recovery.ts')).recoveryKit(cli, file, options),
  });

  const recover = program
    .command('recover')
    .description('set a new master password with the recovery kit')
    .option('--kit-file <file>', 'read the kit from this file instead of asking for it')
    .option('--password-stdin', 'read the new master password from the first line of standard input')
    .option('--recovery-kit <file>', 'write the next kit to a new file instead of showing it')
    .option('--accept-older', 'go on with a copy of the vault that is older than what this machine last saw');
  define({
    command: recover,
    examples: ['vault recover', `printf '%s\\n' "$PW" | vault recover --kit-file kit.txt --recovery-kit next-kit.txt --password-stdin`],
    execute,
    run: async (cli, options: RecoverOptions) => (await import('../commands/recovery.ts')).recover(cli, options),
  });
}
