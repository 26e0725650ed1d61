import { closeSync, openSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';

/** Held by the one daemon that a database has. The system lets go of it however the process ends. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock file at `path` (made 0600 where it is missing); null where another process holds it.
 *
 * Node has no file locks of its own, so an SQLite database that holds nothing serves as one: an exclusive transaction is a
 * lock of the operating system. Never open the file otherwise in the same process: closing it would drop the lock
 * (https://www.sqlite.org/howtocorrupt.html, section 2.2).
 */
export function acquireDatabaseLock(path: string): Lock | null {
  closeSync(openSync(path, 'a', 0o600));
  const database = new BetterSqlite3(path, { timeout: 0 });
  try {
    database.exec('begin exclusive');
    return { release: () => database.close() };
  } catch (error) {
    database.close();
    if (error instanceof BetterSqlite3.SqliteError && error.code === 'SQLITE_BUSY') return null;
    throw error;
  }
}
