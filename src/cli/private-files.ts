import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readFileSync, type Stats } from 'node:fs';
import { closingHint } from '../core/closing-hint.ts';
import { VaultError } from '../core/errors.ts';

function ours(found: Stats): boolean {
  const uid = process.getuid?.();
  return uid === undefined || found.uid === uid;
}

function closedToOthers(found: Stats): boolean {
  return (found.mode & 0o077) === 0;
}

function refuse(what: string, path: string, wrong: string, hint: string): VaultError {
  return new VaultError('request_forbidden', `the ${what} ${path} ${wrong}`, { hint });
}

/**
 * Whether a directory is there; throws `request_forbidden` where it is a link, somebody else's, or open to others: whoever can
 * write there could put a socket of their own in the daemon's place and be handed the master password.
 */
export function checkPrivateDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isDirectory()) {
    throw refuse('directory', path, found.isSymbolicLink() ? 'is a link' : 'is no directory', 'put a directory of your own there');
  }
  if (!ours(found)) {
    throw refuse('directory', path, 'belongs to another user', 'set VAULTD_HOME or XDG_RUNTIME_DIR to a directory of your own');
  }
  if (!closedToOthers(found)) throw refuse('directory', path, 'is open to other users', closingHint(path, found.mode));
  return true;
}

/** The same for a socket. */
export function checkPrivateSocket(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  const hint = 'remove it and start the daemon again: vault daemon start';
  if (!found.isSocket()) throw refuse('socket', path, found.isSymbolicLink() ? 'is a link' : 'is no socket', hint);
  if (!ours(found)) throw refuse('socket', path, 'belongs to another user', hint);
  if (!closedToOthers(found)) throw refuse('socket', path, 'is open to other users', hint);
  return true;
}

/** Makes a directory that only its user may enter, with its parents, and checks one that is there. */
export function makePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  checkPrivateDirectory(path);
}

/** The text of a small file of our own; null where it is missing, a link, somebody else's, or open to others. */
export function readPrivateFile(path: string): string | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const found = fstatSync(file);
    return found.isFile() && ours(found) && closedToOthers(found) && found.size <= 65_536 ? readFileSync(file, 'utf8') : null;
  } finally {
    closeSync(file);
  }
}
