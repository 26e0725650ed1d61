import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { protocolVersion } from '../../core/limits.ts';
import { version } from '../../core/version.ts';

const daemonFile = z.object({ socket: z.string(), pid: z.int() });

/** Which daemon serves a database: clients follow it, so that cron or sudo, whose environment differs, meet the same one. */
export type DaemonFile = z.infer<typeof daemonFile>;

/** Says where this process listens. Renamed into place: readers see all of it or nothing. */
export function writeDaemonFile(path: string, socket: string): void {
  const temporary = `${path}.new`;
  const content = { socket, pid: process.pid, version, protocol: protocolVersion };
  writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 });
  renameSync(temporary, path);
}

/** Null where there is none that can be read. */
export function readDaemonFile(path: string): DaemonFile | null {
  try {
    return daemonFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Removes the file if it is this process's. */
export function removeDaemonFile(path: string): void {
  if (readDaemonFile(path)?.pid === process.pid) rmSync(path, { force: true });
}
