import type { Migration } from 'kysely';
import { firstTables } from './0001-first-tables.ts';

/** Every migration there ever was, in order. They only go forward, and a shipped one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
};
