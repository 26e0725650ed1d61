import { fold } from '../../core/lookup/fold.ts';
import { namePattern } from '../../core/lookup/pattern.ts';
import type { Caller, VaultContext } from './context.ts';
import { withListing } from './current-listing.ts';
import type { Listing } from './listing.ts';

const arrayStart = Buffer.from('[');
const comma = Buffer.from(',');
const arrayEnd = Buffer.from(']');

/** Which entries to list; all that are given must hold. */
export interface ListFilter {
  /** Found in any field that is no secret: name, username, URLs, tags, notes, plain fields. */
  readonly query?: string | undefined;
  /** Found in the name; with `*` and `?` it must fit the whole name. */
  readonly pattern?: string | undefined;
  readonly tag?: string | undefined;
}

/**
 * Every entry that is not in the trash and passes the filter, without its secrets, by name and username: the JSON of an array of
 * `EntrySummary`, in UTF-8. The listing keeps them as such: reading and writing them anew for each list would cost as much as all the rest.
 */
export async function listEntriesAsJson(context: VaultContext, caller: Caller, filter: ListFilter): Promise<Buffer<ArrayBuffer>> {
  return await withListing(context, caller, (listing) => {
    const keyed = matching(listing, filter).map((index) => ({ index, key: listing.sortKey(index) }));
    keyed.sort((a, b) => (a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1));
    const items = keyed.flatMap(({ index }, at) => (at === 0 ? [listing.summaryJson(index)] : [comma, listing.summaryJson(index)]));
    return Buffer.concat([arrayStart, ...items, arrayEnd]);
  });
}

/** The ids of the entries that have a tag and are not in the trash, in their own order. */
export async function entriesTagged(context: VaultContext, caller: Caller, tag: string): Promise<string[]> {
  return await withListing(context, caller, (listing) => matching(listing, { tag }).map((index) => listing.summary(index).id));
}

/** The numbers of the entries that pass. */
function matching(listing: Listing, { query, pattern, tag }: ListFilter): number[] {
  // A tag is looked for in all texts first: few entries have to be opened then.
  const sets = [query, tag].filter((text) => text !== undefined).map((text) => new Set(listing.containing(text)));
  const [first, second] = sets;
  const candidates = first === undefined ? Array.from({ length: listing.count }, (_, index) => index) : [...first];
  const both = second === undefined ? candidates : candidates.filter((index) => second.has(index));
  const named = pattern === undefined ? null : namePattern(pattern);
  const fitting = named === null ? both : both.filter((index) => named(listing.foldedName(index)));
  const folded = tag === undefined ? null : fold(tag);
  return folded === null ? fitting : fitting.filter((index) => listing.summary(index).tags.some((own) => fold(own) === folded));
}
