import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

/** Whether a process exists and still runs (a zombie waits for its parent only). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

/** The process id in a home's daemon file, or null where no daemon runs there. */
export function daemonPid(home: string): number | null {
  let text: string;
  try {
    text = readFileSync(join(home, 'vault.db.daemon'), 'utf8');
  } catch {
    return null;
  }
  const found: unknown = JSON.parse(text);
  const pid = typeof found === 'object' && found !== null && 'pid' in found ? found.pid : undefined;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 2) throw new Error(`the daemon file of ${home} names no process`);
  return isRunning(pid) ? pid : null;
}

/** Every daemon that runs in a home below a directory. */
export function daemonsBelow(directory: string): { home: string; pid: number }[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name === 'vault.db.daemon')
    .flatMap(({ parentPath: home }) => {
      const pid = daemonPid(home);
      return pid === null ? [] : [{ home, pid }];
    });
}

/** Ends a process and waits for its end; one that does not listen is killed after five seconds. */
export async function stopDaemon(pid: number): Promise<void> {
  signal(pid, 'SIGTERM');
  try {
    await eventually(() => !isRunning(pid), { what: `process ${pid} ends`, timeoutMs: 5000 });
  } catch {
    signal(pid, 'SIGKILL');
    await eventually(() => !isRunning(pid), { what: `process ${pid} is killed` });
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
