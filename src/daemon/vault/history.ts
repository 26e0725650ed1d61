import { isDeepStrictEqual } from 'node:util';
import { type HistoryItem, historyChanges } from '../../core/api/revisions.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import type { Caller, VaultContext } from './context.ts';
import { entryById } from './find-entry.ts';
import { handOut } from './hand-out.ts';
import { manifestIn } from './manifest-in.ts';
import { earlierBodies } from './past-revisions.ts';

type Change = HistoryItem['changed'][number];

/** What a revision changed of the one before; of the oldest that is kept nobody knows. */
function changesOf(revision: number, body: EntryBody, before: EntryBody | null): Change[] {
  if (before === null) return revision === 1 ? ['created'] : [];
  const moved = (change: Change): boolean => {
    if (change === 'created') return false;
    if (change === 'removed') return before.trashedAt === null && body.trashedAt !== null;
    if (change === 'restored') return before.trashedAt !== null && body.trashedAt === null;
    return !isDeepStrictEqual(before[change], body[change]);
  };
  return historyChanges.filter(moved);
}

function itemOf(revision: number, body: EntryBody, before: EntryBody | null, secrets: boolean): HistoryItem {
  const { updatedAt, passwordChangedAt, password, pending } = body;
  const item = { revision, updatedAt, changed: changesOf(revision, body, before), passwordChangedAt };
  return secrets ? { ...item, password, pending: pending?.password ?? null } : item;
}

/** Every revision of an entry that is kept, the newest first, also of one in the trash. `entry_not_found`, `vault_corrupt`. */
export async function listHistory(
  context: VaultContext,
  caller: Caller,
  id: string,
  { secrets }: { readonly secrets: boolean },
): Promise<HistoryItem[]> {
  return await context.store.read(async (rows) => {
    const search = { rows, caller, manifest: await manifestIn(context, rows, caller) };
    const entry = await entryById(search, id, { trashed: true });
    if (secrets) handOut(context, caller, entry.id);
    const items: HistoryItem[] = [];
    let later = { revision: entry.row.revision, body: entry.body };
    for await (const earlier of earlierBodies(search, entry)) {
      items.push(itemOf(later.revision, later.body, earlier.body, secrets));
      later = earlier;
    }
    return [...items, itemOf(later.revision, later.body, null, secrets)];
  });
}
