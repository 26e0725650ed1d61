import type { Migration } from 'kysely';
import { firstTables } from './0001-first-tables.ts';
import { stagedEntries } from './0002-staged-entries.ts';
import { attachments } from './0003-attachments.ts';
import { scopedTokens } from './0007-scoped-tokens.ts';
import { accessLog } from './0008-access-log.ts';

/** Every migration there ever was, in order. They only go forward, and a shipped one is never edited. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-staged-entries': stagedEntries,
  '0003-attachments': attachments,
  '0007-scoped-tokens': scopedTokens,
  '0008-access-log': accessLog,
};
