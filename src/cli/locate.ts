import { dirname } from 'node:path';
import { VaultError } from '../core/errors.ts';
import { protocolVersion } from '../core/limits.ts';
import type { Paths } from '../core/paths.ts';
import { checkSocketPath } from '../core/socket-path.ts';
import { version } from '../core/version.ts';
import { checkPrivateDirectory, checkPrivateSocket, readPrivateFile } from './private-files.ts';

/** What the running daemon says about itself beside the database: so that clients meet it wherever their own runtime directory is. */
export interface DaemonFile {
  readonly socket: string;
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
}

export function readDaemonFile(paths: Pick<Paths, 'daemonFile'>): DaemonFile | null {
  const text = readPrivateFile(paths.daemonFile);
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const read = (key: string): unknown => Reflect.get(value, key);
    const [socket, pid, daemonVersion, protocol] = ['socket', 'pid', 'version', 'protocol'].map(read);
    const known =
      typeof socket === 'string' && typeof pid === 'number' && typeof daemonVersion === 'string' && typeof protocol === 'number';
    return known ? { socket, pid, version: daemonVersion, protocol } : null;
  } catch {
    // Cut by a crash: as good as none.
    return null;
  }
}

/**
 * Where the daemon of this database may listen, likeliest first: where it said, and the usual place. Before one is given it has
 * been checked to be the user's own, no link, and closed to others; `request_forbidden` where it is not.
 */
export function* candidateSockets(paths: Pick<Paths, 'daemonFile' | 'socket'>): Generator<string, void> {
  const told = readDaemonFile(paths)?.socket;
  for (const path of told === undefined || told === paths.socket ? [paths.socket] : [told, paths.socket]) {
    checkSocketPath(path, process.platform);
    if (checkPrivateDirectory(dirname(path)) && checkPrivateSocket(path)) yield path;
  }
}

/** -1, 0 or 1, by the numbers of two versions; what follows a dash makes a version older than the same without (semver.org, 11). */
export function compareVersions(a: string, b: string): number {
  const split = (text: string) => {
    const [numbers = '', prerelease = null] = text.split('+')[0]?.split(/-(.*)/s) ?? [];
    return { numbers: numbers.split('.').map((part) => Number(part) || 0), prerelease };
  };
  const [left, right] = [split(a), split(b)];
  for (let i = 0; i < Math.max(left.numbers.length, right.numbers.length); i++) {
    const difference = (left.numbers[i] ?? 0) - (right.numbers[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === null) return 1;
  if (right.prerelease === null) return -1;
  return left.prerelease < right.prerelease ? -1 : 1;
}

export type Fit = 'use' | 'replace';

/** Whether a daemon serves this client: an older one is to be replaced, a newer one is used as it is. `daemon_version_mismatch` where it cannot be. */
export function daemonFit(daemon: { readonly version: string; readonly protocol: number }): Fit {
  const order = compareVersions(daemon.version, version);
  if (order < 0) return 'replace';
  if (daemon.protocol === protocolVersion) return 'use';
  if (order === 0) return 'replace';
  throw new VaultError('daemon_version_mismatch', `the daemon is version ${daemon.version}, too new for this command line (${version})`, {
    hint: 'upgrade this vault, or stop the daemon with the newer one: vault daemon stop',
  });
}
