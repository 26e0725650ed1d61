import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The terminal that this program was started on, as far as it is lent to another program. */
export interface OuterTerminal {
  /** Its modes as they were, as `stty` reads them. */
  readonly modes: string;
  /** Hands every key on as it is typed, and shows every byte as it comes. */
  makeRaw(): void;
  restore(): void;
}

/** Runs stty on standard input. Node's own raw mode goes on turning LF into CR LF, which breaks what draws on a screen. */
function stty(...args: string[]): string {
  return execFileSync('stty', args, { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' }).trim();
}

/** The terminal on standard input; null where its modes cannot be read. */
export function openOuterTerminal(): OuterTerminal | null {
  let modes: string;
  try {
    modes = stty('-g');
  } catch {
    return null;
  }
  const set = (...args: string[]): void => {
    try {
      stty(...args);
    } catch {
      // The terminal is gone: nothing is left to be put right.
    }
  };
  return {
    modes,
    makeRaw: () => {
      set('raw', '-echo');
    },
    restore: () => {
      set(modes);
    },
  };
}

/** A field of what the system says of a process, counted from its state (proc(5), field 3); by `ps` where there is no /proc. */
function processFields(pid: number): readonly [state: string, group: number, foreground: number] | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const [state = '', , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [state, Number(group), Number(foreground)];
  } catch {
    // Not on this system.
  }
  try {
    const text = execFileSync('ps', ['-o', 'stat=,pgid=,tpgid=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [state = '', group, foreground] = text.trim().split(/\s+/);
    return [state, Number(group), Number(foreground)];
  } catch {
    return null;
  }
}

/** Whether this program may read from its terminal: a shell has not put it into the background. */
export function isInForeground(): boolean {
  const [, group, foreground] = processFields(process.pid) ?? [];
  return group !== undefined && group === foreground;
}

/** Whether a process is stopped (Ctrl+Z). */
export function isStopped(pid: number): boolean {
  return processFields(pid)?.[0].startsWith('T') === true;
}

/** The process group that a process's terminal listens to; null where none is known. */
export function foregroundGroupOf(pid: number): number | null {
  const group = processFields(pid)?.[2];
  return group !== undefined && group > 1 ? group : null;
}
