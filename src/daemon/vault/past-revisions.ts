import { wipe } from '../../core/crypto/bytes.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { idBytes } from '../../core/entry/id.ts';
import { damagedRows } from './damage.ts';
import { blobDigest, openBody, unwrapEntryKey } from './entry-seal.ts';
import type { OpenEntry, Search } from './find-entry.ts';

/** Opens an earlier revision, which the present one proves; null where it is not kept. `vault_corrupt`. */
async function openProven({ rows, caller }: Search, { row, body }: OpenEntry, key: Buffer, revision: number): Promise<EntryBody | null> {
  const listed = body.history.find((earlier) => earlier.revision === revision);
  if (listed === undefined) return null;
  const blob = await rows.entries.revision(row.seq, revision);
  if (blob === null || blobDigest(blob) !== listed.digest) throw damagedRows([{ id: row.id, problem: 'altered' }]);
  return openBody(caller, key, { id: row.id, revision }, blob);
}

/** An entry's body as of a revision, the present one included; null where it is not kept. `vault_corrupt`. */
export async function bodyAt(search: Search, entry: OpenEntry, revision: number): Promise<EntryBody | null> {
  if (revision === entry.row.revision) return entry.body;
  const key = unwrapEntryKey(search.caller, entry.row);
  try {
    return await openProven(search, entry, key, revision);
  } finally {
    wipe(key);
  }
}

/** An entry's earlier bodies, the latest first, opened one at a time. */
export async function* earlierBodies(search: Search, entry: OpenEntry): AsyncGenerator<{ revision: number; body: EntryBody }> {
  const key = unwrapEntryKey(search.caller, entry.row);
  try {
    for (const { revision } of entry.body.history.toReversed()) {
      const body = await openProven(search, entry, key, revision);
      if (body !== null) yield { revision, body };
    }
  } finally {
    wipe(key);
  }
}

/** Deletes an earlier revision, and the attachments that neither `next`, which is to be the entry's body, nor any revision that it keeps lists. */
export async function dropRevision(search: Search, entry: OpenEntry, key: Buffer, gone: number, next: EntryBody): Promise<void> {
  const { rows } = search;
  const dropped = await openProven(search, entry, key, gone);
  const orphans = new Set((dropped?.attachments ?? []).map(({ id }) => id));
  const claim = (body: EntryBody | null) => {
    for (const { id } of body?.attachments ?? []) orphans.delete(id);
  };
  claim(next);
  claim(entry.body);
  const others = next.history.filter(({ revision }) => revision !== entry.row.revision);
  for (const { revision } of orphans.size === 0 ? [] : others) claim(await openProven(search, entry, key, revision));
  for (const id of orphans) {
    const seq = await rows.attachments.find(entry.row.seq, idBytes(id));
    if (seq !== null) await rows.attachments.remove(seq);
  }
  await rows.entries.removeRevision(entry.row.seq, gone);
}
