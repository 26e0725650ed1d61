import { type Kysely, type Migration, sql } from 'kysely';

const strict = sql`strict`;

/** The access log, and where a token's own part of it stands. Shipped with 0.2.0: never edit. */
export const accessLog: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('log_segments')
      .addColumn('user', 'integer', (column) => column.notNull().references('users.seq').onDelete('cascade'))
      .addColumn('number', 'integer', (column) => column.notNull())
      .addColumn('token', 'blob')
      .addColumn('previous', 'blob', (column) => column.notNull())
      .addColumn('head', 'blob', (column) => column.notNull())
      .addColumn('anchored', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('log_segments_by_number', ['user', 'number'])
      .modifyEnd(strict)
      .execute();
    await db.schema
      .createTable('log_records')
      .addColumn('user', 'integer', (column) => column.notNull())
      .addColumn('segment', 'integer', (column) => column.notNull())
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn('record', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('log_records_by_position', ['user', 'segment', 'position'])
      .addForeignKeyConstraint('log_records_of_segment', ['user', 'segment'], 'log_segments', ['user', 'number'], (key) =>
        key.onDelete('cascade'),
      )
      .modifyEnd(strict)
      .execute();
    await db.schema.alterTable('scoped_tokens').addColumn('log_state', 'blob').execute();
  },
};
