import type { CompiledQuery, Kysely } from 'kysely';
import type { Connection } from './connection.ts';
import type { Schema } from './schema.ts';

/**
 * A query that is compiled once and run with other parameters each time: compiling costs more than most queries here take.
 *
 * @param compile compiles it with stand-ins for its parameters
 */
export class Prepared<Row, Parameters extends readonly unknown[]> {
  readonly #compile: (db: Kysely<Schema>) => CompiledQuery<Row>;
  #compiled: CompiledQuery<Row> | undefined;

  constructor(compile: (db: Kysely<Schema>) => CompiledQuery<Row>) {
    this.#compile = compile;
  }

  /** Runs it; `parameters` are in the order in which the query names them. */
  run(connection: Connection, ...parameters: Parameters): Row[] {
    this.#compiled ??= this.#compile(connection.db);
    return connection.run(this.#compiled, parameters);
  }

  /** The same for a change; gives the number of the row that it inserted last. */
  change(connection: Connection, ...parameters: Parameters): number {
    this.#compiled ??= this.#compile(connection.db);
    return connection.change(this.#compiled, parameters);
  }
}
