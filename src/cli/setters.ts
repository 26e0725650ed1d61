import type { Field } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';
import type { GeneratorOptions } from '../core/generate/options.ts';
import type { Cli } from './cli.ts';
import { asksForSomething, type GeneratorFlags, generatorRequest } from './generator-flags.ts';
import { parseTextSource, readTextSource } from './text-source.ts';
import { refusePasswordInUrl } from './names.ts';

/** The options of `add` and `edit` that say what an entry holds, as the command line gives them. */
export interface SetterOptions extends GeneratorFlags {
  readonly user?: string;
  readonly url?: readonly string[];
  /** `-g`: true or empty text without a LENGTH. */
  readonly generate?: string | true;
  readonly passwordStdin?: boolean;
  readonly notes?: string;
  readonly field?: readonly string[];
  readonly tag?: readonly string[];
  /** Asks for the TOTP secret, after everything else is known. */
  readonly totp?: boolean;
  readonly totpStdin?: boolean;
  /** An image of a QR code. */
  readonly totpQr?: string;
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

function requestOf(options: SetterOptions): Setters['generate'] {
  const { generate } = options;
  const request = generatorRequest(generate === true || generate === '' ? undefined : generate, options, 'LENGTH after -g');
  if (generate !== undefined) return request;
  if (asksForSomething(request)) throw new VaultError('usage', 'what a generated password is made of goes with -g');
  return undefined;
}

/** The TOTP secret, where an option brings it. One that is asked for comes later. */
async function readTotp(
  cli: Cli,
  { user, totp = false, totpStdin = false, totpQr }: SetterOptions,
  fields: Field[],
): Promise<string | undefined> {
  const field = fields.find(({ name }) => name === 'totp')?.value;
  if ([totp, totpStdin, totpQr !== undefined, field !== undefined].filter(Boolean).length > 1) {
    throw new VaultError('usage', 'give one of --totp, --totp-stdin, --totp-qr and --field totp=');
  }
  if (totpStdin) return await cli.stdin.secret('--totp-stdin', 'TOTP secret:');
  return totpQr === undefined ? field : await (await import('./totp-qr.ts')).readTotpQr(cli, totpQr, user);
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
  const generate = requestOf(options);
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
    totp: await readTotp(cli, options, fields),
    fields: fields.filter(({ name }) => name !== 'totp'),
    tags: tag === undefined ? undefined : [...tag],
  };
}
