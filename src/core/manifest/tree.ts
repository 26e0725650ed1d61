import { hash } from 'node:crypto';

/*
 * The manifest's hash tree: 4096 leaves by the first 12 bits of an entry's id, 64 nodes of 64 leaves each, one root. Changing
 * one entry touches one leaf, one node and the root, however large the vault is. Leaves and nodes that were never written are
 * empty; the root commits to that too.
 */

export const leafCount = 4096;
export const nodeCount = 64;
const leavesPerNode = leafCount / nodeCount;
const idLength = 16;
const digestLength = 32;
const recordLength = idLength + digestLength;

export function sha256(data: Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

export const emptyLeaf: Buffer = Buffer.alloc(0);
const emptyLeafDigest = sha256(emptyLeaf);
/** A node whose 64 leaves are all empty. */
export const emptyNode: Buffer = Buffer.concat(Array.from({ length: leavesPerNode }, () => emptyLeafDigest));
/** What the root holds of 64 empty nodes. */
export const emptyNodes: Buffer = Buffer.concat(Array.from({ length: nodeCount }, () => sha256(emptyNode)));

export function leafOf(id: Uint8Array): number {
  return ((id[0] ?? 0) << 4) | ((id[1] ?? 0) >> 4);
}

/** Things with ids, by the leaves that these belong to. */
export function byLeaf<T extends { readonly id: Uint8Array }>(rows: readonly T[]): ReadonlyMap<number, T[]> {
  const leaves = new Map<number, T[]>();
  for (const row of rows) {
    const leaf = leafOf(row.id);
    const known = leaves.get(leaf);
    if (known === undefined) leaves.set(leaf, [row]);
    else known.push(row);
  }
  return leaves;
}

export function nodeOf(leaf: number): number {
  return Math.floor(leaf / leavesPerNode);
}

/** The leaves of a node: from the first up to, not including, the second number. */
export function leavesOfNode(node: number): [number, number] {
  return [node * leavesPerNode, (node + 1) * leavesPerNode];
}

/** The smallest id that belongs to a leaf. */
export function firstIdOfLeaf(leaf: number): Buffer {
  const id = Buffer.alloc(idLength);
  id.writeUInt16BE(leaf << 4);
  return id;
}

/** The ids that belong to the leaves `[from, to)`: from the first up to, not including, the second; null means to the end. */
export function idsOfLeaves(from: number, to: number): [Buffer, Buffer | null] {
  return [firstIdOfLeaf(from), to < leafCount ? firstIdOfLeaf(to) : null];
}

/** The slots in which two nodes differ, in order. */
export function changedSlots(before: Buffer, after: Buffer): number[] {
  const slots = Array.from({ length: leavesPerNode }, (_, index) => index);
  return slots.filter((index) => !before.subarray(...slot(index)).equals(after.subarray(...slot(index))));
}

/** Where the record of `id` is in a leaf, or would be; leaves are sorted by id. */
function position(leaf: Buffer, id: Uint8Array): { at: number; found: boolean } {
  let low = 0;
  let high = leaf.length / recordLength;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = Buffer.compare(leaf.subarray(middle * recordLength, middle * recordLength + idLength), id);
    if (order === 0) return { at: middle * recordLength, found: true };
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return { at: low * recordLength, found: false };
}

/** The row digest a leaf holds for `id`; null where it has none. */
export function digestInLeaf(leaf: Buffer, id: Uint8Array): Buffer | null {
  const { at, found } = position(leaf, id);
  return found ? leaf.subarray(at + idLength, at + recordLength) : null;
}

/** The leaf with `digest` recorded for `id`, or with its record gone where `digest` is null. */
export function withDigest(leaf: Buffer, id: Uint8Array, digest: Buffer | null): Buffer {
  const { at, found } = position(leaf, id);
  const record = digest === null ? [] : [id, digest];
  return Buffer.concat([leaf.subarray(0, at), ...record, leaf.subarray(found ? at + recordLength : at)]);
}

/** The leaf with all of these recorded, which it has no record of yet; `added` is in the order of ids. */
export function withDigests(leaf: Buffer, added: readonly { readonly id: Uint8Array; readonly digest: Uint8Array }[]): Buffer {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const { id, digest } of added) {
    const { at } = position(leaf, id);
    parts.push(leaf.subarray(from, at), id, digest);
    from = at;
  }
  return Buffer.concat([...parts, leaf.subarray(from)]);
}

/** Every record of a leaf, in order. */
export function leafRecords(leaf: Buffer): { id: Buffer; digest: Buffer }[] {
  const records = [];
  for (let at = 0; at + recordLength <= leaf.length; at += recordLength) {
    records.push({ id: leaf.subarray(at, at + idLength), digest: leaf.subarray(at + idLength, at + recordLength) });
  }
  return records;
}

function slot(index: number): [number, number] {
  return [index * digestLength, (index + 1) * digestLength];
}

/** The digest that a node holds of a leaf, or that the root's list of nodes holds of a node. */
export function digestAt(digests: Buffer, index: number): Buffer {
  return digests.subarray(...slot(index % leavesPerNode));
}

/** A copy of `digests` (a node, or the root's nodes) in which slot `index` is the digest of `content`. */
export function withSlot(digests: Buffer, index: number, content: Buffer): Buffer {
  const copy = Buffer.from(digests);
  sha256(content).copy(copy, slot(index % leavesPerNode)[0]);
  return copy;
}
