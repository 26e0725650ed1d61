import { idBytes, idText } from '../../core/entry/id.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { VaultError } from '../../core/errors.ts';
import { type LookupStep, type Query, querySteps } from '../../core/lookup/resolve.ts';
import { lookupValue } from '../../core/lookup/terms.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller } from './context.ts';
import { openEntry } from './entry-seal.ts';
import type { Manifest } from './manifest.ts';

/** An entry's row, vouched for by the manifest, and what it opened to. */
export interface OpenEntry {
  readonly row: EntryRow;
  readonly id: string;
  readonly body: EntryBody;
}

/** What finding works on: one transaction of one caller. */
export interface Search {
  readonly rows: Rows;
  readonly caller: Caller;
  readonly manifest: Manifest;
}

async function openVouched({ caller, manifest }: Search, row: EntryRow): Promise<OpenEntry> {
  await manifest.vouchFor(row);
  return { row, id: idText(row.id), body: openEntry(caller, row) };
}

/** Every entry that the first matching step of a query finds, those in the trash left out unless `trashed` wants them too. */
export async function findEntries(search: Search, query: Query, { trashed = false } = {}): Promise<OpenEntry[]> {
  for (const step of querySteps(query)) {
    const matching = await findByStep(search, step, { trashed });
    if (matching.length > 0) return matching;
  }
  return [];
}

/** Every entry that one step finds, those in the trash left out unless `trashed` wants them too. */
export async function findByStep(search: Search, { by, matches }: LookupStep, { trashed = false } = {}): Promise<OpenEntry[]> {
  const { rows, caller, manifest } = search;
  const found =
    'id' in by
      ? [await rows.entries.byId(manifest.user, idBytes(by.id))]
      : await rows.entries.byLookupValue(manifest.user, lookupValue(caller.keys.lookup, by.term));
  const matching: OpenEntry[] = [];
  for (const row of found) {
    if (row === null || (row.trashed && !trashed)) continue;
    const entry = await openVouched(search, row);
    if (matches({ id: entry.id, ...entry.body })) matching.push(entry);
  }
  return matching;
}

/** The one entry a query means. `entry_not_found`, or `entry_ambiguous` with the candidates in `details`. */
export async function findEntry(search: Search, query: Query): Promise<OpenEntry> {
  return onlyOne(await findEntries(search, query));
}

/** The one entry that was found. `entry_not_found`, or `entry_ambiguous` with the candidates in `details`. */
export function onlyOne<T extends { readonly id: string; readonly body: EntryBody }>(found: readonly T[]): T {
  const [entry, ...others] = found;
  if (entry === undefined) throw notFound();
  if (others.length === 0) return entry;
  const candidates = found.map(({ id, body: { name, username } }) => ({ id, name, username }));
  throw new VaultError('entry_ambiguous', `${String(candidates.length)} entries match`, { details: { candidates } });
}

/** The entry of exactly this id, which is not in the trash unless `trashed` says that it may be. */
export async function entryById(search: Search, id: string, { trashed = false } = {}): Promise<OpenEntry> {
  const row = isId(id) ? await search.rows.entries.byId(search.manifest.user, idBytes(id)) : null;
  if (row === null || (row.trashed && !trashed)) throw notFound();
  return await openVouched(search, row);
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

function notFound(): VaultError {
  return new VaultError('entry_not_found', 'no such entry');
}
