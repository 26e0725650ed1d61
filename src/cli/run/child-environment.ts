import { parseEnvFile, variableName } from '../../core/env-file.ts';
import { VaultError } from '../../core/errors.ts';
import { isReference } from '../../core/reference.ts';
import type { Environment } from '../environment.ts';
import { readTextFile } from '../read-file.ts';
import { wantedAt, type Wanted } from '../read-references.ts';

/** Where a value goes: into a variable of the command's environment, or to be read from a file descriptor. */
export type Place = { readonly variable: string } | { readonly descriptor: number };

export interface WantedInPlace extends Wanted {
  readonly place: Place;
}

/** What a command is to be given, before anything was read from the vault. */
export interface Plan {
  /** Its environment, as far as it needs no vault. */
  readonly plain: Readonly<Record<string, string>>;
  readonly wanted: readonly WantedInPlace[];
}

export interface Sources {
  readonly env: Environment;
  readonly envFiles: readonly string[];
  /** `-e K=REF`. */
  readonly variables: readonly string[];
  /** `--fd N=REF`. */
  readonly descriptors: readonly string[];
}

/** The launcher keeps what it takes from itself (NODE_OPTIONS and the like) under such names: they are for the command, not for us. */
const kept = 'VAULTD_CALLER_';

function inherited(env: Environment): Map<string, string> {
  const all = Object.entries(env).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  const own = all.filter(([name]) => !name.startsWith(kept));
  // The caller's after ours: PATH is there twice.
  const given = [
    ...own,
    ...all.filter(([name]) => name.startsWith(kept)).map(([name, value]): [string, string] => [name.slice(kept.length), value]),
  ];
  return new Map(given.filter(([name]) => !name.startsWith('VAULTD_')));
}

function checkVariable(name: string): void {
  if (!variableName.test(name)) {
    throw new VaultError('usage', '-e takes NAME=REFERENCE', { hint: '-e DB_PASSWORD=vault://work/db/password' });
  }
  if (name.startsWith('VAULTD_')) throw new VaultError('usage', 'variables named VAULTD_… are never given to a command');
}

function split(argument: string): readonly [string, string] {
  const at = argument.indexOf('=');
  return at < 0 ? ['', ''] : [argument.slice(0, at), argument.slice(at + 1)];
}

function parseDescriptor(argument: string): WantedInPlace {
  const [number, text] = split(argument);
  if (!/^[3-9]$/.test(number)) {
    throw new VaultError('usage', '--fd takes N=REFERENCE, with N from 3 to 9', {
      hint: '--fd 3=vault://work/db/password, read as /dev/fd/3',
    });
  }
  return { ...wantedAt(`--fd ${number}`, text), place: { descriptor: Number(number) } };
}

/**
 * What the command is given: the caller's own environment without what is Vault's, over it the env files in their order, over these the
 * `-e` options. Every value that is a reference, wherever it comes from, is to be read.
 */
export async function planEnvironment({ env, envFiles, variables, descriptors }: Sources): Promise<Plan> {
  const values = inherited(env);
  for (const path of envFiles) {
    for (const { name, value } of parseEnvFile(await readTextFile(path))) {
      checkVariable(name);
      values.set(name, value);
    }
  }
  for (const [name, value] of variables.map(split)) {
    checkVariable(name);
    if (!isReference(value)) {
      throw new VaultError('usage', '-e takes references only: arguments can be read by others', {
        hint: 'what is no secret can be set in front of vault: NAME=VALUE vault run …',
      });
    }
    values.set(name, value);
  }
  const isWanted = ([, value]: [string, string]) => isReference(value);
  const entries = [...values];
  const files = descriptors.map(parseDescriptor);
  if (new Set(descriptors.map((one) => one[0])).size < descriptors.length) throw new VaultError('usage', '--fd gives one number twice');
  return {
    plain: Object.fromEntries(entries.filter((entry) => !isWanted(entry))),
    wanted: [...entries.filter(isWanted).map(([name, text]) => ({ ...wantedAt(name, text), place: { variable: name } })), ...files],
  };
}

/** Linux takes no longer string in an environment (MAX_ARG_STRLEN, execve(2)). */
const longestVariable = 128 * 1024 - 1;

/** Throws `usage` where a value cannot be in an environment. */
export function checkFits(name: string, value: string): void {
  const hint = 'give it on a file descriptor: --fd 3=vault://…';
  if (value.includes('\0')) throw new VaultError('usage', `the value for ${name} holds a zero byte, which no environment can`, { hint });
  if (Buffer.byteLength(`${name}=${value}`) > longestVariable) {
    throw new VaultError('usage', `the value for ${name} is too long for an environment`, { hint });
  }
}
