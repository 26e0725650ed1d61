import type { EarlierRevision } from '../entry/earlier.ts';
import type { Entry } from '../entry/schema.ts';
import type { EarlierPassword, ImportedItem } from './item.ts';

/** The passwords that an entry had before the present one, the oldest first. */
export function earlierPasswords(history: readonly EarlierRevision[], entry: Entry): EarlierPassword[] {
  return history.flatMap(({ password }, at) => {
    const next = history[at + 1] ?? entry;
    return password === null || password === next.password ? [] : [{ password, until: next.passwordChangedAt ?? next.updatedAt }];
  });
}

/** Earlier passwords, the oldest first, as revisions: of all else an entry is taken to have held what it holds now. */
export function asRevisions(passwords: readonly EarlierPassword[], { content, createdAt, updatedAt }: ImportedItem): EarlierRevision[] {
  let since = createdAt;
  return passwords.flatMap(({ password, until }) => {
    const begun = since ?? until ?? updatedAt;
    since = until ?? since;
    return begun === null ? [] : [{ ...content, password, updatedAt: begun, passwordChangedAt: begun, trashed: false, attachments: [] }];
  });
}
