import { isDeepStrictEqual } from 'node:util';
import type { CreateEntryRequest, PatchEntryRequest } from '../../core/api/passwords.ts';
import { wipe } from '../../core/crypto/bytes.ts';
import { type EntryBody, newBody, toEntry } from '../../core/entry/body.ts';
import { idText, newId } from '../../core/entry/id.ts';
import type { Entry, EntryContent, EntryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import type { Query } from '../../core/lookup/resolve.ts';
import type { EntryRow } from '../store/entry-row.ts';
import { change, refuseStale } from './change.ts';
import { contentOf, patched } from './content.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { lookupValues, newEntryKey, sealBody } from './entry-seal.ts';
import { entryById, findEntries, findEntry, type OpenEntry, type Search } from './find-entry.ts';
import { refusePendingClash } from './pending-password.ts';
import { reference, writeRevision } from './revision.ts';
import { handOut } from './hand-out.ts';
import { manifestIn } from './manifest-in.ts';

/** An entry of this name and username, other than `self`. */
export async function findTwin(search: Search, { name, username }: Pick<EntryContent, 'name' | 'username'>, self?: string) {
  const found = await findEntries(search, { website: name, username: username ?? '', exact: true });
  return found.find(({ id, body }) => id !== self && body.username === username);
}

/** A second account of one name and username is refused; an import may still bring one. */
export async function refuseTwin(search: Search, content: EntryContent, self?: string): Promise<void> {
  const twin = await findTwin(search, content, self);
  if (twin === undefined) return;
  throw new VaultError('entry_exists', 'an entry with this name and username exists already', { details: { id: twin.id } });
}

/** Stores a new entry. `entry_exists` where name and username are taken. */
export async function addEntry(context: VaultContext, caller: Caller, request: CreateEntryRequest): Promise<EntryReference> {
  const body = newBody(contentOf(context, request), timestamp(context));
  const row = sealNew(caller, body);
  await change(context, caller, async (search) => {
    await refuseTwin(search, body);
    await insertEntry(search, row);
  });
  return reference(idText(row.id), row.revision, body);
}

type NewRow = Omit<EntryRow, 'seq'>;

/** The row of a new entry, sealed under a key of its own. */
export function sealNew(caller: Caller, body: EntryBody): NewRow {
  const id = newId();
  const { key, wrappedKey } = newEntryKey(caller, id);
  const revision = 1;
  const row = {
    id,
    revision,
    trashed: false,
    wrappedKey,
    body: sealBody(caller, key, { id, revision }, body),
    lookupValues: lookupValues(caller, body),
  };
  wipe(key);
  return row;
}

/** Takes a new entry in, whatever its name. */
export async function insertEntry({ rows, manifest }: Search, row: NewRow): Promise<void> {
  rows.entries.insert(manifest.user, row);
  await manifest.add(row);
}

/** The entry that a name, a host, an http(s) URL or an id means (DESIGN section 3). `entry_not_found`, `entry_ambiguous`. */
export async function readEntry(context: VaultContext, caller: Caller, query: Query): Promise<Entry> {
  const found = await context.store.read(async (rows) => {
    const { id, row, body } = await findEntry({ rows, caller, manifest: await manifestIn(context, rows, caller) }, query);
    return toEntry(id, row.revision, body);
  });
  handOut(context, caller, found.id);
  return found;
}

/**
 * Applies a merge patch. `expected`: the revision it was made for, null for any. A patch that changes nothing makes no
 * revision. `entry_not_found`, `revision_conflict`, `entry_exists`.
 */
export async function changeEntry(
  context: VaultContext,
  caller: Caller,
  id: string,
  patch: PatchEntryRequest,
  expected: number | null,
): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id);
    refuseStale(entry, expected);
    const content = patched(context, entry.body, patch);
    if (isDeepStrictEqual({ ...entry.body, ...content }, entry.body)) {
      return reference(entry.id, entry.row.revision, entry.body);
    }
    refusePendingClash(entry.body, content.password);
    if (content.name !== entry.body.name || content.username !== entry.body.username) await refuseTwin(search, content, entry.id);
    const now = timestamp(context);
    const passwordChangedAt = content.password === entry.body.password ? entry.body.passwordChangedAt : now;
    return await writeRevision(search, entry, { ...entry.body, ...content, updatedAt: now, passwordChangedAt });
  });
}

/** Moves an entry to the trash. `entry_not_found`, `revision_conflict`. */
export async function removeEntry(context: VaultContext, caller: Caller, id: string, expected: number | null): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id);
    refuseStale(entry, expected);
    return await trashEntry(context, search, entry);
  });
}

export async function trashEntry(context: VaultContext, search: Search, entry: OpenEntry): Promise<EntryReference> {
  const now = timestamp(context);
  return await writeRevision(search, entry, { ...entry.body, updatedAt: now, trashedAt: now });
}
