import { readdirSync, readFileSync } from 'node:fs';

/** The processes whose arguments name a directory (Linux). */
export function processesOf(directory: string): { pid: string; environment: string; args: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return args.includes(directory) ? [{ pid, args, environment: readFileSync(`/proc/${pid}/environ`, 'utf8') }] : [];
      } catch {
        return [];
      }
    });
}
