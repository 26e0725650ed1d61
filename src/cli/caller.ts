import { readFileSync, readlinkSync } from 'node:fs';

let claim: string | undefined;

/** The first word of a command line that is no option: the command's name, or its alias. Never a name or a value. */
function command(): string {
  const word = process.argv.slice(2).find((arg) => !arg.startsWith('-')) ?? '';
  return /^[a-z][a-z-]{1,15}$/.test(word) ? `vault ${word}` : 'vault';
}

/** Who started this program; empty where the system does not say so at once. */
function parent(): string {
  try {
    return readFileSync(`/proc/${String(process.ppid)}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The terminal that one of the standard streams is connected to; empty where none is. */
function terminal(): string {
  for (const stream of [2, 0, 1]) {
    try {
      const path = readlinkSync(`/proc/self/fd/${String(stream)}`);
      if (path.startsWith('/dev/pts/') || path.startsWith('/dev/tty')) return path.slice('/dev/'.length);
    } catch {
      // It is closed, or the system has no such directory.
    }
  }
  return '';
}

/** What this program says of itself, for the access log: a `Vault-Client` header's value. */
export function clientClaim(): string {
  claim ??= claimNow();
  return claim;
}

function claimNow(): string {
  const by = parent();
  return new URLSearchParams({ program: by === '' ? command() : `${command()} (${by})`, terminal: terminal() }).toString();
}
