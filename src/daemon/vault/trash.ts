import type { EmptyTrashResponse, TrashedEntry } from '../../core/api/revisions.ts';
import { toEntry, toSummary } from '../../core/entry/body.ts';
import { idText } from '../../core/entry/id.ts';
import { earlierLogin } from '../access-log/earlier-login.ts';
import { isStorageFull } from '../store/failures.ts';
import { change } from './change.ts';
import type { Caller, VaultContext } from './context.ts';
import { entryById, type OpenEntry, type Search } from './find-entry.ts';
import { manifestIn } from './manifest-in.ts';

/** Removed entries stay for 30 days. */
const keptFor = 30 * 24 * 3_600_000;

async function* trashedEntries(search: Search): AsyncGenerator<OpenEntry> {
  for (const id of await search.rows.entries.trashedIds(search.manifest.user)) {
    yield await entryById(search, idText(id), { trashed: true });
  }
}

/** When an entry went to the trash, in milliseconds since 1970. */
function trashedTime({ body }: OpenEntry): number {
  return Date.parse(body.trashedAt ?? body.updatedAt);
}

function shown(entry: OpenEntry): TrashedEntry {
  const { id, name, username, urls, tags, revision } = toSummary(toEntry(entry.id, entry.row.revision, entry.body));
  const removed = trashedTime(entry);
  const times = { trashedAt: new Date(removed).toISOString(), expiresAt: new Date(removed + keptFor).toISOString() };
  return { id, name, username, urls, tags, revision, ...times };
}

/** What is in the trash, the latest first. */
export async function listTrash(context: VaultContext, caller: Caller): Promise<TrashedEntry[]> {
  return await context.store.read(async (rows) => {
    const entries: TrashedEntry[] = [];
    for await (const entry of trashedEntries({ rows, caller, manifest: await manifestIn(context, rows, caller) })) {
      entries.push(shown(entry));
    }
    return entries.sort((a, b) => b.trashedAt.localeCompare(a.trashedAt));
  });
}

/**
 * Deletes from the trash for good what fits, in one transaction, and gives how many went: their revisions and attachments go with them,
 * and what was overwritten is taken out of the write-ahead log too.
 */
async function deleteTrashed(context: VaultContext, caller: Caller, fits: (entry: OpenEntry) => boolean): Promise<EmptyTrashResponse> {
  const removed = await change(context, caller, async (search) => {
    let count = 0;
    for await (const entry of trashedEntries(search)) {
      if (!fits(entry)) continue;
      await search.manifest.remove(entry.row);
      await search.rows.entries.remove(entry.row.seq);
      count += 1;
    }
    return count;
  });
  return { removed, leftOnDisk: removed > 0 && !context.store.checkpoint() };
}

async function someTrashed(search: Search, fits: (entry: OpenEntry) => boolean): Promise<boolean> {
  for await (const entry of trashedEntries(search)) if (fits(entry)) return true;
  return false;
}

/** Empties the trash. */
export async function emptyTrash(context: VaultContext, caller: Caller): Promise<EmptyTrashResponse> {
  return await deleteTrashed(context, caller, () => true);
}

/**
 * Deletes what had been in the trash for 30 days at an earlier login, a day ago or more: a clock that is set far ahead for an hour
 * deletes nothing. A full disk is no reason to keep somebody out of the vault: it goes the next time.
 */
export async function purgeTrash(context: VaultContext, caller: Caller): Promise<void> {
  const now = context.clock.wall();
  const overdueAt = (time: number) => (entry: OpenEntry) => time - trashedTime(entry) >= keptFor;
  const before = await context.store.read(async (rows) => {
    const search = { rows, caller, manifest: await manifestIn(context, rows, caller) };
    if (!(await someTrashed(search, overdueAt(now)))) return null;
    const login = await earlierLogin(rows, search.manifest.user, caller, now);
    return login !== null && (await someTrashed(search, overdueAt(login))) ? login : null;
  });
  if (before === null) return;
  try {
    await deleteTrashed(context, caller, overdueAt(before));
  } catch (error) {
    if (!isStorageFull(error)) throw error;
  }
}
