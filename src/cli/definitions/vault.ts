import type { Command } from 'commander';
import { define, type Execute } from '../define.ts';
import type { ConfirmOptions } from '../commands/confirm.ts';
import type { InitOptions } from '../commands/init.ts';
import type { LockOptions } from '../commands/lock.ts';
import type { LoginOptions } from '../commands/login.ts';
import type { PasswdOptions } from '../commands/passwd.ts';

/** For what takes a whole vault out. */
export const confirmFromStdinOption = [
  '--password-stdin',
  'read the master password, which this wants, from the first line of standard input',
] as const;

/** The commands that open and close the vault. */
export function defineVaultCommands(program: Command, execute: Execute): void {
  program.commandsGroup('The vault:');

  const init = program
    .command('init')
    .description('create a vault and unlock it')
    .option('--account <name>', 'an account of this name; several may share a machine')
    .option('--password-stdin', 'read the master password from the first line of standard input')
    .option('--recovery-kit <file>', 'write the recovery kit to a new file instead of showing it');
  define({
    command: init,
    examples: ['vault init', `printf '%s\\n' "$PW" | vault init --password-stdin --recovery-kit kit.txt`],
    execute,
    run: async (cli, options: InitOptions) => (await import('../commands/init.ts')).init(cli, options),
  });

  const login = program
    .command('login')
    .alias('unlock')
    .description('unlock the vault')
    .option('--account <name>', 'the vault of this account, which the next commands mean too')
    .option('--password-stdin', 'read the master password from the first line of standard input')
    .option('--accept-older', 'go on with a copy of the vault that is older than what this machine last saw');
  define({
    command: login,
    examples: ['vault login', `secret-tool lookup vault master | vault login --password-stdin`],
    execute,
    run: async (cli, options: LoginOptions) => (await import('../commands/login.ts')).login(cli, options),
  });

  const lock = program.command('lock').description('lock the vault').option('--all', 'end all sessions of the account');
  define({
    command: lock,
    examples: ['vault lock', 'vault lock --all'],
    execute,
    run: async (cli, options: LockOptions) => (await import('../commands/lock.ts')).lock(cli, options),
  });

  const confirm = program
    .command('confirm')
    .description('give the master password of an open vault again, where that is wanted')
    .option('--password-stdin', 'read the master password from the first line of standard input');
  define({
    command: confirm,
    examples: ['vault confirm', 'secret-tool lookup vault master | vault confirm --password-stdin'],
    execute,
    run: async (cli, options: ConfirmOptions) => (await import('../commands/confirm.ts')).confirm(cli, options),
  });

  const status = program.command('status').description('say whether the vault is unlocked, and for how long');
  define({
    command: status,
    examples: ['vault status', 'vault status --json | jq .locked'],
    execute,
    run: async (cli) => (await import('../commands/status.ts')).status(cli),
  });

  const passwd = program
    .command('passwd')
    .description('change the master password')
    .option('--password-stdin', 'read the old and the new one from standard input, a line each')
    .option('--rotate-keys', 'make every key anew; voids the recovery kit');
  define({
    command: passwd,
    examples: ['vault passwd', `printf '%s\\n%s\\n' "$OLD" "$NEW" | vault passwd --password-stdin`],
    execute,
    run: async (cli, options: PasswdOptions) => (await import('../commands/passwd.ts')).passwd(cli, options),
  });
}
