import { rowDigest } from '../../core/manifest/row.ts';
import { byLeaf, digestAt, emptyLeaf, idsOfLeaves, leafRecords, leavesOfNode, nodeCount, sha256 } from '../../core/manifest/tree.ts';
import { createBreather } from '../breather.ts';
import type { EntryHead } from '../store/entry-heads.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { DamagedRow } from './damage.ts';

/** What a walk over all of a user's rows found. */
export interface RowCheck {
  readonly problems: readonly DamagedRow[];
  /** SHA-256 of each stored node: what the root must hold. */
  readonly nodes: Buffer;
  /** Entries of the nodes, for those that the root turns out not to vouch for. */
  readonly idsByNode: readonly (readonly Buffer[])[];
}

/**
 * Holds every row against its leaf, and every leaf against its node. Needs no key, so a login does it while the KDF runs; lets
 * other work run between the nodes.
 */
export async function checkRows(rows: Rows, user: number): Promise<RowCheck> {
  const problems: DamagedRow[] = [];
  const nodes: Buffer[] = [];
  const idsByNode: Buffer[][] = [];
  const breathe = createBreather();
  for (let node = 0; node < nodeCount; node++) {
    const entries = await rows.entries.heads(user, ...idsOfLeaves(...leavesOfNode(node)));
    problems.push(...(await checkNode(rows, user, node, entries)));
    nodes.push(sha256(await rows.manifest.node(user, node)));
    idsByNode.push(entries.map(({ id }) => id));
    await breathe();
  }
  return { problems, nodes: Buffer.concat(nodes), idsByNode };
}

async function checkNode(rows: Rows, user: number, node: number, entries: readonly EntryHead[]): Promise<DamagedRow[]> {
  const problems: DamagedRow[] = [];
  const content = await rows.manifest.node(user, node);
  const leaves = await rows.manifest.leavesOf(user, node);
  const rowsOf = byLeaf(entries);
  const [from, to] = leavesOfNode(node);
  for (let leaf = from; leaf < to; leaf++) {
    const stored = leaves.get(leaf) ?? emptyLeaf;
    const present = rowsOf.get(leaf) ?? [];
    if (!sha256(stored).equals(digestAt(content, leaf))) {
      problems.push(...present.map(({ id }) => ({ id, problem: 'unproven' as const })));
      if (present.length === 0) problems.push(...leafRecords(stored).map(({ id }) => ({ id, problem: 'missing' as const })));
      continue;
    }
    problems.push(...(await checkRecords(rows, stored, present, ({ encoded }) => sha256(encoded))));
  }
  return problems;
}

/** Holds the rows of one leaf against what the manifest has recorded there. */
export async function checkLeaf(rows: Rows, leaf: Buffer, present: readonly EntryRow[]): Promise<DamagedRow[]> {
  return await checkRecords(rows, leaf, present, rowDigest);
}

/** What tells a row from others, and from what it was before. */
type Known = Pick<EntryRow, 'seq' | 'id' | 'revision'>;

async function checkRecords<T extends Known>(
  rows: Rows,
  leaf: Buffer,
  present: readonly T[],
  digestOf: (row: T) => Buffer,
): Promise<DamagedRow[]> {
  const problems: DamagedRow[] = [];
  const unseen = new Map(present.map((row) => [row.id.toString('hex'), row]));
  for (const { id, digest } of leafRecords(leaf)) {
    const key = id.toString('hex');
    const row = unseen.get(key);
    unseen.delete(key);
    if (row === undefined) problems.push({ id, problem: 'missing' });
    else if (!digestOf(row).equals(digest)) problems.push({ id, problem: await problemOf(rows, row) });
  }
  for (const { id } of unseen.values()) problems.push({ id, problem: 'added' });
  return problems;
}

/** A row that is not the one the manifest knows: older where the history holds its revision or a later one. */
export async function problemOf(rows: Rows, row: Known): Promise<'older' | 'altered'> {
  const kept = await rows.entries.revisions(row.seq);
  return kept.some(({ revision }) => revision >= row.revision) ? 'older' : 'altered';
}
