import { type Kysely, sql } from 'kysely';
import { AttachmentRows } from './attachment-rows.ts';
import type { EntryRow } from './entry-rows.ts';
import type { Schema } from './schema.ts';

/** A sealed entry of an import that is still coming in: always its first revision. */
export type StagedEntry = Pick<EntryRow, 'id' | 'trashed' | 'wrappedKey' | 'body' | 'lookupValues'>;

/** Entries of imports that are still coming in, and their attachments. They count for nothing until they are switched in. */
export class StagedRows {
  readonly #db: Kysely<Schema>;
  readonly #attachments: AttachmentRows;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
    this.#attachments = new AttachmentRows(db);
  }

  async insert(importId: Buffer, entries: readonly StagedEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map(({ id, trashed, wrappedKey, body }) => {
      return { import: importId, id, trashed: trashed ? 1 : 0, wrapped_key: wrappedKey, body };
    });
    await this.#db.insertInto('staged_entries').values(rows).execute();
    const values = entries.flatMap(({ id, lookupValues }) => lookupValues.map((value) => ({ import: importId, id, value })));
    await this.#db.insertInto('staged_lookup_values').values(values).execute();
  }

  /** Makes an import's entries a user's own, all at once. */
  async switchIn(importId: Buffer, user: number): Promise<void> {
    await this.#db
      .insertInto('entries')
      .columns(['user', 'id', 'revision', 'trashed', 'wrapped_key', 'body'])
      .expression((query) =>
        query
          .selectFrom('staged_entries')
          .select([sql.lit(user).as('user'), 'id', sql.lit(1).as('revision'), 'trashed', 'wrapped_key', 'body'])
          .where('import', '=', importId),
      )
      .execute();
    await this.#db
      .insertInto('lookup_values')
      .columns(['entry', 'value'])
      .expression((query) =>
        query
          .selectFrom('staged_lookup_values')
          .innerJoin('entries', (join) => join.onRef('entries.id', '=', 'staged_lookup_values.id').on('entries.user', '=', user))
          .select(['entries.seq', 'staged_lookup_values.value'])
          .where('staged_lookup_values.import', '=', importId),
      )
      .execute();
    await this.#attachments.switchIn(importId, user);
    await this.drop(importId);
  }

  async drop(importId: Buffer): Promise<void> {
    await this.#db.deleteFrom('staged_lookup_values').where('import', '=', importId).execute();
    await this.#db.deleteFrom('staged_entries').where('import', '=', importId).execute();
    await this.#attachments.dropStaged(importId);
  }

  /** Forgets what imports left that never ended. */
  async dropAll(): Promise<void> {
    await this.#db.deleteFrom('staged_lookup_values').execute();
    await this.#db.deleteFrom('staged_entries').execute();
    await this.#attachments.dropAllStaged();
  }
}
