import type { Command, Option } from 'commander';
import type { EntrySummary } from '../core/entry/schema.ts';
import { formatReference } from '../core/reference.ts';
import type { Client } from './client.ts';
import { escapeLine } from './text.ts';

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

/** What the daemon says, for as long as the vault is unlocked. Never asks, starts nothing, and is no use of the session. */
async function said<T>(client: Client, ask: (how: { token: string; background: true; timeoutSeconds: number }) => Promise<readonly T[]>) {
  const token = client.token();
  if (token === null) return [];
  try {
    return await ask({ token, background: true, timeoutSeconds: 2 });
  } catch {
    return [];
  }
}

async function entriesOf(client: Client): Promise<readonly EntrySummary[]> {
  return await said(client, (how) => client.ask({ path: '/passwords', method: '$get' }, how));
}

async function trashOf(client: Client): Promise<readonly { readonly name: string }[]> {
  return await said(client, (how) => client.ask({ path: '/trash', method: '$get' }, how));
}

const takesEntry: ReadonlySet<string> = new Set(['get', 'totp', 'edit', 'rename', 'remove', 'rotate', 'history', 'attach']);
const fieldNames = ['password', 'username', 'url', 'notes', 'totp', 'code', 'id'];
const unsettable = ['username', 'password', 'url', 'totp', 'notes', 'tags'];

async function valuesFor(option: Option, { command, words }: Place, client: Client): Promise<readonly string[]> {
  if (option.argChoices !== undefined) return option.argChoices;
  if (option.long === '--field' && option.short === '-f') return fieldNames;
  if (option.long === '--unset') return unsettable;
  if (option.long === '--entry') return (await entriesOf(client)).map(({ name }) => name);
  if (option.long === '--tag') return (await entriesOf(client)).flatMap(({ tags }) => tags);
  if (option.long !== '--user' || !takesEntry.has(command.name())) return [];
  const entries = await entriesOf(client);
  const named = entries.filter(({ name }) => words.includes(name));
  return (named.length > 0 ? named : entries).flatMap(({ username }) => username ?? []);
}

async function argumentValues(place: Place, client: Client): Promise<readonly string[]> {
  const name = place.command.name();
  const index = argumentsIn(place);
  if (takesEntry.has(name) && index === 0) return (await entriesOf(client)).map((entry) => entry.name);
  const parent = place.command.parent?.name() ?? '';
  if (parent === 'attachment' && index === 0) return (await entriesOf(client)).map((entry) => entry.name);
  if (name === 'restore' && parent !== 'backup' && index === 0) {
    return [...(await trashOf(client)), ...(await entriesOf(client))].map((entry) => entry.name);
  }
  if (name === 'read' && index === 0) {
    return (await entriesOf(client)).map((entry) => formatReference({ name: entry.name, username: null, field: 'password' }));
  }
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
  if (option !== undefined) candidates = await valuesFor(option, place, client);
  else if (current.startsWith('-')) {
    candidates = command.options.map(({ long }) => long ?? '').filter((long) => !place.words.includes(long));
  } else if (command.commands.length > 0) candidates = command.commands.map((sub) => sub.name());
  else candidates = await argumentValues(place, client);
  // A shell shows candidates as they are: what a terminal would obey has to be typed.
  return [...new Set(candidates)].filter((one) => one !== '' && one.startsWith(current) && escapeLine(one) === one);
}
