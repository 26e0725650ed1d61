import type { Field } from '../core/entry/schema.ts';
import type { GeneratorOptions } from '../core/generate/options.ts';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { parseTextSource, readTextSource } from './input.ts';
import { refusePasswordInUrl } from './names.ts';

/** The options of `add` and `edit` that say what an entry holds, as the command line gives them. */
export interface SetterOptions {
  readonly url?: readonly string[];
  /** `-g`: true or empty text without a LENGTH. */
  readonly generate?: string | true;
  /** What a generated password must obey. */
  readonly rules?: string;
  readonly passwordStdin?: boolean;
  readonly notes?: string;
  readonly field?: readonly string[];
  readonly tag?: readonly string[];
}

/** What they come to. What was not given is undefined. */
export interface Setters {
  readonly password: string | undefined;
  readonly generate: GeneratorOptions | undefined;
  readonly urls: string[] | undefined;
  readonly notes: string | undefined;
  readonly totp: string | undefined;
  readonly fields: Field[];
  readonly tags: string[] | undefined;
}

/** Names with a place of their own in an entry: a field called so could never be read. */
const ownPlaces: Readonly<Record<string, string>> = {
  password: 'it is set by the prompt, by -g or by --password-stdin',
  username: 'it is set by -u in add and by --username in edit',
  url: 'it is set by --url',
  notes: 'it is set by --notes',
  code: 'codes are made from the field totp',
  id: 'every entry has its own',
};

function lengthOf(generate: string | true | undefined): Setters['generate'] {
  if (generate === undefined) return undefined;
  if (generate === true || generate === '') return {};
  if (!/^\d+$/.test(generate)) throw new VaultError('usage', 'LENGTH after -g must be a whole number');
  return { length: Number(generate) };
}

async function readField(cli: Cli, argument: string): Promise<Field> {
  const equals = argument.indexOf('=');
  const name = argument.slice(0, equals);
  if (equals < 1) throw new VaultError('usage', '--field wants NAME=VALUE, NAME=@FILE or NAME=-');
  const reason = ownPlaces[name];
  if (reason !== undefined) throw new VaultError('usage', `${name} is no name for a field`, { hint: reason });
  const source = parseTextSource(argument.slice(equals + 1));
  if (name === 'totp' && source.from === 'argument') {
    throw new VaultError('usage', 'a TOTP secret is not taken as an argument', {
      hint: '--field totp=@FILE or --field totp=- takes it from a file or standard input',
    });
  }
  const value = await readTextSource(source, `--field ${name}=-`, cli.stdin);
  return { name, value, hidden: source.from !== 'argument' };
}

/** Reads the setters; what comes from files and standard input is read here, before anything is asked or sent. */
export async function readSetters(cli: Cli, options: SetterOptions): Promise<Setters> {
  const { url, passwordStdin = false, notes, field = [], tag } = options;
  const generate = lengthOf(options.generate);
  if (options.rules !== undefined && passwordStdin) throw new VaultError('usage', '--rules is for generated passwords');
  if (generate !== undefined && passwordStdin) throw new VaultError('usage', '-g and --password-stdin exclude each other');
  for (const text of url ?? []) refusePasswordInUrl(text);
  const password = passwordStdin ? await cli.stdin.secret('--password-stdin') : undefined;
  const fields: Field[] = [];
  for (const argument of field) fields.push(await readField(cli, argument));
  const twice = fields.find(({ name }, i) => fields.findIndex((other) => other.name === name) < i);
  if (twice !== undefined) throw new VaultError('usage', `--field gives ${twice.name} twice`);
  return {
    password,
    generate,
    urls: url === undefined ? undefined : [...url],
    notes: notes === undefined ? undefined : await readTextSource(parseTextSource(notes), '--notes -', cli.stdin),
    totp: fields.find(({ name }) => name === 'totp')?.value,
    fields: fields.filter(({ name }) => name !== 'totp'),
    tags: tag === undefined ? undefined : [...tag],
  };
}
