import { parseArgs } from 'node:util';
import { VaultError } from '../../core/errors.ts';

export interface DaemonArguments {
  /** Null where only the configuration says. */
  readonly port: number | null;
  /** Whether the daemon outlives its sessions. */
  readonly stay: boolean;
  readonly show: 'help' | 'version' | null;
}

export const usage = `Usage: vaultd run [--port N] [--stay]

Serves the vault on its Unix socket until the last session ends.

  --port N   listen on http://127.0.0.1:N too
  --stay     keep running when the last session ends
  --version  print the version

Example: vaultd run --port 8200
`;

function readPort(text: string | undefined, source: string): number | null {
  if (text === undefined || text === '') return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw new VaultError('usage', `${source} must be a number from 0 to 65535`);
}

/** Reads vaultd's arguments; `VAULTD_PORT` stands in for a missing `--port`. `usage` for what they cannot mean. */
export function readArguments(args: readonly string[], environmentPort: string | undefined): DaemonArguments {
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { port: { type: 'string' }, stay: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } },
    });
  } catch {
    throw new VaultError('usage', 'unknown or incomplete argument', { hint: 'vaultd --help' });
  }
  const { values, positionals } = parsed;
  const show = values.help === true ? 'help' : values.version === true ? 'version' : null;
  if (show === null && (positionals.length !== 1 || positionals[0] !== 'run')) {
    throw new VaultError('usage', 'the one command is: vaultd run', { hint: 'vaultd --help' });
  }
  return { port: readPort(values.port, '--port') ?? readPort(environmentPort, 'VAULTD_PORT'), stay: values.stay === true, show };
}
