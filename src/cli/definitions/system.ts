import type { Command } from 'commander';
import { addExamples, define, type Execute } from '../define.ts';
import { addGlobals } from '../globals.ts';
import type { ConfigOptions } from '../commands/config.ts';
import type { DaemonOptions, LogsOptions, RunOptions } from '../commands/daemon.ts';

const portOption = ['--port <n>', 'listen on http://127.0.0.1:N too'] as const;

function defineDaemon(program: Command, execute: Execute): void {
  const daemon = program.command('daemon').description('start, stop and look at the daemon');
  addGlobals(daemon).enablePositionalOptions().helpCommand(false);
  addExamples(daemon, ['vault daemon start --port 8200', 'vault daemon logs -f']);

  const start = daemon
    .command('start')
    .description('start it; commands do so when they need it')
    .option(...portOption);
  define({
    command: start,
    examples: ['vault daemon start --port 8200'],
    execute,
    run: async (cli, options: DaemonOptions) => (await import('../commands/daemon.ts')).start(cli, options),
  });
  define({
    command: daemon.command('stop').description('end it, and every session with it'),
    examples: ['vault daemon stop'],
    execute,
    run: async (cli) => (await import('../commands/daemon.ts')).stop(cli),
  });
  define({
    command: daemon.command('status').description('say whether it runs, and where'),
    examples: ['vault daemon status --json | jq .daemon.running'],
    execute,
    run: async (cli) => (await import('../commands/status.ts')).status(cli),
  });
  const run = daemon
    .command('run')
    .description('run it in the foreground, for a service manager')
    .option(...portOption)
    .option('--stay', 'keep running when the last session ends');
  define({
    command: run,
    examples: ['vault daemon run --stay'],
    execute,
    run: async (cli, options: RunOptions) => (await import('../commands/daemon.ts')).run(cli, options),
  });
  const logs = daemon
    .command('logs')
    .description('print its log, which holds no name and no value')
    .option('-n, --lines <n>', 'so many lines of its end (100)')
    .option('-f, --follow', 'go on as it grows');
  define({
    command: logs,
    examples: ['vault daemon logs -f'],
    execute,
    run: async (cli, options: LogsOptions) => (await import('../commands/daemon.ts')).logs(cli, options),
  });
}

/** The commands around it. */
export function defineSystemCommands(program: Command, execute: Execute): void {
  program.commandsGroup('The program:');
  defineDaemon(program, execute);

  const completion = program.command('completion <shell>').description('print the completion script of bash, zsh or fish');
  define({
    command: completion,
    examples: [
      'eval "$(vault completion bash)"      # in ~/.bashrc',
      'eval "$(vault completion zsh)"       # in ~/.zshrc, after compinit',
      'vault completion fish | source       # in ~/.config/fish/config.fish',
    ],
    execute,
    run: async (cli, shell: string) => (await import('../commands/completion.ts')).completion(cli, shell),
  });

  const config = program
    .command('config [key] [value]')
    .description('show or set the configuration')
    .option('--unset', 'go back to the default');
  define({
    command: config,
    examples: ['vault config', 'vault config session.idleMinutes 30', 'vault config --unset session.idleMinutes'],
    execute,
    run: async (cli, key: string | undefined, value: string | undefined, options: ConfigOptions) =>
      (await import('../commands/config.ts')).config(cli, key, value, options),
  });

  const doctor = program.command('doctor').description('look whether everything is as it should be');
  define({
    command: doctor,
    examples: ['vault doctor'],
    execute,
    run: async (cli) => (await import('../commands/doctor.ts')).doctor(cli),
  });
}
