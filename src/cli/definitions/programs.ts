import type { Command } from 'commander';
import { addExamples, define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import type { GitCredentialOptions } from '../commands/git-credential.ts';
import type { RemoveOptions } from '../commands/remove.ts';
import type { AddKeyOptions, GenerateKeyOptions } from '../commands/ssh.ts';

const systemOption = ['--system', 'for every user of this machine'] as const;

function defineGitCredential(program: Command, execute: Execute): void {
  const command = program.command('git-credential').description('have git ask vault for passwords');
  addGlobals(command).enablePositionalOptions().helpCommand(false);
  addExamples(command, ['vault git-credential install']);
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

const confirmOption = ['--confirm', 'have each use agreed to, by SSH_ASKPASS'] as const;

function defineSsh(program: Command, execute: Execute): void {
  const ssh = program.command('ssh').description('keys for ssh, served by an agent while the vault is unlocked');
  addGlobals(ssh).enablePositionalOptions().helpCommand(false);
  addExamples(ssh, ['vault ssh add ~/.ssh/id_ed25519', 'eval "$(vault ssh env)"     # in ~/.profile']);

  const add = ssh
    .command('add <file>')
    .description('keep a private key; - is standard input')
    .option('--name <name>', 'what to call it, instead of the file’s name')
    .option(...confirmOption)
    .option('--passphrase-stdin', 'read the file’s passphrase from the first line of standard input');
  define({
    command: add,
    examples: ['vault ssh add ~/.ssh/id_ed25519', 'vault ssh add deploy_key --name work/deploy --confirm'],
    execute,
    run: async (cli, file: string, options: AddKeyOptions) => (await import('../commands/ssh.ts')).add(cli, file, options),
  });
  const generate = ssh
    .command('generate <name>')
    .description('make a new key')
    .option('--type <type>', 'ed25519 (as usual), ecdsa or rsa')
    .option('--bits <n>', 'of ecdsa 256, 384 or 521; of rsa 2048 or more (3072)')
    .option(...confirmOption);
  define({
    command: generate,
    examples: ['vault ssh generate me@laptop', `echo "$(vault get me@laptop -f 'public key')" | ssh host 'cat >> .ssh/authorized_keys'`],
    execute,
    run: async (cli, name: string, options: GenerateKeyOptions) => (await import('../commands/ssh.ts')).generate(cli, name, options),
  });
  define({
    command: ssh.command('list').description('list the keys that the agent serves'),
    examples: ['vault ssh list', 'vault ssh list --json | jq -r .[].publicKey'],
    execute,
    run: async (cli) => (await import('../commands/ssh.ts')).list(cli),
  });
  define({
    command: ssh.command('remove <name>').description('move a key to the trash').option('--yes', 'do not ask'),
    examples: ['vault ssh remove me@laptop'],
    execute,
    run: async (cli, name: string, options: RemoveOptions) => (await import('../commands/ssh.ts')).remove(cli, name, options),
  });
  define({
    command: ssh.command('env').description('print a line that has a shell’s programs find the agent'),
    examples: ['eval "$(vault ssh env)"'],
    execute,
    run: async (cli) => (await import('../commands/ssh.ts')).env(cli),
  });
}

/** What works together with other programs. */
export function defineProgramCommands(program: Command, execute: Execute): void {
  program.commandsGroup('Other programs:');
  defineGitCredential(program, execute);
  defineSsh(program, execute);
}
