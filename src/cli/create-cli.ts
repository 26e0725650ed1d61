import { existsSync } from 'node:fs';
import { VaultError } from '../core/errors.ts';
import { createClient, lockedError, type Client, type Confirm, type Unlock } from './client.ts';
import type { Cli, Globals, Program } from './cli.ts';
import { pathsOf, type Environment } from './environment.ts';
import { createStandardInput, createTypedInput, type Typist } from './input.ts';
import { createLink } from './link.ts';
import { createOutput } from './output.ts';
import type { Prompts } from './prompts.ts';
import type { Signals } from './signals.ts';
import { createStyle, wantsColor } from './style.ts';
import { escapeLine } from './text.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const showCursor = '\u001b[?25h';

export interface CliOptions {
  readonly globals: Globals;
  readonly env: Environment;
  readonly program: Program;
  readonly signals: Signals;
}

/** Everything a command works with, and how to let go of it. Prompts and what they need are loaded when the first question is asked. */
export function createCli({ globals, env, program, signals }: CliOptions): { readonly cli: Cli; readonly close: () => void } {
  const paths = pathsOf(env, process.cwd());
  const { stdin, stdout, stderr } = process;
  const output = createOutput({ stdout, stderr, env, color: globals.color, quiet: globals.quiet });
  let terminal: Terminal | null | undefined;
  let prompts: Promise<Prompts> | undefined;

  const openPrompts = async (): Promise<Prompts | null> => {
    if (!globals.input) return null;
    if (terminal === undefined) terminal = openTerminal({ stdin, stdout, stderr });
    const opened = terminal;
    if (opened === null) return null;
    prompts ??= import('./prompts.ts').then(({ createPrompts }) => {
      signals.onEnd(() => {
        opened.output.write(`${showCursor}\n`);
        opened.close();
      });
      return createPrompts(opened, createStyle(wantsColor(globals.color, env, true)));
    });
    return prompts;
  };

  const link = createLink({ paths, env, vaultd: program.vaultd, note: output.note });
  /** Whether there is no vault that could be opened: a daemon that somebody started has made a database with nobody in it. */
  const isNew = async (locked: Client): Promise<boolean> => {
    if (!link.local) return false;
    if (!existsSync(paths.database)) return true;
    const status = await locked.ask({ path: '/status', method: '$get' }).catch(() => null);
    return status?.accounts?.length === 0;
  };
  const unlock: Unlock = async (locked) => {
    const asked = await openPrompts();
    if (asked === null) {
      throw lockedError(
        `${(await isNew(locked)) ? 'there is no vault yet: vault init makes one' : 'vault login unlocks it'}, in scripts with --password-stdin`,
      );
    }
    return (await import('./unlock.ts')).unlock(locked, asked, output);
  };
  const confirm: Confirm = async (open, token, refusal) => {
    const asked = await openPrompts();
    if (asked === null) throw refusal;
    output.note(escapeLine(refusal.message));
    await (await import('./confirm.ts')).askToConfirm(open, asked, output, token);
  };
  const client = createClient(link, env, { unlock, confirm });

  const refused = (option: string) => new VaultError('usage', `${option} finds a terminal on standard input, and nobody is to be asked`);
  const typist: Typist = {
    invite: (option) => {
      if (!globals.input) throw refused(option);
      output.note(`type it for ${option}; Ctrl+D on a line of its own ends it`);
    },
    secret: async (message, option) => {
      const asked = await openPrompts();
      if (asked === null) throw refused(option);
      return asked.secret(message, { validate: (value) => (value === '' ? 'it must not be empty' : true) });
    },
  };
  const input = stdin.isTTY ? createTypedInput(stdin, typist) : createStandardInput(stdin);

  const cli: Cli = { globals, env, paths, program, output, stdin: input, client, signals, prompts: openPrompts };
  return { cli, close: () => terminal?.close() };
}
