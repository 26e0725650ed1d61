import type BetterSqlite3 from 'better-sqlite3';
import type { CompiledQuery, Kysely, SqliteDatabase } from 'kysely';
import { kyselyOn, preparingOnce } from './dialect.ts';
import type { Schema } from './schema.ts';

/** `begin` sees one state; `begin immediate` takes the write lock first (one that takes it half-way can fail there). */
type Begin = 'begin' | 'begin immediate';

/**
 * One connection to the database. Its transactions wait for one another. What is asked for most is compiled once and runs
 * right on the prepared statement: Kysely's way to it costs several times what SQLite takes.
 */
export class Connection {
  readonly db: Kysely<Schema>;
  readonly #database: BetterSqlite3.Database;
  readonly #statements: SqliteDatabase;
  #last: Promise<unknown> = Promise.resolve();

  /** Owns the database from now on: `close()` closes it. */
  constructor(database: BetterSqlite3.Database) {
    this.#database = database;
    this.#statements = preparingOnce(database);
    this.db = kyselyOn(database, this.#statements);
  }

  /** Runs a compiled query inside the present transaction, with these parameters. */
  run<Row>({ sql }: CompiledQuery<Row>, parameters: readonly unknown[]): Row[] {
    return this.#statements.prepare(sql).all(parameters) as Row[];
  }

  /** Runs a compiled change inside the present transaction; gives the number of the row that it inserted last. */
  change({ sql }: CompiledQuery, parameters: readonly unknown[]): number {
    return Number(this.#statements.prepare(sql).run(parameters).lastInsertRowid);
  }

  /**
   * Runs `work` in a transaction of its own: commits when it resolves, changes nothing when it rejects. `settled` is told which, before
   * another one begins.
   */
  async transaction<T>(begin: Begin, work: () => Promise<T>, settled?: (committed: boolean) => void): Promise<T> {
    const turn = this.#last.then(() => this.#execute(begin, work, settled));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }

  async #execute<T>(begin: Begin, work: () => Promise<T>, settled?: (committed: boolean) => void): Promise<T> {
    this.#statements.prepare(begin).run([]);
    try {
      const result = await work();
      this.#statements.prepare('commit').run([]);
      settled?.(true);
      return result;
    } catch (error) {
      // SQLite rolls back by itself after some errors, a full disk among them.
      if (this.#database.inTransaction) this.#statements.prepare('rollback').run([]);
      settled?.(false);
      throw error;
    }
  }
}
