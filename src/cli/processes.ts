import { readFileSync } from 'node:fs';

/** Whether a process runs; one that may not be asked counts as running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // In a container nobody may be there to collect what has ended: a zombie (proc(5), state Z) does nothing any more.
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return true;
  }
}
