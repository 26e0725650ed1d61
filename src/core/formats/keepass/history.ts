import type { EarlierRevision } from '../../entry/earlier.ts';
import { finished } from '../finish.ts';
import { addEarlierPassword, type Draft, newDraft } from '../item.ts';
import type { KeepassEntry } from './model.ts';
import { textOf } from './references.ts';

/** An earlier version, which we wrote ourselves, as a revision. Its password came at `since`. */
function revisionOf(
  version: KeepassEntry,
  since: string | null,
  read: (draft: Draft, version: KeepassEntry) => void,
): EarlierRevision | null {
  const draft = newDraft('');
  read(draft, version);
  for (const result of finished(draft)) {
    if (!('item' in result) || version.modified === null) continue;
    const { content, pending, attachments } = result.item;
    return {
      ...content,
      updatedAt: version.modified,
      passwordChangedAt: content.password === null ? null : (since ?? version.modified),
      trashed: false,
      ...(pending === null ? {} : { pending }),
      attachments: attachments.map(({ name }) => name),
    };
  }
  return null;
}

/**
 * Takes what an entry was: its earlier passwords with the time each was replaced, and when the present one came.
 *
 * @param own how a version is read where we wrote the database ourselves, so that each becomes a revision again; else null
 */
export function readHistory(draft: Draft, entry: KeepassEntry, own: ((draft: Draft, version: KeepassEntry) => void) | null): void {
  const sorted = own === null ? entry.history.toSorted((a, b) => (a.modified ?? '').localeCompare(b.modified ?? '')) : entry.history;
  let since = entry.created;
  for (const [at, before] of sorted.entries()) {
    const after = sorted[at + 1] ?? entry;
    const revision = own === null ? null : revisionOf(before, since, own);
    if (revision !== null) draft.history.push(revision);
    const password = textOf(before, 'Password');
    if (password === textOf(after, 'Password')) continue;
    if (own === null) addEarlierPassword(draft, password, after.modified);
    since = after.modified;
    draft.passwordChangedAt = after.modified;
  }
}
