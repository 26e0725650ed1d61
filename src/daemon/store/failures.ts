import { SqliteError } from 'better-sqlite3';
import { VaultError } from '../../core/errors.ts';

/** What SQLite's result codes mean to people (https://www.sqlite.org/rescode.html). Extended codes begin with their primary one. */
const meanings = [
  ['SQLITE_FULL', 'storage_full', 'the disk is full, nothing was changed', 'free some space and try again'],
  ['SQLITE_IOERR', 'internal', 'the disk refused to read or write, nothing was changed', 'check the disk, then run: vault doctor'],
  ['SQLITE_NOTADB', 'vault_corrupt', 'the database file is not a vault', 'move it away or restore a backup'],
  ['SQLITE_CORRUPT', 'vault_corrupt', 'the database file is damaged', 'restore a backup'],
  ['SQLITE_READONLY', 'internal', 'the database is read-only', 'check the permissions of the file and its directory'],
  ['SQLITE_CANTOPEN', 'internal', 'the database cannot be opened', 'check the permissions of the file and its directory'],
  ['SQLITE_BUSY', 'internal', 'another program has locked the database', 'end it and try again'],
] as const;

/** The error to throw for whatever SQLite threw; anything else comes back as it is. */
export function storeFailure(error: unknown): unknown {
  if (!(error instanceof SqliteError)) return error;
  const meaning = meanings.find(([code]) => error.code.startsWith(code));
  if (meaning === undefined) return error;
  const [, code, message, hint] = meaning;
  return new VaultError(code, message, { hint, cause: error });
}

/** Whether there was no room left: what was begun has not been done. */
export function isStorageFull(error: unknown): boolean {
  return error instanceof VaultError && error.code === 'storage_full';
}
