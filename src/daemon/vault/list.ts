import { setImmediate } from 'node:timers/promises';
import { type EntryBody, toEntry, toSummary } from '../../core/entry/body.ts';
import { idText } from '../../core/entry/id.ts';
import type { EntrySummary } from '../../core/entry/schema.ts';
import { fold } from '../../core/lookup/fold.ts';
import { namePattern } from '../../core/lookup/pattern.ts';
import { nodeCount } from '../../core/manifest/tree.ts';
import { nodeRows } from './check-rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { refusedManifest } from './damage.ts';
import { openEntry } from './entry-seal.ts';
import { manifestIn } from './manifest-in.ts';

/** Which entries to list; all that are given must hold. */
export interface ListFilter {
  /** Found in any field that is no secret: name, username, URLs, tags, notes, plain fields. */
  readonly query?: string | undefined;
  /** Found in the name; with `*` and `?` it must fit the whole name. */
  readonly pattern?: string | undefined;
  readonly tag?: string | undefined;
}

function searchable({ name, username, urls, tags, notes, fields }: EntryBody): string[] {
  const plain = fields.flatMap((field) => (field.hidden ? [field.name] : [field.name, field.value]));
  return [name, username ?? '', ...urls, ...tags, notes ?? '', ...plain];
}

function filterOf({ query, pattern, tag }: ListFilter): (body: EntryBody) => boolean {
  const wanted = query === undefined ? null : fold(query);
  const named = pattern === undefined ? null : namePattern(pattern);
  const tagged = tag === undefined ? null : fold(tag);
  return (body) =>
    (named === null || named(body.name)) &&
    (tagged === null || body.tags.some((tag) => fold(tag) === tagged)) &&
    (wanted === null || searchable(body).some((text) => fold(text).includes(wanted)));
}

/** Every entry that is not in the trash and passes the filter, without its secrets, by name and username. */
export async function listEntries(context: VaultContext, caller: Caller, filter: ListFilter): Promise<EntrySummary[]> {
  const passes = filterOf(filter);
  const found = await context.store.snapshot(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    const summaries: EntrySummary[] = [];
    let seen = 0;
    for (let node = 0; node < nodeCount; node++) {
      for (const row of await nodeRows(rows, manifest.user, node, { heads: false })) {
        await manifest.vouchFor(row);
        seen += 1;
        if (row.trashed) continue;
        const body = openEntry(caller, row);
        if (passes(body)) summaries.push(toSummary(toEntry(idText(row.id), row.revision, body)));
      }
      await setImmediate();
    }
    if (seen !== manifest.root.entries) throw refusedManifest('manifest');
    return summaries;
  });
  return sorted(found);
}

function sorted(summaries: readonly EntrySummary[]): EntrySummary[] {
  const keyed = summaries.map((summary) => ({ summary, key: `${fold(summary.name)}\0${fold(summary.username ?? '')}\0${summary.id}` }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ summary }) => summary);
}
