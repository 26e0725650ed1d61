import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../core/errors.ts';
import type { Cli, Program } from './cli.ts';
import { fateOf, markCopy } from './clipboard/marker.ts';
import { wayById, waysHere, type Way } from './clipboard/ways.ts';
import { readConfigFile } from './config-file.ts';
import type { Environment } from './environment.ts';
import { clearCommand } from './hidden.ts';
import { count } from './text.ts';

/** How a value is recognised later without being kept: by its HMAC under a key that is used once. */
export function fingerprint(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

const messageLength = 32 + 32 + 16 + 4;

/** Where the process that clears finds the terminal, if it is to clear that one's clipboard. */
const terminalDescriptor = 3;

/** Starts the process that outlives this command and clears the clipboard. All it is told of the value goes through a pipe. */
async function startClearing(cli: Cli, way: Way, value: string, seconds: number, terminal: number | null): Promise<void> {
  const { runtimeDir } = cli.paths;
  const [key, id] = [randomBytes(32), randomBytes(16)];
  const after = Buffer.alloc(4);
  after.writeUInt32BE(seconds);
  const message = Buffer.concat([key, fingerprint(key, value), id, after]);
  markCopy(runtimeDir, id.toString('hex'));
  const [command, ...args] = cli.program.again;
  const child = spawn(command, [...args, clearCommand, runtimeDir, way.id], {
    detached: true,
    cwd: '/',
    // It needs DISPLAY and the like, and nothing that opens the vault.
    env: Object.fromEntries(Object.entries(cli.env).filter(([name]) => !name.startsWith('VAULTD_'))),
    stdio: ['pipe', 'ignore', 'ignore', way.id === 'terminal' && terminal !== null ? terminal : 'ignore'],
  });
  child.once('error', () => undefined);
  const { stdin } = child;
  if (stdin === null) return;
  await new Promise<void>((resolve) => {
    stdin.once('error', () => {
      resolve();
    });
    stdin.end(message, resolve);
  });
  child.unref();
}

/** The terminal, to be written to, where one exists as in terminal.ts. */
function openTerminal({ globals }: Cli): number | null {
  const { stdin, stdout, stderr } = process;
  if (!globals.input || ![stdin, stdout, stderr].some((stream) => stream.isTTY)) return null;
  try {
    return openSync('/dev/tty', 'w');
  } catch {
    return null;
  }
}

/** The first way that takes the value. */
async function writeSomewhere(ways: readonly Way[], value: string): Promise<Way> {
  let cause: unknown;
  for (const way of ways) {
    try {
      await way.write(value);
      return way;
    } catch (error) {
      cause = error;
    }
  }
  throw new VaultError('clipboard_unavailable', 'no clipboard works here: nothing was copied', {
    hint: 'it needs wl-clipboard (Wayland), xsel (X11), tmux, or a terminal that takes OSC 52; without -c the value is printed',
    cause,
  });
}

/**
 * Puts a value on the clipboard, and has it cleared after `clipboard.clearSeconds` unless something else was copied since. Gives
 * what to add to the note about it: which way it took, and what becomes of it. `clipboard_unavailable` where no clipboard works.
 */
export async function copyToClipboard(cli: Cli, value: string): Promise<string> {
  const { config, problems } = readConfigFile(cli.paths.config);
  if (problems[0] !== undefined) throw problems[0];
  const { clearSeconds } = config.clipboard;
  const terminal = openTerminal(cli);
  try {
    const way = await writeSomewhere(waysHere({ env: cli.env, helpers: cli.program.helpers, terminal }), value);
    if (clearSeconds === 0) return ` (${way.description}); it stays on the clipboard (clipboard.clearSeconds is 0)`;
    await startClearing(cli, way, value, clearSeconds, terminal);
    return ` (${way.description}); the clipboard is cleared in ${count(clearSeconds, 'second')}`;
  } finally {
    if (terminal !== null) closeSync(terminal);
  }
}

async function readMessage(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** How soon `vault lock` is obeyed. Short naps: after a suspend the time is over at once, too, as the person at the desk would expect. */
const napMs = 250;

/** Whoever holds the clipboard may never answer: this process must not wait for it until the next restart of the machine. */
const readPatienceMs = 20_000;

/** What the clearing process is told beside the message. */
export interface Clearing {
  readonly runtimeDir: string;
  readonly way: string;
  readonly env: Environment;
}

/**
 * What the clearing process does: waits, until `vault lock` at most, and clears the clipboard if it still holds the value, and nobody copied with us
 * since. A clipboard that cannot be read is cleared as it is.
 */
export async function clearLater(
  { helpers }: Pick<Program, 'helpers'>,
  { runtimeDir, way: id, env }: Clearing,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<void> {
  const message = await readMessage(stdin);
  const way = wayById(id, { env, helpers, terminal: terminalDescriptor });
  if (message.length !== messageLength || way === null) throw new VaultError('usage', 'this command is for the clipboard alone');
  const [key, wanted, marker] = [message.subarray(0, 32), message.subarray(32, 64), message.toString('hex', 64, 80)];
  const until = Date.now() + message.readUInt32BE(80) * 1000;
  while (Date.now() < until && fateOf(runtimeDir, marker) === 'in time') await sleep(Math.min(napMs, until - Date.now()));
  const isLeft = fateOf(runtimeDir, marker) === 'left';
  const isIt = (text: string) => fingerprint(key, text).equals(wanted);
  if (way.forget !== undefined) {
    await Promise.race([way.forget(isIt, { newest: !isLeft }), sleep(readPatienceMs)]);
    return;
  }
  if (isLeft) return;
  const found = await Promise.race([way.read(), sleep(readPatienceMs, undefined)]);
  if (found === undefined) return;
  if (found === null || isIt(found)) await way.clear();
}
