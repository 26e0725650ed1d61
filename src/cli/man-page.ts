import type { Command } from 'commander';
import { version } from '../core/version.ts';
import { examplesOf } from './define.ts';
import { globalOptions } from './help.ts';

/** Text for roff: nothing in it is taken for a request or an escape (groff_char(7), groff(7)). */
function roff(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('"', '\\(dq').replace(/^[.']/gm, '\\&$&');
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}

/** The page's own name: `vault-run` for `vault run`. */
function pageName(command: Command): string {
  return fullName(command).replaceAll(' ', '-');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`.SH ${title}`, ...lines];
}

/** A term in bold and what it means. */
function items(pairs: readonly (readonly [term: string, text: string])[]): string[] {
  return pairs.flatMap(([term, text]) => ['.TP', `.B "${roff(term)}"`, roff(text)]);
}

/**
 * The manual page of a command (man(7)), made of what its help is made of. The program's own page tells the options that all commands take, and
 * where the other pages are.
 */
function manualPage(command: Command): string {
  const help = command.createHelp();
  const name = pageName(command);
  const isProgram = command.parent === null;
  const subcommands = help.visibleCommands(command);
  const options = help.visibleOptions(command).map((option) => [help.optionTerm(option), help.optionDescription(option)] as const);
  const argumentRows = help.visibleArguments(command).map((one) => [help.argumentTerm(one), help.argumentDescription(one)] as const);
  const others = [...(command.parent === null ? [] : [pageName(command.parent)]), ...subcommands.map(pageName)];
  const examples = examplesOf(command);
  return [
    `.TH ${name.toUpperCase()} 1 "" "vault ${version}" "Vault"`,
    '.SH NAME',
    `${roff(name)} \\- ${roff(command.description())}`,
    '.SH SYNOPSIS',
    `.B ${roff(help.commandUsage(command))}`,
    ...section('DESCRIPTION', [roff(`${help.commandDescription(command)}.`)]),
    ...section('ARGUMENTS', items(argumentRows.filter(([, text]) => text !== ''))),
    ...section('COMMANDS', items(subcommands.map((one) => [help.subcommandTerm(one), help.subcommandDescription(one)] as const))),
    ...section('OPTIONS', items([...options, ...(isProgram ? globalOptions : [])])),
    ...section('EXAMPLES', examples.length === 0 ? [] : ['.nf', ...examples.map(roff), '.fi']),
    ...section('SEE ALSO', [others.map((other) => `\\fB${roff(other)}\\fR(1)`).join(', ')]),
    '',
  ].join('\n');
}

/** Every manual page: the program's, and one for each command below it. */
export function manualPages(command: Command): { readonly file: string; readonly text: string }[] {
  const below = command.createHelp().visibleCommands(command);
  return [{ file: `${pageName(command)}.1`, text: manualPage(command) }, ...below.flatMap(manualPages)];
}
