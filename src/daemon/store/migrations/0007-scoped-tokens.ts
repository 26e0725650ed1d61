import { type Kysely, type Migration, sql } from 'kysely';

const strict = sql`strict`;

/** Tokens that outlive sessions: what each opens is sealed under its own secret. Shipped with 0.2.0: never edit. */
export const scopedTokens: Migration = {
  async up(db: Kysely<never>): Promise<void> {
    await db.schema
      .createTable('scoped_tokens')
      .addColumn('id', 'blob', (column) => column.notNull().primaryKey())
      .addColumn('user', 'integer', (column) => column.notNull().references('users.seq').onDelete('cascade'))
      .addColumn('record', 'blob', (column) => column.notNull())
      .addColumn('note', 'blob', (column) => column.notNull())
      .addColumn('uses_left', 'integer')
      .modifyEnd(strict)
      .execute();
    await db.schema.createIndex('scoped_tokens_by_user').on('scoped_tokens').column('user').execute();
  },
};
