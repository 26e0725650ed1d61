import type { EntrySummary } from '../../core/entry/schema.ts';
import { fold } from '../../core/lookup/fold.ts';
import { namePattern } from '../../core/lookup/pattern.ts';
import type { Caller, VaultContext } from './context.ts';
import { withListing } from './current-listing.ts';
import type { Listing } from './listing.ts';

/** Which entries to list; all that are given must hold. */
export interface ListFilter {
  /** Found in any field that is no secret: name, username, URLs, tags, notes, plain fields. */
  readonly query?: string | undefined;
  /** Found in the name; with `*` and `?` it must fit the whole name. */
  readonly pattern?: string | undefined;
  readonly tag?: string | undefined;
}

/** Every entry that is not in the trash and passes the filter, without its secrets, by name and username. */
export async function listEntries(context: VaultContext, caller: Caller, filter: ListFilter): Promise<EntrySummary[]> {
  return await withListing(context, caller, (listing) => {
    const keyed = matching(listing, filter).map((index) => ({ index, key: listing.sortKey(index) }));
    keyed.sort((a, b) => (a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1));
    const summaries = keyed.map(({ index }) => listing.summary(index));
    const tag = filter.tag === undefined ? null : fold(filter.tag);
    return tag === null ? summaries : summaries.filter(({ tags }) => tags.some((own) => fold(own) === tag));
  });
}

/** The numbers of the entries that pass, but for tags, of which only the text is looked for. */
function matching(listing: Listing, { query, pattern, tag }: ListFilter): number[] {
  const sets = [query, tag].filter((text) => text !== undefined).map((text) => new Set(listing.containing(text)));
  const [first, second] = sets;
  const candidates = first === undefined ? Array.from({ length: listing.count }, (_, index) => index) : [...first];
  const both = second === undefined ? candidates : candidates.filter((index) => second.has(index));
  const named = pattern === undefined ? null : namePattern(pattern);
  return named === null ? both : both.filter((index) => named(listing.foldedName(index)));
}
