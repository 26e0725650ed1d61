import type { Command } from 'commander';
import { define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import { afterCommandHelp } from '../help.ts';
import type { GitCredentialOptions } from '../commands/git-credential.ts';

const systemOption = ['--system', 'for every user of this machine'] as const;

function defineGitCredential(program: Command, execute: Execute): void {
  const command = program.command('git-credential').description('have git ask vault for passwords');
  addGlobals(command).enablePositionalOptions().helpCommand(false);
  command.addHelpText('after', () => afterCommandHelp(command, ['vault git-credential install']));
  define({
    command: command
      .command('install')
      .description('name vault as a credential helper in git’s configuration')
      .option(...systemOption),
    examples: ['vault git-credential install'],
    execute,
    run: async (cli, options: GitCredentialOptions) => (await import('../commands/git-credential.ts')).install(cli, options),
  });
  define({
    command: command
      .command('uninstall')
      .description('take it out again')
      .option(...systemOption),
    examples: ['vault git-credential uninstall'],
    execute,
    run: async (cli, options: GitCredentialOptions) => (await import('../commands/git-credential.ts')).uninstall(cli, options),
  });
}

/** What works together with other programs. */
export function defineProgramCommands(program: Command, execute: Execute): void {
  program.commandsGroup('Other programs:');
  defineGitCredential(program, execute);
}
