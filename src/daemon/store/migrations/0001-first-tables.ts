import { type Kysely, type Migration, sql } from 'kysely';

/** Columns hold what they say, whoever writes (https://www.sqlite.org/stricttables.html). */
const strict = sql`strict`;

/** Shipped with 0.1.0: never edit. */
export const firstTables: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('users')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'blob', (column) => column.notNull().unique())
      .addColumn('account', 'text', (column) => column.notNull().unique())
      .addColumn('header', 'blob', (column) => column.notNull())
      .addColumn('verifier', 'blob', (column) => column.notNull())
      .addColumn('wrapped_vault_key', 'blob', (column) => column.notNull())
      .addColumn('recovery_wrap', 'blob')
      .addColumn('checksum', 'blob', (column) => column.notNull())
      .addColumn('lookup_rules', 'integer', (column) => column.notNull())
      .modifyEnd(strict)
      .execute();

    await db.schema
      .createTable('entries')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('user', 'integer', (column) => column.notNull().references('users.seq').onDelete('cascade'))
      .addColumn('id', 'blob', (column) => column.notNull())
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('trashed', 'integer', (column) => column.notNull())
      .addColumn('wrapped_key', 'blob', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addUniqueConstraint('entries_by_id', ['user', 'id'])
      .modifyEnd(strict)
      .execute();

    await db.schema
      .createTable('revisions')
      .addColumn('entry', 'integer', (column) => column.notNull().references('entries.seq').onDelete('cascade'))
      .addColumn('revision', 'integer', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('revisions_by_entry', ['entry', 'revision'])
      .modifyEnd(strict)
      .execute();

    await db.schema
      .createTable('lookup_values')
      .addColumn('entry', 'integer', (column) => column.notNull().references('entries.seq').onDelete('cascade'))
      .addColumn('value', 'blob', (column) => column.notNull())
      .modifyEnd(strict)
      .execute();
    await db.schema.createIndex('lookup_values_by_value').on('lookup_values').columns(['value', 'entry']).execute();
    await db.schema.createIndex('lookup_values_by_entry').on('lookup_values').columns(['entry', 'value']).execute();

    await db.schema
      .createTable('manifest_roots')
      .addColumn('user', 'integer', (column) => column.primaryKey().references('users.seq').onDelete('cascade'))
      .addColumn('root', 'blob', (column) => column.notNull())
      .modifyEnd(strict)
      .execute();
    for (const [table, part] of [
      ['manifest_nodes', 'node'],
      ['manifest_leaves', 'leaf'],
    ] as const) {
      await db.schema
        .createTable(table)
        .addColumn('user', 'integer', (column) => column.notNull().references('users.seq').onDelete('cascade'))
        .addColumn(part, 'integer', (column) => column.notNull())
        .addColumn('content', 'blob', (column) => column.notNull())
        .addPrimaryKeyConstraint(`${table}_by_place`, ['user', part])
        .modifyEnd(strict)
        .execute();
    }
  },
};
