import { setTimeout as sleep } from 'node:timers/promises';
import { singleQuoted } from '../../core/shell-word.ts';
import { endByInterrupt, statusOf, withUmask, type Child, type RunChild } from './child.ts';
import type { ChildFile } from './child-files.ts';
import { maskOutput, terminalPatience } from './masked-output.ts';
import { foregroundGroupOf, isStopped, type OuterTerminal } from './outer-terminal.ts';
import type { OpenPty, Pty } from './pty.ts';

/** Opens each value again, by the name that our own descriptor has for others. */
function redirections(files: readonly ChildFile[]): string {
  return files.map(({ number, descriptor }) => ` ${String(number)}</proc/${String(process.pid)}/fd/${String(descriptor)}`).join('');
}

/**
 * What stands between us and the command in the new session: a shell with job control. Without one Ctrl+Z would do nothing there, for the
 * command's process group would be an orphan (POSIX.1, 2.4.3). When the command stops, the shell tells us, and stops until we go on.
 * It keeps its own remarks about jobs to itself; bash controls its terminal through standard error, and makes none.
 */
function keeper(modes: string, files: readonly ChildFile[]): string {
  return `stty ${singleQuoted(modes)} 2>/dev/null
set -m
exec 9>&2
[ -n "$BASH_VERSION" ] || exec 2>/dev/null
"$@" 2>&9 9>&-${redirections(files)}
status=$?
while [ "$status" -gt 128 ] && kill -0 %1 2>/dev/null; do
  kill -s TSTP ${String(process.pid)}
  kill -s STOP $$
  fg %1 >/dev/null
  status=$?
done
exit "$status"`;
}

/** Ctrl+C, and the status of what it has ended. */
const interruptKey = 0x03;
const interruptedStatus = 130;

/** How long to wait at most for the keeper to stop, and for ourselves to be stopped. */
const stopMs = 300;

async function stopWithIt(pty: Pty, terminal: OuterTerminal): Promise<void> {
  for (let waited = 0; waited < stopMs && !isStopped(pty.pid); waited += 10) await sleep(10);
  terminal.restore();
  const continued = new Promise<void>((resolve) => {
    process.once('SIGCONT', resolve);
  });
  // Nobody listens to it now, so it stops us and whoever was started along with us. Where nobody could wake us again it does nothing.
  process.kill(0, 'SIGTSTP');
  await Promise.race([continued, sleep(stopMs)]);
  terminal.makeRaw();
  pty.resize(process.stdout.columns, process.stdout.rows);
  process.kill(pty.pid, 'SIGCONT');
}

/** Signals that somebody sends us go to whatever is in the foreground there. */
function handOn(pty: Pty, signal: NodeJS.Signals): void {
  const group = foregroundGroupOf(pty.pid);
  try {
    process.kill(group === null ? pty.pid : -group, signal);
  } catch {
    // It has ended.
  }
}

/** Runs the command on a terminal of its own, whose keys and size are those of ours, and shows what it shows with the secrets masked. */
export function runOnTerminal(terminal: OuterTerminal, openPty: OpenPty): RunChild {
  return async ({ program, signals }, { command, env, files, secrets }: Child) => {
    const { stdin, stdout } = process;
    const masked = maskOutput(secrets ?? [], terminalPatience, (bytes) => void stdout.write(bytes));
    const pty = withUmask(program.umask, () =>
      openPty({
        command: ['/bin/sh', '-c', keeper(terminal.modes, files), 'vault', ...command],
        env,
        cwd: process.cwd(),
        columns: stdout.columns,
        rows: stdout.rows,
        onData: (bytes) => {
          masked.write(bytes);
        },
      }),
    );
    const forget = signals.onEnd(() => {
      terminal.restore();
    });
    const resize = () => {
      pty.resize(stdout.columns, stdout.rows);
    };
    /** Whether the last that was typed is Ctrl+C: a shell that was left in another way, later, may end with the same status. */
    let interrupted = false;
    const type = (bytes: Buffer) => {
      interrupted = bytes.includes(interruptKey);
      pty.write(bytes);
    };
    terminal.makeRaw();
    stdout.on('resize', resize);
    stdin.on('data', type);
    try {
      return await signals.during(
        ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'],
        (signal) => {
          handOn(pty, signal);
        },
        async () => {
          let stopping = listenForStop();
          for (;;) {
            const ended = await Promise.race([pty.ended, stopping.heard]);
            if (ended !== null) {
              const status = statusOf(ended.code, ended.signal);
              if (status === interruptedStatus && interrupted) endByInterrupt(0);
              return status;
            }
            masked.flush();
            await stopWithIt(pty, terminal);
            stopping = listenForStop();
          }
        },
      );
    } finally {
      masked.flush();
      stdout.removeListener('resize', resize);
      stdin.removeListener('data', type);
      stdin.pause();
      terminal.restore();
      forget();
    }
  };
}

/** Waits for SIGTSTP, once: afterwards the signal does again what it does to every program. */
function listenForStop(): { readonly heard: Promise<null> } {
  return {
    heard: new Promise((resolve) => {
      process.once('SIGTSTP', () => {
        resolve(null);
      });
    }),
  };
}
