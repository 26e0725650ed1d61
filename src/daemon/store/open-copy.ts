import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, statSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type ErrorCode, VaultError } from '../../core/errors.ts';
import { openStore, type Store } from './store.ts';

const mark = '.copy-';
const sqliteMagic = 'SQLite format 3\0';

function refuse(code: ErrorCode, message: string, cause?: unknown): VaultError {
  return new VaultError(code, message, { hint: 'try another copy; nothing was changed', cause });
}

/** Whether a file begins as a database does; `invalid_request` where there is no file to read. */
function beginsLikeDatabase(path: string): boolean {
  try {
    if (!statSync(path).isFile()) throw refuse('invalid_request', 'this is no file');
    const file = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(sqliteMagic.length);
      return readSync(file, bytes) === bytes.length && bytes.toString('latin1') === sqliteMagic;
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof VaultError) throw error;
    throw refuse('invalid_request', 'the file cannot be read', error);
  }
}

/**
 * Opens a copy of a database without touching it: a copy of the copy, sealed like it, is brought to the newest form beside the
 * database, and is gone when it is closed.
 *
 * @throws VaultError `invalid_request` (no file), `vault_corrupt` (no vault, damaged), `unsupported_format` (of a newer version)
 */
export async function openCopy(path: string, database: string): Promise<Store> {
  if (!beginsLikeDatabase(path)) throw refuse('vault_corrupt', 'the file is no copy of a vault');
  const directory = mkdtempSync(`${database}${mark}`);
  const remove = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const own = join(directory, 'vault.db');
    await copyFile(path, own);
    chmodSync(own, 0o600);
    // Whoever copied the files of a running daemon by hand has a log beside it.
    if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.isFile() === true) await copyFile(`${path}-wal`, `${own}-wal`);
    checkIntegrity(own);
    const store = await openStore(own);
    return {
      ...store,
      close: async () => {
        await store.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    if (!(error instanceof VaultError) || error.code !== 'vault_corrupt') throw error;
    throw refuse('vault_corrupt', 'the copy is damaged, or no copy of a vault', error);
  }
}

function checkIntegrity(path: string): void {
  try {
    const database = new BetterSqlite3(path);
    try {
      if (database.pragma('integrity_check(1)', { simple: true }) === 'ok') return;
    } finally {
      database.close();
    }
  } catch (cause) {
    throw refuse('vault_corrupt', 'the copy is damaged', cause);
  }
  throw refuse('vault_corrupt', 'the copy is damaged');
}

/** Takes away what a daemon that was killed left of copies it had open. */
export function removeOpenCopies(database: string): void {
  const names = readdirSync(dirname(database)).filter((name) => name.startsWith(`${basename(database)}${mark}`));
  for (const name of names) rmSync(join(dirname(database), name), { recursive: true, force: true });
}
