import type { Command } from 'commander';
import type { Client } from '../client.ts';
import { collect } from '../define.ts';
import { escapeLine } from '../text.ts';
import { knownTo } from './known.ts';
import { type Place, placeOf, subcommand } from './place.ts';
import { argumentValues, optionValues, type Values } from './values.ts';

/** What the words of a line are completed from. */
export interface Completion {
  readonly program: Command;
  readonly client: Client;
}

/** The names of a command's options that may still be given. */
function optionNames({ command, given }: Place): string[] {
  const spent = new Set(given.filter(({ option }) => option.parseArg !== collect).map(({ option }) => option));
  const flags = command.options.filter((option) => !spent.has(option)).map(({ long }) => long ?? '');
  return [...flags, '--help'];
}

/** The commands below one; `help` has those of the whole program. */
function commandNames(program: Command, { command, operands }: Place): string[] {
  const names = (of: Command) => of.commands.map((sub) => sub.name());
  if (command === program && operands[0] === 'help') {
    const about = operands.slice(1).reduce<Command | undefined>((of, word) => of && subcommand(of, word), program);
    return about === undefined ? [] : names(about);
  }
  return operands.length > 0 ? [] : [...names(command), ...(command === program ? ['help'] : [])];
}

async function valuesAt({ program, client }: Completion, place: Place, begun: string): Promise<Values> {
  const asked = { place, begun, known: knownTo(client) };
  if (place.awaited !== null) return await optionValues(place.awaited, asked);
  if (place.takesOptions && begun.startsWith('-')) {
    const [, flag, value] = /^(--[^=]+)=(.*)$/s.exec(begun) ?? [];
    if (flag === undefined || value === undefined) return { words: optionNames(place) };
    const option = place.command.options.find(({ long, required }) => required && long === flag);
    if (option === undefined) return { words: [] };
    const { words } = await optionValues(option, { ...asked, begun: value });
    return { words: words.map((word) => `${flag}=${word}`) };
  }
  const { words, byShell } = await argumentValues(asked);
  const all = [...commandNames(program, place), ...words];
  return byShell === undefined ? { words: all } : { words: all, byShell };
}

/**
 * What may stand where the last word is: a candidate a line, and, begun with a tab, what the shell is to complete by itself. A shell
 * shows candidates as they are: what a terminal would obey has to be typed.
 */
export async function completeLine(completion: Completion, line: readonly string[]): Promise<string[]> {
  const begun = line.at(-1) ?? '';
  const { words, byShell } = await valuesAt(completion, placeOf(completion.program, line.slice(0, -1)), begun);
  const fitting = [...new Set(words)].filter((one) => one !== '' && one.startsWith(begun) && escapeLine(one) === one);
  return byShell === undefined ? fitting : [...fitting, `\t${byShell}`];
}
