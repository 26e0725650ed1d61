import { type Kysely, type Selectable, sql } from 'kysely';
import { bytesIn } from './bytes-column.ts';
import type { Schema, ScopedTokenTable } from './schema.ts';

/** A scoped token as the database keeps it. */
export interface TokenRow {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly record: Buffer;
  readonly note: Buffer;
  /** Null where uses are not counted. */
  readonly usesLeft: number | null;
}

function tokenRow({ id, record, note, uses_left: usesLeft }: Omit<Selectable<ScopedTokenTable>, 'user' | 'log_state'>): TokenRow {
  return { id: bytesIn(id), record: bytesIn(record), note: bytesIn(note), usesLeft };
}

const columns = ['scoped_tokens.id', 'record', 'note', 'uses_left'] as const;

/** Tokens that outlive sessions. */
export class TokenRows {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(user: number, { id, record, note, usesLeft }: TokenRow): Promise<void> {
    await this.#db.insertInto('scoped_tokens').values({ id, user, record, note, uses_left: usesLeft }).execute();
  }

  /** A token, and whose it is. */
  async byId(id: Buffer): Promise<(TokenRow & { readonly userId: Buffer }) | null> {
    const query = this.#db.selectFrom('scoped_tokens').innerJoin('users', 'users.seq', 'scoped_tokens.user');
    const row = await query
      .select([...columns, 'users.id as userId'])
      .where('scoped_tokens.id', '=', id)
      .executeTakeFirst();
    return row === undefined ? null : { ...tokenRow(row), userId: bytesIn(row.userId) };
  }

  /** Oldest first. */
  async ofUser(user: number): Promise<TokenRow[]> {
    const rows = await this.#db
      .selectFrom('scoped_tokens')
      .select(columns)
      .where('user', '=', user)
      .orderBy(sql`rowid`)
      .execute();
    return rows.map(tokenRow);
  }

  /** Takes one use away, and the token with the last. False where none was left, or more than it ever had, or the token is gone. */
  async spend(id: Buffer, atMost: number): Promise<boolean> {
    const counted = this.#db.updateTable('scoped_tokens').where('id', '=', id).where('uses_left', '>', 0).where('uses_left', '<=', atMost);
    const { numUpdatedRows } = await counted.set((row) => ({ uses_left: row('uses_left', '-', 1) })).executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    await this.#db.deleteFrom('scoped_tokens').where('id', '=', id).where('uses_left', '=', 0).execute();
    return true;
  }

  /** Where the token's segment of the access log stands, sealed under the token; null where the token is gone. */
  async logState(id: Buffer): Promise<Buffer | null> {
    const row = await this.#db.selectFrom('scoped_tokens').select('log_state').where('id', '=', id).executeTakeFirst();
    return row?.log_state == null ? null : bytesIn(row.log_state);
  }

  async setLogState(id: Buffer, state: Buffer): Promise<void> {
    await this.#db.updateTable('scoped_tokens').set({ log_state: state }).where('id', '=', id).execute();
  }

  async removeById(id: Buffer): Promise<void> {
    await this.#db.deleteFrom('scoped_tokens').where('id', '=', id).execute();
  }

  /** How many there were of these: one of the user's, or all. */
  async remove(user: number, id: Buffer | null): Promise<number> {
    const own = this.#db.deleteFrom('scoped_tokens').where('user', '=', user);
    const { numDeletedRows } = await (id === null ? own : own.where('id', '=', id)).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}
