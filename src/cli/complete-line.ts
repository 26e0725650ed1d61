import type { Command, Option } from 'commander';
import type { Client } from './client.ts';

/** What the words of a line are completed from. */
export interface Completion {
  readonly program: Command;
  readonly client: Client;
}

interface Place {
  readonly command: Command;
  /** The words after the command's name. */
  readonly words: readonly string[];
}

/** The command that a line is about, as far as it is told. */
function placeOf(program: Command, words: readonly string[]): Place {
  let command = program;
  let rest = [...words];
  while (command.commands.length > 0) {
    const at = rest.findIndex((word) => !word.startsWith('-'));
    const named = command.commands.find((sub) => sub.name() === rest[at] || sub.aliases().includes(rest[at] ?? ''));
    if (at < 0 || named === undefined) break;
    command = named;
    rest = rest.slice(at + 1);
  }
  return { command, words: rest };
}

/** The option whose value a word would be; undefined where it would be none. */
function optionBefore({ command, words }: Place): Option | undefined {
  const last = words.at(-1) ?? '';
  return command.options.find((option) => option.required && [option.short, option.long].includes(last));
}

/** How many plain arguments there are. */
function argumentsIn({ command, words }: Place): number {
  let count = 0;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('-')) count++;
    else if (command.options.some((option) => option.required && (option.short === word || option.long === word))) i++;
  }
  return count;
}

/** Names of entries, for as long as the vault is unlocked. Never asks, starts nothing, and is no use of the session. */
async function entryNames(client: Client): Promise<string[]> {
  const token = client.token();
  if (token === null) return [];
  try {
    const entries = await client.ask({ path: '/passwords', method: '$get' }, { token, background: true, timeoutSeconds: 2 });
    return entries.map(({ name }) => name).filter((name) => !/[\p{Cc}\u2028\u2029]/u.test(name));
  } catch {
    return [];
  }
}

const takesEntry: ReadonlySet<string> = new Set(['get', 'edit', 'rename', 'remove']);
const fieldNames = ['password', 'username', 'url', 'notes', 'totp', 'code', 'id'];

async function valuesFor(option: Option): Promise<readonly string[]> {
  if (option.argChoices !== undefined) return option.argChoices;
  return option.long === '--field' && option.short === '-f' ? fieldNames : [];
}

async function argumentValues(place: Place, client: Client): Promise<readonly string[]> {
  const name = place.command.name();
  const index = argumentsIn(place);
  if (takesEntry.has(name) && index === 0) return entryNames(client);
  if (name === 'completion' && index === 0) return ['bash', 'zsh', 'fish'];
  if (name !== 'config' || index > 0) return [];
  const { configKeys } = await import('../core/config.ts');
  return configKeys.map(({ key }) => key);
}

/** What may stand where the last word is. */
export async function completeLine({ program, client }: Completion, line: readonly string[]): Promise<string[]> {
  const current = line.at(-1) ?? '';
  const place = placeOf(program, line.slice(0, -1));
  const { command } = place;
  const option = optionBefore(place);
  let candidates: readonly string[];
  if (option !== undefined) candidates = await valuesFor(option);
  else if (current.startsWith('-')) {
    candidates = command.options.map(({ long }) => long ?? '').filter((long) => !place.words.includes(long));
  } else if (command.commands.length > 0) candidates = command.commands.map((sub) => sub.name());
  else candidates = await argumentValues(place, client);
  return [...new Set(candidates)].filter((candidate) => candidate !== '' && candidate.startsWith(current));
}
