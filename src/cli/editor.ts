import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { variable } from './environment.ts';
import { makePrivateDirectory } from './private-files.ts';
import { isAlive } from './processes.ts';

const directoryName = /^edit-(\d+)-[0-9a-f]{12}$/;

/** Removes what an edit left behind that was killed without warning. */
function removeLeftovers(runtimeDir: string): void {
  for (const name of readdirSync(runtimeDir)) {
    const pid = directoryName.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(runtimeDir, name), { recursive: true, force: true });
  }
}

function editorCommand(cli: Cli): string {
  const command = variable(cli.env, 'VISUAL') ?? variable(cli.env, 'EDITOR');
  if (command !== null) return command;
  throw new VaultError('usage', 'no editor: neither VISUAL nor EDITOR is set', {
    hint: 'export EDITOR=vi, or give what is to change: vault edit --help',
  });
}

/** Runs the editor as git does, through the shell, so that `EDITOR="code --wait"` works; what it writes goes to the terminal, never to our stdout. */
async function runEditor(cli: Cli, command: string, path: string): Promise<void> {
  const terminal = cli.globals.input ? openForChild() : null;
  const stdin = terminal === null || process.stdin.isTTY ? 'inherit' : terminal;
  const stdout = process.stdout.isTTY ? 'inherit' : (terminal ?? 2);
  const child = spawn('/bin/sh', ['-c', `${command} "$@"`, command, path], { stdio: [stdin, stdout, 'inherit'], env: { ...cli.env } });
  const forget = cli.signals.onEnd(() => child.kill('SIGTERM'));
  try {
    const { code, signal } = await cli.signals.during(
      ['SIGINT'],
      () => undefined,
      () =>
        new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
          child.once('error', reject);
          child.once('exit', (exitCode, exitSignal) => {
            resolve({ code: exitCode, signal: exitSignal });
          });
        }),
    );
    if (code === 0) return;
    if (code === 127 || code === 126) {
      throw new VaultError('usage', 'the editor cannot be run', {
        hint: 'VISUAL or EDITOR names a program that is not there: nothing was changed',
      });
    }
    throw new VaultError('cancelled', `the editor ended with ${signal ?? `status ${String(code)}`}: nothing was changed`);
  } finally {
    forget();
    if (terminal !== null) closeSync(terminal);
  }
}

function openForChild(): number | null {
  try {
    return openSync('/dev/tty', 'r+');
  } catch {
    return null;
  }
}

/**
 * Lets somebody edit a text that holds secrets, again and again until `accept` takes it: what `accept` throws is theirs to
 * decide about in `again`. The file is 0600 in a directory of its own in the runtime directory, so that an editor's copies land
 * there too, and all of it is removed whatever happens.
 */
export async function editText<T>(
  cli: Cli,
  text: string,
  accept: (edited: string) => Promise<T>,
  again: (error: VaultError) => Promise<boolean>,
): Promise<T> {
  const command = editorCommand(cli);
  const { runtimeDir } = cli.paths;
  makePrivateDirectory(runtimeDir);
  removeLeftovers(runtimeDir);
  const directory = join(runtimeDir, `edit-${String(process.pid)}-${randomBytes(6).toString('hex')}`);
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  const forget = cli.signals.onEnd(remove);
  try {
    mkdirSync(directory, { mode: 0o700 });
    const path = join(directory, 'entry.txt');
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    for (;;) {
      await runEditor(cli, command, path);
      try {
        return await accept(readEdited(path));
      } catch (error) {
        if (!(error instanceof VaultError) || !(await again(error))) throw error;
      }
    }
  } finally {
    remove();
    forget();
  }
}

function readEdited(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (cause) {
    throw new VaultError('invalid_request', 'the edited file is gone or is not valid UTF-8: nothing was changed', { cause });
  }
}
