import type { EarlierRevision, PendingPassword } from '../entry/earlier.ts';
import type { Entry } from '../entry/schema.ts';
import type { ImportProblem } from './item.ts';
import type { Argon2 } from './options.ts';

/** A file of an entry, opened when it is written. */
export interface ExportAttachment {
  readonly name: string;
  readonly read: () => Uint8Array | Promise<Uint8Array>;
}

/** An entry on its way out. */
export interface ExportedEntry {
  readonly entry: Entry;
  readonly trashed: boolean;
  /** A new password that is not in force yet. */
  readonly pending: PendingPassword | null;
  /** Earlier revisions, the oldest first; empty for a format that has no place for them. */
  readonly history: readonly EarlierRevision[];
  readonly attachments: readonly ExportAttachment[];
}

export interface ExportOptions {
  /** The password of the file; null for a plain one. */
  readonly password: string | null;
  readonly argon2: Argon2;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Hears of what the format cannot hold. */
  readonly report: (problem: ImportProblem) => void;
}

export type ExportedEntries = AsyncIterable<ExportedEntry> | Iterable<ExportedEntry>;

/** Reports the attachments of an entry where the format has no files. */
export function reportAttachments({ entry, attachments }: ExportedEntry, { report }: ExportOptions): void {
  if (attachments.length === 0) return;
  const count = attachments.length === 1 ? 'an attachment' : `${attachments.length} attachments`;
  report({ place: entry.name, message: `has ${count}, which this format cannot hold` });
}
