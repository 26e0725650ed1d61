import { type Kysely, type Migration, sql } from 'kysely';

const strict = sql`strict`;

/** Where an import's entries wait, sealed, until all have come. Shipped with 0.1.0: never edit. */
export const stagedEntries: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('staged_entries')
      .addColumn('import', 'blob', (column) => column.notNull())
      .addColumn('id', 'blob', (column) => column.notNull())
      .addColumn('trashed', 'integer', (column) => column.notNull())
      .addColumn('wrapped_key', 'blob', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('staged_entries_by_import', ['import', 'id'])
      .modifyEnd(strict)
      .execute();
    await db.schema
      .createTable('staged_lookup_values')
      .addColumn('import', 'blob', (column) => column.notNull())
      .addColumn('id', 'blob', (column) => column.notNull())
      .addColumn('value', 'blob', (column) => column.notNull())
      .modifyEnd(strict)
      .execute();
    await db.schema.createIndex('staged_lookup_values_by_import').on('staged_lookup_values').column('import').execute();
  },
};
