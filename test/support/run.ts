import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What the program reads from stdin; without it stdin is /dev/null. */
  readonly input?: string | Uint8Array | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface RunResult {
  /** The exit code; null when a signal ended the program. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end without a terminal: in a session of its own, so that /dev/tty does not open even where the tests run in one.
 * Fails when it takes too long, or leaves behind a process that keeps its output open.
 */
export async function run(
  program: string,
  args: readonly string[],
  { env, cwd, input, timeoutMs = 45_000 }: RunOptions,
): Promise<RunResult> {
  const child = spawn(program, args, { env, cwd, detached: true, stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program may end without having read all of its input (EPIPE): what it answers is what counts.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const text = (chunks: Buffer[]): string => Buffer.concat(chunks).toString('utf8');
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const state = child.exitCode === null && child.signalCode === null ? 'did not end' : 'ended, but something keeps its output open';
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout?.destroy();
      child.stderr?.destroy();
      reject(new Error(`${program} ${args.join(' ')}: ${state} within ${timeoutMs} ms\nstdout: ${text(stdout)}\nstderr: ${text(stderr)}`));
    }, timeoutMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}

/** Kills a program and what it started; a daemon has a session of its own and stays. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}
