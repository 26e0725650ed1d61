import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { VaultError } from '../../core/errors.ts';
import { backUp, type Backup, knownBackups } from './backup.ts';
import { Connection } from './connection.ts';
import { isStorageFull, storeFailure } from './failures.ts';
import { migrate, migrationCopies } from './migrate.ts';
import { Rows } from './rows.ts';

/** "VALT": marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id). */
const applicationId = 0x56414c54;

/** What is staged leaves so much room: SQLite's log grows to half of it before it is emptied. */
const reservedBytes = 8 * 1024 * 1024;

/** The database. All work happens in transactions; what `write` resolved is on the disk. */
export interface Store {
  readonly path: string;
  /** One consistent state, on the connection that also writes: for short work. */
  read<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** Takes the write lock first. Commits when `work` resolves, changes nothing when it rejects. */
  write<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** The same for what only waits to be switched in: `storage_full` while there is still room to take it back, and to log in. */
  stage<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** One consistent state, on a connection of its own: for long work, which writers need not wait for. */
  snapshot<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** Changes whenever another process wrote to the file, never by our own writes. */
  foreignVersion(): number;
  /**
   * Moves all of the write-ahead log into the database and empties it, so that overwritten rows are gone from it too. False where the disk
   * refuses: what was committed stays committed, and the log holds what it replaced until the database is closed.
   */
  checkpoint(): boolean;
  /**
   * Forgets what an import or an upload staged, all that any ever did where `importId` is null, and gives back the room that a failed
   * transaction's log takes. On a full disk that goes by small steps: what is deleted is overwritten first, which needs room itself.
   */
  discard(importId: Buffer | null): Promise<void>;
  /** Copies the database as it is now to a new file; `backUp` in backup.ts says how. */
  backUp(directory: string | null, now: Date): Promise<Backup>;
  /** The copies that there are as far as anybody knows: those of migrations, and backups. */
  copies(): Promise<string[]>;
  /** Removes those of migrations: to be called when the migrated database has proved good. */
  removeCopies(): Promise<void>;
  close(): Promise<void>;
}

/** Of its pages SQLite keeps so many KiB: many for what is asked for again and again, few for what is read from one end to the other. */
const cacheKiB = { main: 4096, snapshots: 1024 } as const;

function connect(path: string, cache: keyof typeof cacheKiB, options: BetterSqlite3.Options = {}): BetterSqlite3.Database {
  const database = new BetterSqlite3(path, { timeout: 5000, ...options });
  database.pragma('foreign_keys = on');
  database.pragma('trusted_schema = off');
  database.pragma('secure_delete = on');
  database.pragma(`cache_size = -${String(cacheKiB[cache])}`);
  return database;
}

/** Opens the main connection: write-ahead log, every commit synced. */
function openDatabase(path: string): BetterSqlite3.Database {
  // SQLite would make it 0644; the log and the shared memory beside it take its mode over.
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  const database = connect(path, 'main');
  try {
    const empty = database.prepare('select 1 from sqlite_master').get() === undefined;
    if (!empty && database.pragma('application_id', { simple: true }) !== applicationId) {
      throw new VaultError('vault_corrupt', 'the database file is not a vault', { hint: 'move it away or restore a backup' });
    }
    database.pragma('journal_mode = wal');
    if (empty) database.pragma(`application_id = ${String(applicationId)}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** better-sqlite3 is built to fall back to NORMAL in WAL mode, and says FULL until the first write: set it, write, look. */
function syncEveryCommit(database: BetterSqlite3.Database): void {
  database.pragma('synchronous = full');
  database.pragma(`application_id = ${String(applicationId)}`);
  if (database.pragma('synchronous', { simple: true }) !== 2) database.pragma('synchronous = full');
  if (database.pragma('synchronous', { simple: true }) !== 2) throw new VaultError('internal', 'the database refuses to sync every commit');
}

/**
 * Opens the database at `path`, making it where it is missing, and brings it to the newest form.
 *
 * @throws VaultError `vault_corrupt` (no vault, damaged), `unsupported_format` (written by a newer version), `storage_full`,
 * `internal` (not readable, not writable)
 */
export async function openStore(path: string): Promise<Store> {
  let database: BetterSqlite3.Database | undefined;
  try {
    database = openDatabase(path);
    const connection = new Connection(database);
    await migrate(connection.db, database);
    syncEveryCommit(database);
    const store = storeOn(path, database, connection);
    await store.discard(null);
    return store;
  } catch (error) {
    database?.close();
    throw unopened(error);
  }
}

function unopened(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (['EACCES', 'EROFS', 'EPERM', 'EISDIR', 'ENOENT'].includes(String(code))) {
    return new VaultError('internal', 'the database cannot be opened for writing', {
      hint: 'check the permissions of the file and its directory',
      cause: error,
    });
  }
  if (code === 'ENOSPC') return new VaultError('storage_full', 'the disk is full', { hint: 'free some space and try again', cause: error });
  return storeFailure(error);
}

/** Each step writes its pages to the log, which is emptied for the next one. */
async function discardBySteps(dropSome: () => Promise<boolean>, checkpoint: () => void): Promise<void> {
  try {
    do checkpoint();
    while (await dropSome());
    checkpoint();
  } catch (error) {
    if (!isStorageFull(storeFailure(error))) throw error;
  }
}

function storeOn(path: string, database: BetterSqlite3.Database, main: Connection): Store {
  let reader: Connection | undefined;
  const dataVersion = database.prepare('pragma data_version').pluck();
  const current = new Rows(main, { isSnapshot: false });
  const write: Store['write'] = (work) =>
    main.transaction(
      'begin immediate',
      () => work(current),
      (committed) => current.settle(committed),
    );
  const checkpoint = () => {
    database.pragma('wal_checkpoint(truncate)');
  };
  return {
    path,
    read: (work) => main.transaction('begin', () => work(current)),
    write,
    stage: async (work) => {
      const { bavail, bsize } = await statfs(dirname(path));
      if (bavail * bsize < reservedBytes) throw new VaultError('storage_full', 'the disk is full, nothing was changed');
      return await write(work);
    },
    snapshot: (work) => {
      const connection = (reader ??= new Connection(connect(path, 'snapshots', { readonly: true })));
      return connection.transaction('begin', () => work(new Rows(connection, { isSnapshot: true })));
    },
    foreignVersion: () => Number(dataVersion.get()),
    checkpoint: () => {
      try {
        checkpoint();
        return true;
      } catch (error) {
        if (storeFailure(error) instanceof VaultError) return false;
        throw error;
      }
    },
    discard: async (importId) => {
      try {
        await write((rows) => rows.staged.drop(importId));
        checkpoint();
      } catch (error) {
        if (!isStorageFull(storeFailure(error))) throw error;
        await discardBySteps(() => write((rows) => rows.staged.dropSome(importId)), checkpoint);
      }
    },
    backUp: async (directory, now) => {
      try {
        return await backUp(database, directory, now);
      } catch (error) {
        throw storeFailure(error);
      }
    },
    copies: async () => [...(await migrationCopies(path)), ...knownBackups(path)],
    removeCopies: async () => {
      for (const copy of await migrationCopies(path)) rmSync(copy, { force: true });
    },
    close: async () => {
      await reader?.close();
      await main.close();
    },
  };
}
