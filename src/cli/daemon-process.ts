import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorTable, isErrorCode, VaultError } from '../core/errors.ts';
import type { Paths } from '../core/paths.ts';
import { checkSocketPath } from '../core/socket-path.ts';
import type { Success } from './api.ts';
import { decodeAnswer, encodeCall } from './api.ts';
import type { Environment } from './environment.ts';
import { candidateSockets, readDaemonFile } from './locate.ts';
import { makePrivateDirectory } from './private-files.ts';
import { isAlive } from './processes.ts';
import { asVaultError } from './report.ts';
import { NoDaemonError, send } from './transport.ts';

/** All of the environment that a daemon gets: nothing that loads code into it, nothing secret. */
const inherited = [
  'HOME',
  'PATH',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'XDG_DATA_HOME',
  'XDG_CONFIG_HOME',
  'XDG_STATE_HOME',
  'XDG_RUNTIME_DIR',
  'VAULTD_HOME',
  'VAULTD_PORT',
];

export function daemonEnvironment(env: Environment, paths: Pick<Paths, 'dataDir'>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of inherited) {
    const value = env[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  // The daemon has another working directory than a relative path was written for.
  if (kept['VAULTD_HOME'] !== undefined) kept['VAULTD_HOME'] = paths.dataDir;
  return kept;
}

type Status = Success<'/status', '$get'>;

export interface RunningDaemon {
  readonly socket: string;
  readonly status: Status;
}

/** The daemon that has this database open, by asking it; null where none answers. Never starts one. */
export async function findDaemon(paths: Paths, token: string | null = null): Promise<RunningDaemon | null> {
  for (const socket of candidateSockets(paths)) {
    try {
      const request = encodeCall({ path: '/status', method: '$get' }, { token, background: true, timeoutSeconds: 10 });
      return { socket, status: decodeAnswer<'/status', '$get'>(await send({ kind: 'socket', path: socket }, request)) };
    } catch (error) {
      if (!(error instanceof NoDaemonError)) throw error;
    }
  }
  return null;
}

export interface StartOptions {
  readonly paths: Paths;
  readonly env: Environment;
  /** The launcher of the daemon, `bin/vaultd`. */
  readonly vaultd: string;
  readonly port?: number | undefined;
}

const patienceMs = 60_000;
/** How long to look for the daemon that was quicker than ours, once ours has ended. */
const rivalMs = 3_000;

/** What a daemon that did not start said last. Where a full disk has kept even that back, it is the reason. */
function startError(child: ChildProcess, words: number): VaultError {
  const said = readWords(words);
  const line = (mark: string) => new RegExp(`^${mark}: (.+)$`, 'm').exec(said)?.[1];
  if (line('vaultd') === undefined) {
    try {
      writeSync(words, '\n');
    } catch (error) {
      return asVaultError(error);
    }
  }
  const told = line('code') ?? '';
  // Its launcher may fail before there is a daemon that could tell.
  const code = isErrorCode(told) ? told : child.exitCode === errorTable.internal.exit ? 'internal' : 'daemon_unreachable';
  const message = line('vaultd') ?? `the daemon ended at once (${child.signalCode ?? `exit ${String(child.exitCode)}`})`;
  return new VaultError(code, message, { hint: line('hint') ?? 'vault daemon logs may say more; vault daemon run shows it at work' });
}

/**
 * Starts the daemon, detached, and waits until it answers. Where another one is quicker, that one is as good. What a daemon
 * writes before it is ready goes to a file without a name, so that nothing can break when this command has ended.
 */
export async function startDaemon({ paths, env, vaultd, port }: StartOptions): Promise<RunningDaemon> {
  checkSocketPath(paths.socket, process.platform);
  makePrivateDirectory(paths.runtimeDir);
  const wordsPath = join(paths.runtimeDir, `start-${randomBytes(6).toString('hex')}`);
  const words = openSync(wordsPath, 'wx+', 0o600);
  rmSync(wordsPath);
  try {
    const child = spawn(vaultd, ['run', ...(port === undefined ? [] : ['--port', String(port)])], {
      detached: true,
      cwd: '/',
      env: daemonEnvironment(env, paths),
      stdio: ['ignore', words, words],
    });
    child.once('error', () => undefined);
    child.unref();
    if (child.pid === undefined) {
      throw new VaultError('daemon_unreachable', 'the daemon cannot be started', { hint: `check that ${vaultd} is there and may be run` });
    }
    return await waitUntilReady(paths, child, words);
  } finally {
    closeSync(words);
  }
}

function readWords(file: number): string {
  const bytes = Buffer.alloc(16_384);
  return bytes.toString('utf8', 0, readSync(file, bytes, 0, bytes.length, 0));
}

async function waitUntilReady(paths: Paths, child: ChildProcess, words: number): Promise<RunningDaemon> {
  const began = performance.now();
  let endedAt: number | null = null;
  for (;;) {
    const daemon = await findDaemon(paths);
    if (daemon !== null) return daemon;
    const now = performance.now();
    // One that found another at work leaves time for that to get ready; any other failure is final.
    if (endedAt !== null && now - endedAt >= (child.exitCode === errorTable.daemon_unreachable.exit ? rivalMs : 0)) {
      throw startError(child, words);
    }
    if (child.exitCode !== null || child.signalCode !== null) endedAt ??= now;
    if (now - began > patienceMs) {
      throw new VaultError('daemon_unreachable', 'the daemon does not get ready', { hint: 'vault daemon logs may say why' });
    }
    await sleep(15);
  }
}

async function hasEnded(pid: number, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 25) {
    if (!isAlive(pid)) return true;
    await sleep(25);
  }
  return !isAlive(pid);
}

/** Ends the daemon, by force where it does not listen, and with it every session. False where none runs. */
export async function stopDaemon(paths: Paths): Promise<boolean> {
  let pid: number | undefined;
  try {
    const daemon = await findDaemon(paths);
    if (daemon === null) return false;
    pid = daemon.status.daemon?.pid;
  } catch (error) {
    // It has its socket open and does not answer: its file still says who it is.
    if (!(error instanceof VaultError) || error.code !== 'daemon_unreachable') throw error;
  }
  pid ??= readDaemonFile(paths)?.pid;
  if (pid === undefined) {
    throw new VaultError('daemon_unreachable', 'the daemon does not say which process it is', { hint: 'look for vaultd with ps' });
  }
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
    if (await hasEnded(pid, 10_000)) return true;
  }
  throw new VaultError('daemon_unreachable', `the daemon (process ${String(pid)}) does not end`);
}
