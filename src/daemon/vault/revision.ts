import { isDeepStrictEqual } from 'node:util';
import { wipe } from '../../core/crypto/bytes.ts';
import { type EntryBody, settled } from '../../core/entry/body.ts';
import { revisionsKept } from '../../core/entry/earlier.ts';
import type { EntryReference } from '../../core/entry/schema.ts';
import { lookupTerms } from '../../core/lookup/terms.ts';
import { blobDigest, lookupValues, sealBody, unwrapEntryKey } from './entry-seal.ts';
import type { OpenEntry, Search } from './find-entry.ts';
import { dropRevision } from './past-revisions.ts';

/** What a change answers with. */
export function reference(id: string, revision: number, { name, username }: EntryBody): EntryReference {
  return { id, name, username, revision };
}

/**
 * Writes an entry's next revision; the replaced blob moves to the history as it is. Of more than 200 earlier revisions the oldest
 * goes, with the attachments that it alone had.
 */
export async function writeRevision(search: Search, entry: OpenEntry, next: EntryBody): Promise<EntryReference> {
  const { rows, caller, manifest } = search;
  const { row, id, body: old } = entry;
  const revision = row.revision + 1;
  const all = [...old.history, { revision: row.revision, digest: blobDigest(row.body) }];
  const body: EntryBody = { ...settled(next), history: all.slice(-revisionsKept) };
  const key = unwrapEntryKey(caller, row);
  const blob = sealBody(caller, key, { id: row.id, revision }, body);
  try {
    for (const { revision: gone } of all.slice(0, -revisionsKept)) await dropRevision(search, entry, key, gone, body);
  } finally {
    wipe(key);
  }
  const moved = !isDeepStrictEqual(lookupTerms(old), lookupTerms(next));
  const values = moved ? lookupValues(caller, body) : row.lookupValues;
  const nextRow = { ...row, revision, trashed: body.trashedAt !== null, body: blob, lookupValues: values };
  await manifest.replace(row, nextRow);
  rows.entries.keepRevision(row.seq, row.revision, row.body);
  await rows.entries.update(nextRow, moved ? values : null);
  return reference(id, revision, body);
}
