import { type Kysely, type Migration, sql } from 'kysely';

const strict = sql`strict`;

/** Files of entries, in sealed chunks. What is staged has no entry yet. Shipped with 0.1.0: never edit. */
export const attachments: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('attachments')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('id', 'blob', (column) => column.notNull().unique())
      .addColumn('entry', 'integer', (column) => column.references('entries.seq').onDelete('cascade'))
      .addColumn('import', 'blob')
      .addColumn('staged_for', 'blob')
      .modifyEnd(strict)
      .execute();
    await db.schema.createIndex('attachments_by_entry').on('attachments').column('entry').execute();
    await db.schema.createIndex('attachments_by_import').on('attachments').column('import').execute();
    await db.schema
      .createTable('attachment_chunks')
      .addColumn('attachment', 'integer', (column) => column.notNull().references('attachments.seq').onDelete('cascade'))
      .addColumn('chunk', 'integer', (column) => column.notNull())
      .addColumn('body', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('attachment_chunks_by_place', ['attachment', 'chunk'])
      .modifyEnd(strict)
      .execute();
  },
};
