import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { delimiter, join } from 'node:path';
import { VaultError } from '../core/errors.ts';
import type { Cli, Program } from './cli.ts';
import { readConfigFile } from './config-file.ts';
import { count } from './text.ts';
import { clearCommand } from './hidden.ts';
import { makePrivateDirectory, readPrivateFile } from './private-files.ts';
import { writePrivateFile } from './write-private-file.ts';

/**
 * Loaded late: it starts helper programs, and finds out which when it is imported. Its own xsel lies beside the native program,
 * after everything that PATH has.
 */
async function systemClipboard(helpers: string | null): Promise<{ write(text: string): Promise<void>; read(): Promise<string> }> {
  if (helpers !== null) process.env['PATH'] = [process.env['PATH'] ?? '', helpers].join(delimiter);
  return (await import('clipboardy')).default;
}

/** Who cleared last is who copied last: an earlier copy's process finds another name here and leaves the clipboard alone. */
function markerPath(runtimeDir: string): string {
  return join(runtimeDir, 'clipboard');
}

/** How a value is recognised later without being kept: by its HMAC under a key that is used once. */
function fingerprint(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

const messageLength = 32 + 32 + 16 + 4;

/** Starts the process that outlives this command and clears the clipboard. All it is told goes through a pipe. */
async function startClearing(cli: Cli, value: string, seconds: number): Promise<void> {
  const { runtimeDir } = cli.paths;
  makePrivateDirectory(runtimeDir);
  const [key, id] = [randomBytes(32), randomBytes(16)];
  const after = Buffer.alloc(4);
  after.writeUInt32BE(seconds);
  const message = Buffer.concat([key, fingerprint(key, value), id, after]);
  writePrivateFile(markerPath(runtimeDir), id.toString('hex'));
  const [command, ...args] = cli.program.again;
  const child = spawn(command, [...args, clearCommand, runtimeDir], {
    detached: true,
    cwd: '/',
    // It needs DISPLAY and the like, and nothing that opens the vault.
    env: Object.fromEntries(Object.entries(cli.env).filter(([name]) => !name.startsWith('VAULTD_'))),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.once('error', () => undefined);
  await new Promise<void>((resolve) => {
    child.stdin.once('error', () => {
      resolve();
    });
    child.stdin.end(message, resolve);
  });
  child.unref();
}

/**
 * Puts a value on the clipboard, and has it cleared after `clipboard.clearSeconds` unless something else was copied since. Gives
 * what to add to the note about it. `clipboard_unavailable` where no clipboard works.
 */
export async function copyToClipboard(cli: Cli, value: string): Promise<string> {
  const { config, problems } = readConfigFile(cli.paths.config);
  if (problems[0] !== undefined) throw problems[0];
  const { clearSeconds } = config.clipboard;
  try {
    await (await systemClipboard(cli.program.helpers)).write(value);
  } catch (cause) {
    throw new VaultError('clipboard_unavailable', 'no clipboard works here: nothing was copied', {
      hint: 'it needs a graphical session, and on Linux xsel (X11) or wl-clipboard (Wayland); without -c the value is printed',
      cause,
    });
  }
  if (clearSeconds === 0) return '; it stays on the clipboard (clipboard.clearSeconds is 0)';
  await startClearing(cli, value, clearSeconds);
  return `; the clipboard is cleared in ${count(clearSeconds, 'second')}`;
}

async function readMessage(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What the clearing process does: waits, and clears the clipboard if it still holds the value, and nobody copied with us since. */
export async function clearLater(
  { helpers }: Pick<Program, 'helpers'>,
  runtimeDir: string,
  stdin: AsyncIterable<Uint8Array | string>,
): Promise<void> {
  const message = await readMessage(stdin);
  if (message.length !== messageLength) throw new VaultError('usage', 'this command is for the clipboard alone');
  const [key, wanted, id] = [message.subarray(0, 32), message.subarray(32, 64), message.subarray(64, 80)];
  const until = Date.now() + message.readUInt32BE(80) * 1000;
  // Short naps: after a suspend the time is over at once, as the person at the desk would expect.
  while (Date.now() < until) await new Promise((resolve) => setTimeout(resolve, Math.min(1000, until - Date.now())));
  if (readPrivateFile(markerPath(runtimeDir)) !== id.toString('hex')) return;
  const clipboard = await systemClipboard(helpers);
  const found = fingerprint(key, await clipboard.read());
  if (found.equals(wanted)) await clipboard.write('');
}
