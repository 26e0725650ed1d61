import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';
import { isNative } from './own-files.ts';
import { endingSignals } from './signals.ts';

/**
 * Has Node.js run this very command line, where the native program was started: for work that needs native packages (Argon2) or lasts so
 * long that a quick start is worth nothing. Gives the exit status; null where this is Node.js already, and the work is to be done here.
 */
export async function onNode({ program, env, signals }: Cli): Promise<number | null> {
  if (!isNative) return null;
  const child = spawn(program.vault, process.argv.slice(2), { stdio: 'inherit', env: { ...env, VAULTD_NATIVE: '0' } });
  return await signals.during(
    endingSignals,
    // A terminal has sent it to both already; whoever else sends one means the work, not this process.
    (signal) => child.kill(signal),
    () =>
      new Promise<number>((resolve, reject) => {
        child.once('error', (cause) => {
          reject(new VaultError('internal', 'this command runs on Node.js, which cannot be started', { hint: 'vault doctor', cause }));
        });
        child.once('exit', (code, signal) => {
          resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        });
      }),
  );
}
