import type { Generated } from 'kysely';

/*
 * The tables. Blobs of 16 bytes are ids; `user` and `entry` are the numbers that rows go by inside the database and never
 * leave it. Nothing a user typed is in clear but the account's name.
 */

export interface UserTable {
  seq: Generated<number>;
  id: Buffer;
  account: string;
  header: Buffer;
  verifier: Buffer;
  wrapped_vault_key: Buffer;
  recovery_wrap: Buffer | null;
  checksum: Buffer;
  /** Version of the rules that the user's lookup values were made by. */
  lookup_rules: number;
}

export interface EntryTable {
  seq: Generated<number>;
  user: number;
  id: Buffer;
  revision: number;
  trashed: number;
  wrapped_key: Buffer;
  body: Buffer;
}

/** Earlier revisions: the replaced blob, unchanged. */
export interface RevisionTable {
  entry: number;
  revision: number;
  body: Buffer;
}

export interface LookupValueTable {
  entry: number;
  value: Buffer;
}

export interface ManifestRootTable {
  user: number;
  root: Buffer;
}

export interface ManifestNodeTable {
  user: number;
  node: number;
  content: Buffer;
}

export interface ManifestLeafTable {
  user: number;
  leaf: number;
  content: Buffer;
}

export interface StagedEntryTable {
  import: Buffer;
  id: Buffer;
  trashed: number;
  wrapped_key: Buffer;
  body: Buffer;
}

export interface StagedLookupValueTable {
  import: Buffer;
  id: Buffer;
  value: Buffer;
}

/** Tokens that survive a lock. */
export interface ScopedTokenTable {
  id: Buffer;
  user: number;
  /** What it opens, sealed under the token. */
  record: Buffer;
  /** What its owner is told about it, sealed under the owner's keys. */
  note: Buffer;
  uses_left: number | null;
  /** Where its part of the access log stands, sealed under the token. */
  log_state: Buffer | null;
}

export interface LogSegmentTable {
  user: number;
  number: number;
  token: Buffer | null;
  previous: Buffer;
  head: Buffer;
  anchored: number;
}

export interface LogRecordTable {
  user: number;
  segment: number;
  position: number;
  record: Buffer;
}

export interface AttachmentTable {
  seq: Generated<number>;
  id: Buffer;
  /** Null while it is staged. */
  entry: number | null;
  /** The import or upload that it is staged for; null once it belongs to an entry. */
  import: Buffer | null;
  /** The id of the entry that it is staged for; null once it belongs to it. */
  staged_for: Buffer | null;
}

export interface AttachmentChunkTable {
  attachment: number;
  chunk: number;
  body: Buffer;
}

export interface Schema {
  users: UserTable;
  entries: EntryTable;
  revisions: RevisionTable;
  lookup_values: LookupValueTable;
  manifest_roots: ManifestRootTable;
  manifest_nodes: ManifestNodeTable;
  manifest_leaves: ManifestLeafTable;
  staged_entries: StagedEntryTable;
  staged_lookup_values: StagedLookupValueTable;
  scoped_tokens: ScopedTokenTable;
  attachments: AttachmentTable;
  attachment_chunks: AttachmentChunkTable;
  log_segments: LogSegmentTable;
  log_records: LogRecordTable;
}
