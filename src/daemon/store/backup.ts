import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { VaultError } from '../../core/errors.ts';

/** A copy of the whole database, in one file. */
export interface Backup {
  readonly path: string;
  readonly bytes: number;
}

const hour = 3_600_000;

/** Where copies go that were given no directory. */
function backupDirectory(database: string): string {
  return join(dirname(database), 'backups');
}

/**
 * Copies the database as it is at one moment, while others go on reading and writing, to a new file of its own: 0600, with the date in
 * its name, on the disk and only then in place. What is staged, and tokens that outlive a lock, stay behind.
 *
 * @param directory null for one beside the database, which is made
 * @throws VaultError `invalid_request` where the directory cannot be written, `storage_full`
 */
export async function backUp(database: BetterSqlite3.Database, directory: string | null, now: Date): Promise<Backup> {
  const into = directory ?? backupDirectory(database.name);
  if (directory === null) mkdirSync(into, { recursive: true, mode: 0o700 });
  const fresh = join(into, `.vault-${String(process.pid)}-${String(now.getTime())}.part`);
  removeStale(into, now);
  try {
    closeSync(openSync(fresh, 'wx', 0o600));
  } catch (error) {
    throw unwritable(error);
  }
  try {
    await database.backup(fresh);
    finish(fresh);
    const path = putInPlace(fresh, into, now);
    sync(into);
    remember(database.name, path);
    return { path, bytes: statSync(path).size };
  } finally {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${fresh}${suffix}`, { force: true });
  }
}

function unwritable(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new VaultError('invalid_request', 'there is no such directory', { cause: error });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return new VaultError('invalid_request', 'the directory cannot be written', { cause: error });
  }
  return error;
}

/** Makes one file of it that needs no log beside it, without what is of this moment only. */
function finish(path: string): void {
  const copy = new BetterSqlite3(path);
  try {
    copy.pragma('secure_delete = on');
    copy.pragma('foreign_keys = on');
    copy.exec(
      'delete from staged_lookup_values; delete from staged_entries; delete from attachments where entry is null; delete from scoped_tokens',
    );
    copy.pragma('journal_mode = delete');
  } finally {
    copy.close();
  }
  sync(path);
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Gives the finished copy a name that no other file has. */
function putInPlace(fresh: string, directory: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-');
  for (let n = 1; ; n++) {
    const path = join(directory, `vault-${stamp}${n === 1 ? '' : `-${String(n)}`}.db`);
    if (existsSync(path)) continue;
    try {
      linkSync(fresh, path);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') continue;
      // Some file systems have no links.
      renameSync(fresh, path);
    }
    return path;
  }
}

/** Takes away what a daemon that was killed left half-way. */
function removeStale(directory: string, now: Date): void {
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /^\.vault-\d+-\d+\.part/.test(name));
  } catch {
    return;
  }
  for (const path of names.map((name) => join(directory, name))) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && now.getTime() - found.mtimeMs > hour) rmSync(path, { force: true });
  }
}

/** Where the paths of copies are kept: beside the database. */
function listPath(database: string): string {
  return `${database}.backups`;
}

function remember(database: string, path: string): void {
  const list = `${listPath(database)}.new`;
  writeFileSync(list, JSON.stringify([...knownBackups(database), path]), { mode: 0o600 });
  renameSync(list, listPath(database));
}

/** The copies that were made, oldest first, save those that were removed. On a disk that is not there now they may still be. */
export function knownBackups(database: string): string[] {
  let list: unknown;
  try {
    list = JSON.parse(readFileSync(listPath(database), 'utf8'));
  } catch {
    return [];
  }
  const paths = Array.isArray(list) ? list.filter((path) => typeof path === 'string') : [];
  return paths.filter((path) => existsSync(path) || !existsSync(dirname(path)));
}
