import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { type Kysely, Migrator } from 'kysely';
import { VaultError } from '../../core/errors.ts';
import { migrations } from './migrations/index.ts';
import type { Schema } from './schema.ts';

const copyMark = '.before-';

/** Brings the database to the newest form. What is there already is copied first, beside it, by the backup API. */
export async function migrate(db: Kysely<Schema>, database: BetterSqlite3.Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const done = executedMigrations(database);
  if (done.some((name) => !Object.hasOwn(migrations, name))) {
    throw new VaultError('unsupported_format', 'the database was written by a newer version of vault', {
      hint: 'update vault, then try again',
    });
  }
  const next = Object.keys(migrations).find((name) => !done.includes(name));
  if (next === undefined) return;
  const copy = done.length === 0 ? null : `${database.name}${copyMark}${next}`;
  if (copy !== null) {
    rmSync(copy, { force: true });
    await database.backup(copy);
  }
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw error instanceof VaultError
      ? error
      : new VaultError('internal', 'the database could not be brought to its new form', { cause: error });
  }
}

function executedMigrations(database: BetterSqlite3.Database): string[] {
  const table = database.prepare("select 1 from sqlite_master where type = 'table' and name = 'kysely_migration'").get();
  if (table === undefined) return [];
  return database
    .prepare<[], { name: string }>('select name from kysely_migration order by name')
    .all()
    .map(({ name }) => name);
}

/** Paths of the copies that earlier migrations left beside the database. */
export async function migrationCopies(path: string): Promise<string[]> {
  const names = await readdir(dirname(path));
  return names.filter((name) => name.startsWith(`${basename(path)}${copyMark}`)).map((name) => join(dirname(path), name));
}
