import type { Argument, Command, HelpConfiguration } from 'commander';
import { createStyle } from './style.ts';

function argumentTerm(argument: Argument): string {
  const name = argument.name().toUpperCase();
  return argument.required ? name : `[${name}]`;
}

/** `<name=value>` as `NAME=VALUE`, `[length]` as `[LENGTH]`. */
function placeholder(text: string): string {
  return (text.startsWith('<') ? text.slice(1, -1) : text).toUpperCase();
}

function withArguments(words: readonly string[], command: Command): string {
  return [...words, ...command.registeredArguments.map(argumentTerm)].join(' ');
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** Where the options that every command takes are gathered: help tells them once, below the program's commands. */
export const globalGroup = 'Global options:';

/** How help looks. */
export function helpConfiguration(color: boolean): HelpConfiguration {
  const { bold, cyan } = createStyle(color);
  return {
    styleTitle: bold,
    styleSubcommandTerm: cyan,
    styleOptionTerm: cyan,
    styleArgumentTerm: cyan,
    sortSubcommands: false,
    // `vault help` is for those who type it: everybody else is told of --help.
    visibleCommands: (command) => [...command.commands],
    visibleOptions: (command) => command.options.filter(({ helpGroupHeading }) => helpGroupHeading !== globalGroup),
    argumentTerm,
    optionTerm: ({ flags }) => flags.replace(/[<[].*[>\]]/, placeholder),
    subcommandTerm: (command) => withArguments([[command.name(), ...command.aliases()].join(', ')], command),
    commandUsage: (command) => {
      if (command.commands.length > 0) {
        return command.parent === null ? 'vault COMMAND [options]' : `${fullName(command)} COMMAND [options]`;
      }
      // What stands behind another program's name is that program's.
      if (command.registeredArguments.some(({ variadic }) => variadic)) {
        return withArguments([fullName(command), '[options]', '--'], command);
      }
      return `${withArguments([fullName(command)], command)} [options]`;
    },
    commandDescription: (command) => {
      const description = command.description();
      const sentence = description.charAt(0).toUpperCase() + description.slice(1);
      const aliases = command.aliases().map((alias) => `vault ${alias}`);
      return aliases.length === 0 ? sentence : `${sentence}. Also: ${aliases.join(', ')}`;
    },
  };
}

/** The text below a command's help. */
export function afterCommandHelp(command: Command, examples: readonly string[]): string {
  const title = command.createHelp().styleTitle(examples.length === 1 ? 'Example:' : 'Examples:');
  return ['', title, ...examples.map((line) => `  ${line}`), '', 'Also --json, --no-input, -q and --color: see vault --help'].join('\n');
}

/** The options that every command takes, and what they do. */
export const globalOptions: readonly (readonly [string, string])[] = [
  ['--json', 'print JSON; errors too, on stderr'],
  ['--no-input', 'never ask: there is no terminal'],
  ['-q, --quiet', 'say nothing but values and errors'],
  ['--color WHEN', 'auto, always or never; NO_COLOR is heeded'],
  ['-h, --help', 'help, also for each command, with an example'],
  ['-V, --version', 'print the version'],
];

/** The text below the program's own help. */
export function afterProgramHelp(color: boolean): string {
  const { bold, cyan } = createStyle(color);
  const firstMinute: readonly (readonly [string, string])[] = [
    ['vault add github.com', 'store a login; makes the vault if there is none'],
    ['vault get github.com -c', 'its password to the clipboard'],
  ];
  const width = 26;
  const rows = (pairs: typeof globalOptions) => pairs.map(([term, text]) => `  ${cyan(term.padEnd(width))}${text}`);
  return ['', bold('With every command:'), ...rows(globalOptions), '', bold('The first minute:'), ...rows(firstMinute)].join('\n');
}
