import { constants } from 'node:os';
import type { Cli } from '../cli.ts';
import type { ChildFile } from './child-files.ts';
import { foregroundGroupOf } from './outer-terminal.ts';

/** A command that is ready to be started. */
export interface Child {
  /** The program's path, and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly ChildFile[];
  /** What is not to be seen in its output; null where nothing is to be masked. */
  readonly secrets: readonly string[] | null;
}

/** Runs it to its end, and gives its exit status. */
export type RunChild = (cli: Cli, child: Child) => Promise<number>;

/** A program's exit status as a shell reports it: 128 and the signal's number where a signal ended it. */
export function statusOf(code: number | null, signal: NodeJS.Signals | number | null): number {
  if (code !== null) return code;
  return 128 + (typeof signal === 'string' ? constants.signals[signal] : (signal ?? 0));
}

/** Starts a program with the umask of our caller; ours keeps our own files closed. */
export function withUmask<T>(umask: number, start: () => T): T {
  const own = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(own);
  }
}

/**
 * Has us end by SIGINT as the command did on Ctrl+C, and not by a status alone: a shell goes on with the next command of a script or a loop unless what
 * it waited for was ended by the signal (bash, `wait_sigint_handler`). `receiver` is who is told, as for kill(2): ourselves, or with 0 all of our process
 * group, where the key told the command alone. Who started us from elsewhere reads our status, 130, and no signal.
 */
export function endByInterrupt(receiver: number): void {
  if (foregroundGroupOf(process.ppid) !== foregroundGroupOf(process.pid)) return;
  process.once('exit', () => {
    process.removeAllListeners('SIGINT');
    process.kill(receiver, 'SIGINT');
  });
}
