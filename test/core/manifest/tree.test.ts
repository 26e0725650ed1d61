import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  byLeaf,
  changedSlots,
  digestAt,
  digestInLeaf,
  emptyLeaf,
  emptyNode,
  emptyNodes,
  firstIdOfLeaf,
  idsOfLeaves,
  leafCount,
  leafOf,
  leafRecords,
  leavesOfNode,
  nodeCount,
  nodeOf,
  sha256,
  withDigest,
  withDigests,
  withSlot,
} from '../../../src/core/manifest/tree.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex } from '../support.ts';

const { manifest } = vectors;
const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
/** Ids of one leaf, which is where they meet. */
const idOfLeaf = id.map((bytes) => Buffer.concat([Buffer.of(0xab, 0xc0 | ((bytes[1] ?? 0) & 15)), bytes.subarray(2)]));
const digest = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));

describe("the manifest's tree", () => {
  it('is that of the format for one entry', () => {
    const entryId = fromHex(manifest.row.id);
    const leaf = withDigest(emptyLeaf, entryId, fromHex(manifest.row.digest));
    expect(leafOf(entryId)).toBe(manifest.leafNumber);
    expect(leaf.toString('hex')).toBe(manifest.leaf);
    const node = withSlot(emptyNode, manifest.leafNumber, leaf);
    expect(nodeOf(manifest.leafNumber)).toBe(manifest.nodeNumber);
    expect(node.toString('hex')).toBe(manifest.node);
  });

  it('puts an entry by the first 12 bits of its id', () => {
    expect(leafOf(Buffer.from([0x00, 0x0f]))).toBe(0);
    expect(leafOf(Buffer.from([0x00, 0x10]))).toBe(1);
    expect(leafOf(Buffer.from([0xff, 0xff]))).toBe(leafCount - 1);
    expect(firstIdOfLeaf(0xabc)).toEqual(Buffer.concat([Buffer.of(0xab, 0xc0), Buffer.alloc(14)]));
    expect(nodeOf(0)).toBe(0);
    expect(nodeOf(leafCount - 1)).toBe(nodeCount - 1);
    for (let node = 0; node < nodeCount; node++) {
      const [from, to] = leavesOfNode(node);
      expect([nodeOf(from), nodeOf(to - 1), to - from]).toEqual([node, node, leafCount / nodeCount]);
    }
  });

  it('has the ids of some leaves between two, and of the last ones from one on', () => {
    expect(idsOfLeaves(0xabc, 0xabd)).toEqual([firstIdOfLeaf(0xabc), firstIdOfLeaf(0xabd)]);
    expect(idsOfLeaves(0, leafCount - 1)).toEqual([Buffer.alloc(16), firstIdOfLeaf(leafCount - 1)]);
    expect(idsOfLeaves(1, leafCount)).toEqual([firstIdOfLeaf(1), null]);
  });

  it('puts rows together by their leaves, in their order', () => {
    const row = (name: string, ...bytes: number[]) => ({ name, id: Buffer.concat([Buffer.from(bytes), Buffer.alloc(14)]) });
    const rows = [row('a', 0xab, 0xc0), row('b', 0, 0), row('c', 0xab, 0xcf), row('d', 0xab, 0xd0), row('e', 0xab, 0xc5)];
    const names = [...byLeaf(rows)].map(([leaf, together]) => [leaf, together.map(({ name }) => name)]);
    expect(names).toEqual([
      [0xabc, ['a', 'c', 'e']],
      [0, ['b']],
      [0xabd, ['d']],
    ]);
    expect(byLeaf([]).size).toBe(0);
  });

  it('holds in a leaf exactly what was put in last, sorted by id, whatever the order', () => {
    const change = fc.tuple(idOfLeaf, fc.option(digest));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), fc.nat({ max: 3 }), (changes, repeat) => {
        const all = [...changes, ...changes.slice(0, repeat).map(([again]): [Buffer, Buffer | null] => [again, randomBytes(32)])];
        const expected = new Map<string, string>();
        let leaf: Buffer = emptyLeaf;
        for (const [entryId, value] of all) {
          leaf = withDigest(leaf, entryId, value);
          if (value === null) expected.delete(entryId.toString('hex'));
          else expected.set(entryId.toString('hex'), value.toString('hex'));
        }
        const records = leafRecords(leaf).map((record): [string, string] => [record.id.toString('hex'), record.digest.toString('hex')]);
        expect(records).toEqual([...expected].sort(([a], [b]) => (a < b ? -1 : 1)));
        for (const [entryId] of all) {
          const key = entryId.toString('hex');
          expect(digestInLeaf(leaf, entryId)?.toString('hex')).toBe(expected.get(key));
        }
      }),
    );
  });

  it('takes many new entries of a leaf at once as it takes them one by one', () => {
    const entries = fc.uniqueArray(fc.record({ id: idOfLeaf, digest }), {
      minLength: 1,
      maxLength: 12,
      selector: ({ id }) => id.toString('hex'),
    });
    fc.assert(
      fc.property(entries, fc.nat({ max: 12 }), (all, old) => {
        const put = (leaf: Buffer, part: typeof all) => part.reduce((before, entry) => withDigest(before, entry.id, entry.digest), leaf);
        const leaf = put(emptyLeaf, all.slice(0, old));
        const added = all.slice(old);
        expect(
          withDigests(
            leaf,
            added.toSorted((a, b) => Buffer.compare(a.id, b.id)),
          ),
        ).toEqual(put(leaf, added));
      }),
    );
  });

  it('tells in which slots two nodes differ', () => {
    const changed = [63, 5].reduce((node, index) => withSlot(node, index, Buffer.of(1)), emptyNode);
    expect(changedSlots(emptyNode, changed)).toEqual([5, 63]);
    expect(changedSlots(changed, Buffer.from(changed))).toEqual([]);
  });

  it('holds the digest of what was put in a slot, there and nowhere else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: leafCount - 1 }), fc.uint8Array({ minLength: 1 }), (leaf, content) => {
        const bytes = Buffer.from(content);
        const node = withSlot(emptyNode, leaf, bytes);
        expect(digestAt(node, leaf)).toEqual(sha256(bytes));
        expect(digestAt(emptyNode, leaf)).toEqual(sha256(emptyLeaf));
        expect(digestAt(node, leaf ^ 1)).toEqual(sha256(emptyLeaf));
        const nodes = withSlot(emptyNodes, nodeOf(leaf), node);
        expect(digestAt(nodes, nodeOf(leaf))).toEqual(sha256(node));
        expect(digestAt(emptyNodes, nodeOf(leaf))).toEqual(sha256(emptyNode));
        expect(digestAt(nodes, nodeOf(leaf) ^ 1)).toEqual(sha256(emptyNode));
      }),
    );
  });

  it('is made of digests of nothing where it is empty', () => {
    const nothing = createHash('sha256').digest();
    expect(emptyNode.equals(Buffer.concat(Array.from({ length: 64 }, () => nothing)))).toBe(true);
    const node = createHash('sha256').update(emptyNode).digest();
    expect(emptyNodes.equals(Buffer.concat(Array.from({ length: 64 }, () => node)))).toBe(true);
  });
});
