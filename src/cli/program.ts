import { Command } from 'commander';
import { version } from '../core/version.ts';
import type { Execute } from './define.ts';
import { defineAttachmentCommands } from './definitions/attachments.ts';
import { defineEntryCommands } from './definitions/entries.ts';
import { defineExchangeCommands } from './definitions/exchange.ts';
import { definePastCommands } from './definitions/past.ts';
import { defineProgramCommands } from './definitions/programs.ts';
import { defineReferenceCommands } from './definitions/references.ts';
import { defineSafetyCommands } from './definitions/safety.ts';
import { defineSystemCommands } from './definitions/system.ts';
import { defineTokenCommands } from './definitions/tokens.ts';
import { defineVaultCommands } from './definitions/vault.ts';
import { addGlobals } from './globals.ts';
import { afterProgramHelp, helpConfiguration } from './help.ts';

export interface ProgramOptions {
  readonly execute: Execute;
  /** Whether help is printed with colours. */
  readonly color: boolean;
}

/** In the order of the help. */
const groups = [
  defineEntryCommands,
  definePastCommands,
  defineAttachmentCommands,
  defineReferenceCommands,
  defineExchangeCommands,
  defineVaultCommands,
  defineTokenCommands,
  defineProgramCommands,
  defineSafetyCommands,
  defineSystemCommands,
];

/**
 * The whole command line. Nothing is loaded but what parses it: each action imports its own command. Errors and help are thrown
 * as Commander's own errors, for the caller to report.
 */
export function createProgram({ execute, color }: ProgramOptions): Command {
  const program = new Command('vault')
    .description('A password manager for people who live in a terminal')
    .configureHelp(helpConfiguration(color))
    .configureOutput({ outputError: () => undefined, getOutHasColors: () => color, getErrHasColors: () => color })
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand('help [command]')
    .addHelpText('after', afterProgramHelp(color));
  addGlobals(program).version(`vault ${version}`, '-V, --version', 'print the version');
  for (const defineCommands of groups) defineCommands(program, execute);
  // Commands made outside inherit nothing by themselves.
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}
