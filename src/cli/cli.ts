import type { Client } from './client.ts';
import type { Environment } from './environment.ts';
import type { StandardInput } from './input.ts';
import type { Output } from './output.ts';
import type { Paths } from '../core/paths.ts';
import type { Prompts } from './prompts.ts';
import type { Signals } from './signals.ts';
import type { ColorMode } from './style.ts';

/** The options that every command takes. */
export interface Globals {
  readonly json: boolean;
  /** False for `--no-input`: there is no terminal, whatever is connected. */
  readonly input: boolean;
  readonly quiet: boolean;
  readonly color: ColorMode;
}

/** Where the program's own files are. */
export interface Program {
  /** What starts this program again: the command and its first arguments. */
  readonly again: readonly [command: string, ...args: string[]];
  /** The launcher of the command line, which finds out what is to run it. */
  readonly vault: string;
  /** The launcher of the daemon. */
  readonly vaultd: string;
  /** Helper programs that come with the native program; null where the packages bring their own. */
  readonly helpers: string | null;
  /** The caller's umask, for programs that are run in the caller's name. */
  readonly umask: number;
}

/** All that a command works with. */
export interface Cli {
  readonly globals: Globals;
  readonly env: Environment;
  readonly paths: Paths;
  readonly program: Program;
  readonly output: Output;
  readonly stdin: StandardInput;
  readonly client: Client;
  readonly signals: Signals;
  /** The questions that can be asked; null where there is no terminal. */
  prompts(): Promise<Prompts | null>;
}
