import type { Kysely } from 'kysely';
import { bytesIn } from './bytes-column.ts';
import type { Schema } from './schema.ts';

/** A segment of the access log as it is stored. */
export interface SegmentRow {
  readonly number: number;
  /** The id of the token that writes it; null where a process does. */
  readonly token: Buffer | null;
  readonly previous: Buffer;
  readonly head: Buffer;
  /** Of a token's segment: how many of its records a process's segment vouches for. A hint: the record there counts. */
  readonly anchored: number;
}

/** Rows that one insert takes: SQLite's limit of parameters is far above. */
const insertAtMost = 500;

/** The access log's rows. */
export class LogRows {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** A user's segments in order. */
  async segments(user: number): Promise<SegmentRow[]> {
    const columns = ['number', 'token', 'previous', 'head', 'anchored'] as const;
    const rows = await this.#db.selectFrom('log_segments').select(columns).where('user', '=', user).orderBy('number').execute();
    return rows.map(({ number, token, previous, head, anchored }) => {
      return { number, token: token === null ? null : bytesIn(token), previous: bytesIn(previous), head: bytesIn(head), anchored };
    });
  }

  async insertSegment(user: number, segment: SegmentRow): Promise<void> {
    await this.#db
      .insertInto('log_segments')
      .values({ user, ...segment })
      .execute();
  }

  async setHead(user: number, number: number, head: Buffer): Promise<void> {
    await this.#db.updateTable('log_segments').set({ head }).where('user', '=', user).where('number', '=', number).execute();
  }

  async setAnchored(user: number, number: number, anchored: number): Promise<void> {
    await this.#db.updateTable('log_segments').set({ anchored }).where('user', '=', user).where('number', '=', number).execute();
  }

  /** Removes a segment and its records. */
  async drop(user: number, number: number): Promise<void> {
    await this.#db.deleteFrom('log_segments').where('user', '=', user).where('number', '=', number).execute();
  }

  async count(user: number, segment: number): Promise<number> {
    const query = this.#db.selectFrom('log_records').select((row) => row.fn.countAll<number>().as('count'));
    return (await query.where('user', '=', user).where('segment', '=', segment).executeTakeFirstOrThrow()).count;
  }

  /** A segment's records in order. */
  async records(user: number, segment: number): Promise<{ readonly position: number; readonly record: Buffer }[]> {
    const query = this.#db.selectFrom('log_records').select(['position', 'record']).where('user', '=', user);
    const rows = await query.where('segment', '=', segment).orderBy('position').execute();
    return rows.map(({ position, record }) => ({ position, record: bytesIn(record) }));
  }

  async insertRecords(user: number, segment: number, first: number, records: readonly Buffer[]): Promise<void> {
    const rows = records.map((record, index) => ({ user, segment, position: first + index, record }));
    for (let at = 0; at < rows.length; at += insertAtMost) {
      await this.#db
        .insertInto('log_records')
        .values(rows.slice(at, at + insertAtMost))
        .execute();
    }
  }
}
