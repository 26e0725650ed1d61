import { type EntryBody, toEntry, toSummary } from '../../core/entry/body.ts';
import { idText } from '../../core/entry/id.ts';
import { changedSlots, firstIdOfLeaf, leafCount, leavesOfNode, nodeCount } from '../../core/manifest/tree.ts';
import { createBreather } from '../breather.ts';
import { createRelief } from '../garbage.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { openEntry } from './entry-seal.ts';
import { Listing, type ListingPart } from './listing.ts';
import { ListingBuilder, listingPart } from './listing-builder.ts';
import type { Manifest } from './manifest.ts';
import { manifestIn } from './manifest-in.ts';
import { vouchedRows } from './vouched-rows.ts';

/** What a session keeps of its listing at most, in bytes; a larger one is made anew for each request. */
const keptAtMost = 64 * 1024 * 1024;
const nodeLength = 2048;
/** So many changed leaves of a node are read one by one; more, and the whole node is read. */
const fewLeaves = 8;

/** Runs `work` on the caller's listing, as the vault is now. The listing is wiped afterwards. */
export async function withListing<T>(context: VaultContext, caller: Caller, work: (listing: Listing) => T): Promise<T> {
  const kept = caller.shelf?.take() ?? null;
  const old = kept === null ? null : new Listing(kept(0), (piece) => kept(piece + 1));
  try {
    const listing = (await isCurrent(context, caller, old)) ?? (await renew(context, caller, old));
    try {
      return work(listing);
    } finally {
      listing.wipe();
    }
  } finally {
    old?.wipe();
  }
}

async function isCurrent(context: VaultContext, caller: Caller, listing: Listing | null): Promise<Listing | null> {
  if (listing === null) return null;
  return await context.store.read(async (rows) => {
    const { rootId } = await manifestIn(context, rows, caller);
    return rootId.equals(listing.source.rootId) ? listing : null;
  });
}

/** A listing in which every leaf that the manifest changed since `old` was made is read again, and all of them without one. */
async function renew(context: VaultContext, caller: Caller, old: Listing | null): Promise<Listing> {
  const { index, pieces } = await context.store.snapshot(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    const nodes: Buffer[] = [];
    const listing = new ListingBuilder();
    const breathe = createBreather();
    const work = { rows, caller, manifest, old, opened: createRelief() };
    for (let node = 0; node < nodeCount; node++) {
      const content = await manifest.node(node);
      nodes.push(content);
      const before = old?.source.nodes.subarray(node * nodeLength, (node + 1) * nodeLength) ?? null;
      listing.add(await nodeParts(work, node, before === null ? null : changedSlots(before, content)));
      await breathe();
    }
    return listing.finish({ rootId: manifest.rootId, nodes: Buffer.concat(nodes) });
  });
  const parts = [index, ...pieces];
  if (parts.reduce((sum, { length }) => sum + length, 0) <= keptAtMost) caller.shelf?.put(parts);
  return new Listing(index, () => Buffer.alloc(0), pieces);
}

interface Work {
  readonly rows: Rows;
  readonly caller: Caller;
  readonly manifest: Manifest;
  readonly old: Listing | null;
  /** To be told how many entries were opened. */
  readonly opened: (entries: number) => void;
}

/** The entries of a node: those of changed leaves from the database, the others from the old listing. `changed` null means all. */
async function nodeParts(work: Work, node: number, changed: readonly number[] | null): Promise<ListingPart[]> {
  const { manifest, old } = work;
  const [first, end] = leavesOfNode(node);
  if (old === null || changed === null || changed.length > fewLeaves) {
    await manifest.prefetch(node);
    return await readLeaves(work, first, end);
  }
  const parts: ListingPart[] = [];
  let next = first;
  for (const leaf of changed.map((slot) => first + slot)) {
    parts.push(...keptParts(old, next, leaf), ...(await readLeaves(work, leaf, leaf + 1)));
    next = leaf + 1;
  }
  parts.push(...keptParts(old, next, end));
  return parts;
}

function keptParts(old: Listing, from: number, to: number): ListingPart[] {
  if (from === to) return [];
  return old.slice(old.indexOf(firstIdOfLeaf(from)), to < leafCount ? old.indexOf(firstIdOfLeaf(to)) : old.count);
}

/** Reads the leaves `[from, to)` from the database, and holds every row against the manifest. */
async function readLeaves(work: Work, from: number, to: number): Promise<ListingPart[]> {
  const rows = await vouchedRows(work, from, to);
  const parts = rows.filter(({ trashed }) => !trashed).map((row) => partOf(row, openEntry(work.caller, row)));
  work.opened(parts.length);
  return parts;
}

function partOf(row: EntryRow, body: EntryBody): ListingPart {
  return listingPart({ id: row.id, summary: toSummary(toEntry(idText(row.id), row.revision, body)), searchable: searchable(body) });
}

function searchable({ name, username, urls, tags, notes, fields }: EntryBody): string[] {
  const plain = fields.flatMap((field) => (field.hidden ? [field.name] : [field.name, field.value]));
  return [name, username ?? '', ...urls, ...tags, notes ?? '', ...plain];
}
