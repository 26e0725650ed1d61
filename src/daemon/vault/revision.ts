import { isDeepStrictEqual } from 'node:util';
import { wipe } from '../../core/crypto/bytes.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import type { EntryReference } from '../../core/entry/schema.ts';
import { lookupTerms } from '../../core/lookup/terms.ts';
import { blobDigest, lookupValues, sealBody, unwrapEntryKey } from './entry-seal.ts';
import type { OpenEntry, Search } from './find-entry.ts';

/** What a change answers with. */
export function reference(id: string, revision: number, { name, username }: EntryBody): EntryReference {
  return { id, name, username, revision };
}

/** Writes an entry's next revision; the replaced blob moves to the history as it is. */
export async function writeRevision(search: Search, { row, id, body: old }: OpenEntry, next: EntryBody): Promise<EntryReference> {
  const { rows, caller, manifest } = search;
  const revision = row.revision + 1;
  const body: EntryBody = { ...next, history: [...old.history, { revision: row.revision, digest: blobDigest(row.body) }] };
  const key = unwrapEntryKey(caller, row);
  const blob = sealBody(caller, key, { id: row.id, revision }, body);
  wipe(key);
  const moved = !isDeepStrictEqual(lookupTerms(old), lookupTerms(next));
  const values = moved ? lookupValues(caller, body) : row.lookupValues;
  const nextRow = { ...row, revision, trashed: body.trashedAt !== null, body: blob, lookupValues: values };
  await manifest.replace(row, nextRow);
  await rows.entries.keepRevision(row.seq, row.revision, row.body);
  await rows.entries.update(nextRow, moved ? values : null);
  return reference(id, revision, body);
}
