import { spawn } from 'node:child_process';
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { VaultError } from '../../core/errors.ts';
import type { ImportResult } from '../../core/formats/item.ts';
import { readPassStore, type StoreFile } from '../../core/formats/pass-store.ts';
import type { Cli } from '../cli.ts';
import { type Environment, variable } from '../environment.ts';
import { unreadable } from '../read-file.ts';
import { escapeLine } from '../text.ts';

/** So many files are decrypted ahead of the one that is wanted, once the first has shown that the key is at hand. */
const ahead = 3;

/** Where `pass` keeps its store. */
export function defaultStore(env: Environment): string {
  return variable(env, 'PASSWORD_STORE_DIR') ?? join(variable(env, 'HOME') ?? homedir(), '.password-store');
}

/** Every file below a folder, by name; links are followed, but never back to where they stand. */
function* filesBelow(folder: string, prefix = '', above: readonly string[] = []): Generator<string> {
  let names: string[];
  let real: string;
  try {
    real = realpathSync(folder);
    if (above.includes(real)) return;
    names = readdirSync(folder).sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
  for (const name of names) {
    // Those are the store's own: recipients, git.
    if (name.startsWith('.')) continue;
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory() === true) yield* filesBelow(path, `${prefix}${name}/`, [...above, real]);
    else yield `${prefix}${name}`;
  }
}

/** Whether a folder looks like a password store. */
export function isPasswordStore(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) => name === '.gpg-id' || name.endsWith('.gpg'));
  } catch {
    return false;
  }
}

interface Ended {
  readonly status: number | null;
  readonly output: Buffer;
  readonly words: string;
}

/** Runs the user's own gpg: with their agent, which may ask for the key's passphrase on the terminal or in a window. */
function gpg(cli: Cli, args: readonly string[]): Promise<Ended> {
  const quietly = cli.globals.input ? [] : ['--pinentry-mode', 'error'];
  return new Promise((resolve, reject) => {
    const child = spawn('gpg', ['--quiet', '--batch', ...quietly, ...args], { env: { ...cli.env }, stdio: ['inherit', 'pipe', 'pipe'] });
    const [output, words]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => words.push(chunk));
    child.once('error', (cause) => {
      reject(
        new VaultError('usage', 'gpg cannot be started: a password store is opened by your own gpg', { hint: 'install GnuPG', cause }),
      );
    });
    child.once('close', (status) => {
      resolve({ status, output: Buffer.concat(output), words: Buffer.concat(words).toString('utf8') });
    });
  });
}

async function decrypt(cli: Cli, path: string): Promise<Buffer> {
  const { status, output, words } = await gpg(cli, ['--decrypt', '--', path]);
  if (status === 0) return output;
  output.fill(0);
  const said = words.trim().split('\n').at(-1) ?? '';
  throw new VaultError('invalid_request', escapeLine(said.replace(/^gpg: /, '')).slice(0, 200) || 'gpg does not say why');
}

/** The store's files; `read` gives what gpg makes of one, which may be under way already. */
async function* decrypted(cli: Cli, folder: string): AsyncGenerator<StoreFile> {
  const names = filesBelow(folder);
  const waiting: { path: string; contents: Promise<Buffer> | null }[] = [];
  let first = true;
  for (;;) {
    while (waiting.length <= (first ? 0 : ahead)) {
      const next = names.next();
      if (next.done === true) break;
      const contents = next.value.endsWith('.gpg') ? decrypt(cli, join(folder, next.value)) : null;
      // Whoever takes it hears of its failure.
      contents?.catch(() => undefined);
      waiting.push({ path: next.value, contents });
    }
    const one = waiting.shift();
    if (one === undefined) return;
    yield { path: one.path, read: () => one.contents ?? Buffer.alloc(0) };
    await one.contents?.catch(() => undefined);
    first = false;
  }
}

/** Reads a password store with the user's own gpg. `usage` where there is no gpg. */
export async function* readStore(cli: Cli, folder: string): AsyncGenerator<ImportResult> {
  await gpg(cli, ['--version']);
  yield* readPassStore(decrypted(cli, folder), { decrypt: (contents) => Promise.resolve(contents) });
}
