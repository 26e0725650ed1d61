import { spawn } from 'node:child_process';
import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { VaultError } from '../../core/errors.ts';
import { endByInterrupt, statusOf, withUmask, type Child, type RunChild } from './child.ts';
import { maskOutput, pipePatience, terminalPatience } from './masked-output.ts';
import { loadPty } from './load-pty.ts';
import { openOutputTerminal, type OutputTerminal } from './output-terminal.ts';
import { openPipe, type Pipe } from './pipes.ts';

/** What a terminal sends to the command as well as to us: handing it on too would double it. */
const fromTerminal: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT', 'SIGHUP']);

const both = [process.stdout, process.stderr] as const;

/** Where we print: in one place, the order of output and errors is kept (`2>&1`). */
function ours(): readonly (typeof both)[number][] {
  try {
    const [out, errors] = [fstatSync(1), fstatSync(2)];
    return out.dev === errors.dev && out.ino === errors.ino ? [process.stdout] : both;
  } catch {
    return both;
  }
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
}

function cannotRun(cause: Error): VaultError {
  const code = 'code' in cause ? String(cause.code) : 'unknown';
  if (code !== 'E2BIG') return new VaultError('usage', `the command cannot be run (${code})`, { cause });
  const hint = 'give long values on a file descriptor: --fd 3=vault://…';
  return new VaultError('usage', 'the environment and the arguments are too long together', { hint, cause });
}

/**
 * Passes one of the command's outputs on, masked; resolves when nobody holds it any more and all of it is out, with what a full disk, say, has made of it.
 * That nobody reads it is no error.
 */
async function passOn(pipe: Pipe, to: Writable & { readonly isTTY?: boolean }, secrets: readonly string[]): Promise<Error | null> {
  const from = createReadStream('', { fd: pipe.reading });
  let lost: Error | null = null;
  let written = Promise.resolve();
  const masked = maskOutput(secrets, to.isTTY === true ? terminalPatience : pipePatience, (bytes) => {
    written = new Promise((resolve) => {
      const isOut = (error?: Error | null) => {
        if (error instanceof Error && !('code' in error && error.code === 'EPIPE')) lost ??= error;
        resolve();
      };
      if (to.write(bytes, isOut)) return;
      from.pause();
      to.once('drain', () => from.resume());
    });
  });
  from.on('data', (bytes) => {
    masked.write(Buffer.from(bytes));
  });
  // Whoever read us has gone: the command learns it when it writes again, as from a pipe of its own.
  to.removeAllListeners('error');
  to.on('error', () => from.destroy());
  from.once('end', () => {
    masked.flush();
  });
  await new Promise<void>((resolve) => {
    from.once('close', resolve);
  });
  await written;
  return lost;
}

function stdioOf({ files }: Child, outputs: readonly number[]): ('inherit' | 'ignore' | number)[] {
  const [stdout, stderr] = outputs;
  const stdio: ('inherit' | 'ignore' | number)[] = ['inherit', stdout ?? 'inherit', stderr ?? stdout ?? 'inherit'];
  for (const { number, descriptor } of files) {
    while (stdio.length < number) stdio.push('ignore');
    stdio[number] = descriptor;
  }
  return stdio;
}

/** A terminal for what the command prints on ours; null where it prints on none, or none can be had. */
async function terminalFor({ secrets }: Child): Promise<OutputTerminal | null> {
  const shown = both.find((stream) => stream.isTTY);
  const openPty = secrets === null || shown === undefined ? null : await loadPty();
  return secrets === null || shown === undefined || openPty === null ? null : await openOutputTerminal(openPty, shown, secrets);
}

/**
 * Runs the command in our own place: our session, our process group, our standard input. So a terminal's keys and signals reach it as if
 * it had been started without us. Where something is to be masked, what it prints goes through a pipe, or where that would be our terminal, through
 * one that is like it.
 */
export const runPlainly: RunChild = async ({ program, signals, paths }, child) => {
  const [path, ...args] = child.command;
  const secrets = child.secrets ?? [];
  const terminal = await terminalFor(child);
  const outputs =
    child.secrets === null ? [] : ours().map((to) => (terminal !== null && to.isTTY ? null : { to, pipe: openPipe(paths.runtimeDir) }));
  const descriptors = outputs.flatMap((output) => output?.pipe.writing ?? terminal?.descriptor ?? []);
  const running = withUmask(program.umask, () => spawn(path, args, { env: { ...child.env }, stdio: stdioOf(child, descriptors) }));
  if (terminal !== null) closeSync(terminal.descriptor);
  for (const output of outputs) if (output !== null) closeSync(output.pipe.writing);
  terminal?.onResize(() => running.kill('SIGWINCH'));
  let interrupted = false;
  let endedBy: NodeJS.Signals | null = null;
  const ended = new Promise<number>((resolve, reject) => {
    running.once('error', (error) => {
      reject(cannotRun(error));
    });
    running.once('exit', (code, signal) => {
      endedBy = signal;
      resolve(statusOf(code, signal));
    });
  });
  const passed = outputs.map((output) => (output === null ? Promise.resolve(null) : passOn(output.pipe, output.to, secrets)));
  const doubled: ReadonlySet<NodeJS.Signals> = hasTerminal() ? fromTerminal : new Set<NodeJS.Signals>();
  return await signals.during(
    ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'],
    (signal) => {
      if (!doubled.has(signal)) running.kill(signal);
      else if (signal === 'SIGINT') interrupted = true;
    },
    async () => {
      const finish = async () => {
        await terminal?.finish();
        return await Promise.all(passed);
      };
      const status = await ended.catch(async (error: unknown) => {
        await finish();
        throw error;
      });
      const [lost] = await finish();
      if (lost instanceof Error) throw lost;
      if (endedBy === 'SIGINT' && interrupted) endByInterrupt(process.pid);
      return status;
    },
  );
};
