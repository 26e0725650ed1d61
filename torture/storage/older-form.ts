import { rmSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { Kysely, Migrator, SqliteDialect } from 'kysely';
import { z } from 'zod';
import { migrations } from '../../src/daemon/store/migrations/index.ts';

const names = z.array(z.object({ name: z.string() }));
const columns = z.array(z.object({ name: z.string() }));

/** Turns a database into one that only the first migration has made, with all that fits into it: what the others must bring forward. */
export async function makeOlder(path: string): Promise<void> {
  const [first] = Object.keys(migrations);
  if (first === undefined) throw new Error('there are no migrations');
  const newer = `${path}.newer`;
  const source = new BetterSqlite3(path);
  source.pragma('wal_checkpoint(truncate)');
  await source.backup(newer);
  const applicationId = source.pragma('application_id', { simple: true });
  source.close();
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });

  const database = new BetterSqlite3(path);
  database.pragma(`application_id = ${String(applicationId)}`);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...migrations }) } });
  const { error } = await migrator.migrateTo(first);
  if (error !== undefined) throw new Error('the first migration failed', { cause: error });
  database.prepare('attach ? as newer').run(newer);
  const tables = names.parse(
    database.prepare("select name from main.sqlite_master where type = 'table' and name not like 'kysely%'").all(),
  );
  database.pragma('foreign_keys = off');
  for (const { name } of tables) {
    const of = (schema: string) => columns.parse(database.pragma(`${schema}.table_info(${name})`)).map((column) => column.name);
    const both = of('newer').filter((column) => of('main').includes(column));
    database.exec(`insert into main.${name} (${both.join(', ')}) select ${both.join(', ')} from newer.${name}`);
  }
  database.exec('detach newer');
  await db.destroy();
  rmSync(newer);
}
