import type { Command, Option } from 'commander';
import { ownFieldNames } from '../../core/entry/field-named.ts';
import type { EntrySummary } from '../../core/entry/schema.ts';
import { formatReference } from '../../core/reference.ts';
import type { Known } from './known.ts';
import type { Place } from './place.ts';

/** What the shell itself is to complete: files, directories, or a command from the word of this number on. */
export type ByShell = 'files' | 'directories' | `command ${number}`;

/** What may stand somewhere. */
export interface Values {
  readonly words: readonly string[];
  readonly byShell?: ByShell;
}

interface Asked {
  readonly place: Place;
  /** What is there of the word. */
  readonly begun: string;
  readonly known: Known;
}

type Source = (asked: Asked) => Promise<readonly string[] | Values> | readonly string[] | Values;

const unsettable = ['username', 'password', 'url', 'totp', 'notes', 'tags'];
const nothing: Source = () => [];
const files: Source = () => ({ words: [], byShell: 'files' });

/** The entries that the line names already, or all where it names none. */
async function named({ place, known }: Asked): Promise<readonly EntrySummary[]> {
  const entries = await known.entries();
  const [name] = place.operands;
  const meant = entries.filter((entry) => entry.name === name || entry.id === name);
  return meant.length > 0 ? meant : entries;
}

const names: Source = async ({ known }) => (await known.entries()).map(({ name }) => name);

async function references({ begun, known }: Asked): Promise<string[]> {
  const entries = await known.entries();
  return entries.flatMap(({ name, username }) => {
    const several = entries.filter((entry) => entry.name === name).length > 1;
    const to = (field: string) => formatReference({ name, username: several ? (username ?? '') : null, field });
    // Of an entry that is typed out every field.
    const whole = begun.startsWith(to('').slice(0, -1));
    return (whole ? ownFieldNames : ['password']).map(to);
  });
}

/** `NAME=` stays, what comes after it is completed. */
function after(separator: string, source: Source): Source {
  return async (asked) => {
    const at = asked.begun.lastIndexOf(separator) + 1;
    const head = asked.begun.slice(0, at);
    const found = await source({ ...asked, begun: asked.begun.slice(at) });
    return ('words' in found ? found.words : found).map((word) => head + word);
  };
}

/**
 * What stands for a value in a command's definition (`<tag>`) says what may stand there; the option or the command says it where that
 * is not enough. What is not here is free text, a number or something new.
 */
const sources: Readonly<Record<string, Source>> = {
  name: names,
  pattern: names,
  user: async (asked) => (await named(asked)).flatMap(({ username }) => username ?? []),
  tag: async ({ known }) => (await known.entries()).flatMap(({ tags }) => tags),
  field: () => ownFieldNames,
  fields: after(',', () => ownFieldNames),
  file: files,
  directory: () => ({ words: [], byShell: 'directories' }),
  reference: references,
  'name=reference': async (asked) => (asked.begun.includes('=') ? await after('=', references)(asked) : []),
  'n=reference': async (asked) => {
    return asked.begun.includes('=') ? await after('=', references)(asked) : Array.from({ length: 7 }, (_, i) => `${String(i + 3)}=`);
  },
  attachment: async (asked) => {
    const [entry, ...others] = await named(asked);
    return entry === undefined || others.length > 0 ? [] : (await asked.known.attachments(entry.id)).map(({ name }) => name);
  },
  command: ({ place: { before } }) => ({ words: [], byShell: `command ${before}` }),
  '--account': ({ known }) => known.accounts(),
  'init --account': nothing,
  'add name': nothing,
  'add user': nothing,
  'edit --name': nothing,
  'edit --unset': () => unsettable,
  'edit --remove-tag': async (asked) => (await named(asked)).flatMap(({ tags }) => tags),
  'edit --remove-url': async (asked) => (await named(asked)).flatMap(({ urls }) => urls),
  'restore name': async ({ known }) => [...(await known.trash()), ...(await known.entries())].map(({ name }) => name),
  'attach --as': nothing,
  'ssh add --name': nothing,
  'ssh generate name': nothing,
  'ssh generate --type': () => ['ed25519', 'ecdsa', 'rsa'],
  'ssh remove name': async ({ known }) => (await known.sshKeys()).map(({ name }) => name),
  'token revoke id': async ({ known }) => (await known.tokens()).map(({ id }) => id),
  'completion shell': () => ['bash', 'zsh', 'fish'],
  'import format': async () => {
    const { importFormats } = await import('../../core/formats/registry.ts');
    return ['auto', ...importFormats.map(({ name }) => name)];
  },
  'export format': async () => {
    const { exportFormats } = await import('../../core/formats/exporters.ts');
    return { words: exportFormats.map(({ name }) => name), byShell: 'files' };
  },
  'config key': async () => (await import('../../core/config.ts')).configKeys.map(({ key }) => key),
  'config value': async ({ place: { operands } }) => {
    const { isConfigKey, settings } = await import('../../core/config-settings.ts');
    const [key = ''] = operands;
    const expected = isConfigKey(key) ? settings[key].expected : null;
    if (expected === 'an absolute path') return { words: [], byShell: 'files' };
    return expected === 'true or false' ? ['true', 'false'] : [];
  },
};

function pathOf(command: Command): string {
  const above = command.parent;
  return above?.parent == null ? command.name() : `${pathOf(above)} ${command.name()}`;
}

/** The values of the first of these names that says what there may be, with the command's own before them. */
async function from(asked: Asked, ...called: readonly string[]): Promise<Values> {
  const own = pathOf(asked.place.command);
  const key = [...called.map((name) => `${own} ${name}`), ...called].find((name) => Object.hasOwn(sources, name));
  const found = await (key === undefined ? nothing : (sources[key] ?? nothing))(asked);
  return 'words' in found ? found : { words: found };
}

/** What the value of an option may be. */
export async function optionValues(option: Option, asked: Asked): Promise<Values> {
  if (option.argChoices !== undefined) return { words: option.argChoices };
  return await from(asked, option.long ?? '', /<(.+)>/.exec(option.flags)?.[1] ?? '');
}

/** What the next plain argument may be. */
export async function argumentValues(asked: Asked): Promise<Values> {
  const declared = asked.place.command.registeredArguments;
  const last = declared.at(-1);
  const argument = declared[asked.place.operands.length] ?? (last?.variadic === true ? last : undefined);
  return argument === undefined ? { words: [] } : await from(asked, argument.name());
}
