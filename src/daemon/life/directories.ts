import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { closingHint } from '../../core/closing-hint.ts';
import { VaultError } from '../../core/errors.ts';
import type { Paths } from '../../core/paths.ts';

function refuse(path: string, problem: string, hint: string): VaultError {
  return new VaultError('request_forbidden', `the directory ${path} ${problem}`, { hint });
}

/** Makes a directory that only its owner can enter, or checks that one is ours and closed to `mask`. */
function prepareDirectory(path: string, mask: number): void {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) !== undefined) {
    // The umask may have taken more away than it should.
    chmodSync(path, 0o700);
    return;
  }
  const found = lstatSync(path);
  if (found.isSymbolicLink()) throw refuse(path, 'is a link', 'put a real directory there');
  if (!found.isDirectory()) throw refuse(path, 'is not a directory', 'move it away');
  if (found.uid !== process.getuid?.()) throw refuse(path, 'belongs to somebody else', 'use a directory of your own');
  if ((found.mode & mask) !== 0) throw refuse(path, 'is open to other users', closingHint(path, found.mode));
}

/**
 * Makes the directories that are missing, 0700, and refuses those that others could use against us: the one with the socket
 * must be closed to all others, the rest at least to their writing.
 */
export function prepareDirectories({ dataDir, stateDir, runtimeDir }: Paths): void {
  prepareDirectory(runtimeDir, 0o077);
  for (const path of [dataDir, stateDir]) prepareDirectory(path, 0o022);
}
