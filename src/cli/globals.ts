import { Option, type Command } from 'commander';
import type { Globals } from './cli.ts';
import { globalGroup } from './help.ts';
import type { ColorMode } from './style.ts';

const modes = ['auto', 'always', 'never'] as const;

function isColorMode(value: unknown): value is ColorMode {
  return modes.some((mode) => mode === value);
}

/** Adds the options that every command takes, before or after its name. */
export function addGlobals(command: Command): Command {
  return command
    .optionsGroup(globalGroup)
    .option('--json', 'print JSON; errors too, on stderr')
    .option('--no-input', 'never ask: there is no terminal')
    .option('-q, --quiet', 'say nothing but values and errors')
    .addOption(new Option('--color <when>', 'use colours').choices(modes))
    .helpOption('-h, --help', 'show this help');
}

function read(command: Command | null): Globals {
  if (command === null) return { json: false, input: true, quiet: false, color: 'auto' };
  const above = read(command.parent);
  const { json, input, quiet, color } = command.opts<{ json?: boolean; input?: boolean; quiet?: boolean; color?: unknown }>();
  return {
    json: above.json || json === true,
    input: above.input && input !== false,
    quiet: above.quiet || quiet === true,
    color: isColorMode(color) ? color : above.color,
  };
}

/** The global options of a command that was parsed, wherever on the line they stood. */
export function globalsOf(command: Command): Globals {
  return read(command);
}

/** The same from arguments that could not be parsed: an error's form should not depend on where the error is. */
export function guessGlobals(args: readonly string[]): Globals {
  const end = args.indexOf('--');
  const seen = end < 0 ? args : args.slice(0, end);
  const color = seen.map((arg, i) => (arg === '--color' ? seen[i + 1] : /^--color=(.*)$/.exec(arg)?.[1])).find(isColorMode);
  return {
    json: seen.includes('--json'),
    input: !seen.includes('--no-input'),
    quiet: seen.includes('-q') || seen.includes('--quiet'),
    color: color ?? 'auto',
  };
}
