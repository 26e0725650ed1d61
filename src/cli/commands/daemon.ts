import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { daemonEnvironment, findDaemon, startDaemon, stopDaemon } from '../daemon-process.ts';
import { localOnly } from '../local.ts';
import { count } from '../text.ts';

export interface DaemonOptions {
  readonly port?: string;
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new VaultError('usage', '--port must be a number from 0 to 65535; 0 lets the system choose');
}

const elsewhere = 'daemons are started and stopped on their own machine';

/** `vault daemon start`. */
export async function start(cli: Cli, { port: given }: DaemonOptions): Promise<void> {
  localOnly(cli, elsewhere);
  const port = portOf(given);
  const before = await findDaemon(cli.paths);
  const wrongPort = before !== null && port !== undefined && port !== 0 && before.status.daemon?.port !== port;
  if (wrongPort) {
    throw new VaultError('usage', 'the daemon runs already, and not on this port', {
      hint: 'vault daemon stop ends it, and every session with it',
    });
  }
  const { status } = before ?? (await startDaemon({ paths: cli.paths, env: cli.env, vaultd: cli.program.vaultd, port }));
  const { pid = null, port: listening = null } = status.daemon ?? {};
  if (cli.globals.json) cli.output.json({ pid, port: listening, started: before === null });
  const address = listening === null ? '' : `, http://127.0.0.1:${String(listening)}`;
  const quiet = before === null && status.daemon?.sessions === 0 ? '; it ends by itself if nobody logs in within a minute' : '';
  cli.output.note(
    `${before === null ? cli.output.noteStyle.green('started') : 'running already'}: process ${String(pid)}${address}${quiet}`,
  );
}

/** `vault daemon stop`. */
export async function stop(cli: Cli): Promise<void> {
  localOnly(cli, elsewhere);
  const stopped = await stopDaemon(cli.paths);
  if (cli.globals.json) cli.output.json({ stopped });
  cli.output.note(stopped ? `${cli.output.noteStyle.green('stopped')}: every session has ended` : 'no daemon is running');
}

export interface RunOptions extends DaemonOptions {
  readonly stay?: boolean;
}

/** `vault daemon run`: the daemon in the foreground; its exit status is ours. */
export async function run(cli: Cli, { port: given, stay = false }: RunOptions): Promise<number> {
  localOnly(cli, elsewhere);
  const port = portOf(given);
  const args = ['run', ...(port === undefined ? [] : ['--port', String(port)]), ...(stay ? ['--stay'] : [])];
  const child = spawn(cli.program.vaultd, args, { stdio: 'inherit', env: daemonEnvironment(cli.env, cli.paths) });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('exit', resolve).once('error', (cause) => {
      reject(
        new VaultError('daemon_unreachable', 'the daemon cannot be started', {
          hint: `check that ${cli.program.vaultd} is there and may be run`,
          cause,
        }),
      );
    });
  });
  // The daemon ends in order, whoever is told to; we are there until it has.
  const code = await cli.signals.during(
    ['SIGHUP', 'SIGINT', 'SIGTERM'],
    (signal) => child.kill(signal),
    () => ended,
  );
  return code ?? 1;
}

export interface LogsOptions {
  readonly lines?: string;
  readonly follow?: boolean;
}

/** At most this much of a log's end is looked at. */
const tailBytes = 1024 * 1024;

/** The bytes of a file from an offset to its end. */
function readFrom(path: string, offset: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const size = fstatSync(file).size;
    const bytes = Buffer.alloc(Math.max(0, size - offset));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(file);
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** `vault daemon logs`. */
export async function logs(cli: Cli, { lines = '100', follow = false }: LogsOptions): Promise<void> {
  localOnly(cli, 'the log lies beside its daemon');
  if (!/^\d{1,7}$/.test(lines)) throw new VaultError('usage', '--lines must be a whole number');
  if (follow && cli.globals.json) throw new VaultError('usage', '--json gives an array, which -f would never end');
  const { log } = cli.paths;
  let offset = sizeOf(log);
  const end = offset === 0 ? '' : readFrom(log, Math.max(0, offset - tailBytes)).toString('utf8');
  const all = end.split('\n').slice(0, -1);
  const last = Number(lines) === 0 ? [] : all.slice(-Number(lines));
  if (cli.globals.json) cli.output.json(last);
  else cli.output.lines(last);
  if (offset === 0 && !follow) cli.output.note('the log is empty: no daemon has run yet');
  if (follow) cli.output.note(`following the log after ${count(Number(lines), 'line')}; Ctrl+C ends it`);
  while (follow) {
    await sleep(250);
    const size = sizeOf(log);
    // A shorter file is a new one: the daemon keeps the full one beside it.
    if (size < offset) offset = 0;
    if (size === offset) continue;
    const more = readFrom(log, offset);
    const whole = more.lastIndexOf('\n') + 1;
    if (whole > 0) cli.output.lines(more.toString('utf8', 0, whole - 1).split('\n'));
    offset += whole;
  }
}
