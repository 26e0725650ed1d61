import { isDeepStrictEqual } from 'node:util';
import { contentOfBody, type EntryBody } from '../../core/entry/body.ts';
import type { EntryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { withAttachments } from './attachments.ts';
import { change, refuseStale } from './change.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { refuseTwin } from './entries.ts';
import { entryById, type OpenEntry, type Search } from './find-entry.ts';
import { bodyAt } from './past-revisions.ts';
import { refusePendingClash } from './pending-password.ts';
import { reference, writeRevision } from './revision.ts';

/** What to bring back: out of the trash, or the content of a revision as a new one. */
export interface RestoreTarget {
  readonly id: string;
  readonly revision: number | null;
  readonly expected: number | null;
}

/** The body with the content, and the files, of an earlier revision; one that is pending stays so. */
async function withContentOf(search: Search, entry: OpenEntry, revision: number, now: string): Promise<EntryBody> {
  const past = await bodyAt(search, entry, revision);
  if (past === null) throw new VaultError('field_not_found', 'this revision of the entry is not kept');
  refusePendingClash(entry.body, past.password);
  const passwordChangedAt = past.password === entry.body.password ? entry.body.passwordChangedAt : now;
  return withAttachments({ ...entry.body, ...contentOfBody(past), passwordChangedAt }, past.attachments ?? []);
}

/**
 * Brings an entry back as a new revision. `entry_not_found` where there is none, or it is not in the trash and no revision was named;
 * `entry_exists` where another entry has taken its name and username; `field_not_found`, `revision_conflict`, `rotation_pending`.
 */
export async function restoreEntry(
  context: VaultContext,
  caller: Caller,
  { id, revision, expected }: RestoreTarget,
): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id, { trashed: true });
    refuseStale(entry, expected);
    if (revision === null && !entry.row.trashed) throw new VaultError('entry_not_found', 'the entry is not in the trash');
    const now = timestamp(context);
    const content = revision === null ? entry.body : await withContentOf(search, entry, revision, now);
    const next = { ...content, trashedAt: null };
    if (isDeepStrictEqual(next, entry.body)) return reference(entry.id, entry.row.revision, entry.body);
    if (entry.row.trashed || next.name !== entry.body.name || next.username !== entry.body.username) {
      await refuseTwin(search, next, entry.id);
    }
    return await writeRevision(search, entry, { ...next, updatedAt: now });
  });
}
