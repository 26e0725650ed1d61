import type BetterSqlite3 from 'better-sqlite3';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  type SqliteDatabase,
  type SqliteStatement,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import { storeFailure } from './failures.ts';
import type { Schema } from './schema.ts';

type Statement = BetterSqlite3.Statement;

/** Prepares each text of SQL once, and turns SQLite's errors into ours. */
export function preparingOnce(database: BetterSqlite3.Database): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  const guarded = <T>(action: () => T): T => {
    try {
      return action();
    } catch (error) {
      throw storeFailure(error);
    }
  };
  const wrap = (statement: Statement): SqliteStatement => ({
    reader: statement.reader,
    all: (parameters) => guarded(() => statement.all(...parameters)),
    run: (parameters) => guarded(() => statement.run(...parameters)),
    iterate: (parameters) => statement.iterate(...parameters),
  });
  return {
    prepare: (sql) => {
      const known = prepared.get(sql);
      if (known !== undefined) return known;
      const statement = wrap(guarded(() => database.prepare(sql)));
      prepared.set(sql, statement);
      return statement;
    },
    close: () => {
      prepared.clear();
      database.close();
    },
  };
}

const begin = CompiledQuery.raw('begin');
const beginImmediate = CompiledQuery.raw('begin immediate');

/**
 * Kysely's driver, but a transaction takes the write lock when it begins (one that takes it half-way can fail there), unless
 * it is said to be read only.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: BetterSqlite3.Database;

  constructor(database: BetterSqlite3.Database, statements: SqliteDatabase) {
    super({ database: statements });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    await connection.executeQuery(settings?.accessMode === 'read only' ? begin : beginImmediate);
  }

  /** SQLite rolls back by itself after some errors, a full disk among them. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/**
 * SQLite takes changes of tables back like all others. Kysely says no, and would run migrations without a transaction: killed in one,
 * the database would be neither old nor new, and no daemon could start on it again.
 */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely on an open better-sqlite3 database, which it then owns: `destroy()` closes it. */
export function kyselyOn(database: BetterSqlite3.Database, statements: SqliteDatabase): Kysely<Schema> {
  const dialect: Dialect = {
    createDriver: (): Driver => new ImmediateSqliteDriver(database, statements),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
  return new Kysely<Schema>({ dialect });
}
