import type { Command } from 'commander';
import type { Cli, Globals } from './cli.ts';
import { addGlobals, globalsOf } from './globals.ts';
import { afterCommandHelp } from './help.ts';

/** Runs a command's code with all that it works with. A number that the code gives is the exit status. */
export type Execute = (globals: Globals, work: (cli: Cli) => Promise<unknown>) => Promise<void>;

export interface Definition<A extends unknown[]> {
  readonly command: Command;
  readonly examples: readonly string[];
  readonly execute: Execute;
  /** Loads and runs the command: it is given what Commander parsed, arguments first, options last. */
  readonly run: (cli: Cli, ...args: A) => Promise<unknown>;
}

const examples = new WeakMap<Command, readonly string[]>();

/** The examples of a command, for its manual page. */
export function examplesOf(command: Command): readonly string[] {
  return examples.get(command) ?? [];
}

/** What stands below a command's help. */
export function addExamples(command: Command, lines: readonly string[]): void {
  examples.set(command, lines);
  command.addHelpText('after', () => afterCommandHelp(command, lines));
}

/** Finishes a command: the options that all have, an example in its help, and what it does. */
export function define<A extends unknown[]>({ command, examples: lines, execute, run }: Definition<A>): void {
  addGlobals(command);
  addExamples(command, lines);
  command.action(async (...args: unknown[]) => {
    // Commander's own contract: the arguments, the options, and the command itself, which nobody here needs.
    await execute(globalsOf(command), (cli) => run(cli, ...(args.slice(0, -1) as A)));
  });
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
