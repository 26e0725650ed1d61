import type { Kysely } from 'kysely';
import { EntryRows } from './entry-rows.ts';
import { ManifestRows } from './manifest-rows.ts';
import type { Schema } from './schema.ts';
import { UserRows } from './user-rows.ts';

/** The rows of one transaction. */
export class Rows {
  readonly users: UserRows;
  readonly entries: EntryRows;
  readonly manifest: ManifestRows;

  constructor(db: Kysely<Schema>) {
    this.users = new UserRows(db);
    this.entries = new EntryRows(db);
    this.manifest = new ManifestRows(db);
  }
}
