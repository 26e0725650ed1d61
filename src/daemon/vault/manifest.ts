import { type ManifestRoot, openRoot, sealRoot } from '../../core/manifest/root.ts';
import { type ManifestRow, rowDigest } from '../../core/manifest/row.ts';
import {
  digestAt,
  digestInLeaf,
  emptyLeaf,
  emptyNodes,
  leafOf,
  leavesOfNode,
  nodeOf,
  sha256,
  withDigest,
  withDigests,
  withSlot,
} from '../../core/manifest/tree.ts';
import { blobId } from '../../core/crypto/seal.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import { Touched } from '../access-log/touched.ts';
import { checkLeaf, problemOf } from './check-rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { damagedRows, refusedManifest } from './damage.ts';
import type { RowDigest } from './row-digests.ts';
import type { VerifiedManifest } from './verified.ts';

/** Tells the daemon and `seen.json` of a manifest that fits every row and is on the disk: for new ones, after the commit. */
export function remember(context: VaultContext, { userId }: Caller, verified: VerifiedManifest): void {
  context.verified.set(userId, verified);
  const { root, rootId } = verified;
  context.seen.set(userId, { lineage: root.lineage.toString('hex'), version: root.version, root: rootId.toString('hex') });
}

/**
 * One user's manifest inside one transaction: vouches for rows, takes changes, and seals them all into the next root. Parts
 * are checked against the root when they are first used.
 */
export class Manifest {
  readonly #context: VaultContext;
  readonly #rows: Rows;
  readonly #caller: Caller | null;
  readonly #verified: VerifiedManifest;
  readonly #leaves = new Map<number, Buffer>();
  readonly #nodes = new Map<number, Buffer>();
  readonly #changedLeaves = new Set<number>();
  readonly #touched: Touched;
  #entries: number;

  /** @param caller whose keys seal what is changed; null where nothing is */
  constructor(context: VaultContext, rows: Rows, caller: Caller | null, verified: VerifiedManifest, touched = new Touched()) {
    this.#touched = touched;
    this.#context = context;
    this.#rows = rows;
    this.#caller = caller;
    this.#verified = verified;
    this.#entries = verified.root.entries;
  }

  get user(): number {
    return this.#verified.user;
  }

  get root(): ManifestRoot {
    return this.#verified.root;
  }

  get rootId(): Buffer {
    return this.#verified.rootId;
  }

  /** A node's content, checked against the root. */
  async node(node: number): Promise<Buffer> {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const content = await this.#vouched(digestAt(this.root.nodes, node), () => this.#rows.manifest.node(this.user, node));
    this.#nodes.set(node, content);
    return content;
  }

  /** Whether there is something to seal. */
  get changed(): boolean {
    return this.#changedLeaves.size > 0;
  }

  /** The same manifest without entries, to be filled again and sealed with the keys of `caller`. */
  startedOver(caller: Caller): Manifest {
    const root = { ...this.root, entries: 0, nodes: emptyNodes };
    return new Manifest(this.#context, this.#rows, caller, { ...this.#verified, root }, new Touched({ silent: true }));
  }

  /** Returns if the row is the one the manifest knows; `vault_corrupt` names it otherwise. */
  async vouchFor(row: EntryRow): Promise<void> {
    const digest = digestInLeaf(await this.#leaf(leafOf(row.id)), row.id);
    if (digest === null) throw damagedRows([{ id: row.id, problem: 'added' }]);
    if (!digest.equals(rowDigest(row))) throw damagedRows([{ id: row.id, problem: await problemOf(this.#rows, row) }]);
  }

  /** Reads all leaves of a node at once, for work that needs many of them. */
  async prefetch(node: number): Promise<void> {
    const stored = await this.#rows.manifest.leavesOf(this.user, node);
    const [from, to] = leavesOfNode(node);
    const content = await this.node(node);
    for (let leaf = from; leaf < to; leaf++) {
      if (this.#leaves.has(leaf)) continue;
      this.#leaves.set(leaf, await this.#vouched(digestAt(content, leaf), () => Promise.resolve(stored.get(leaf) ?? emptyLeaf)));
    }
  }

  /** Returns if these are all rows of a leaf, and each the one the manifest knows. */
  async vouchForLeaf(leaf: number, present: readonly EntryRow[]): Promise<void> {
    const problems = await checkLeaf(this.#rows, await this.#leaf(leaf), present);
    if (problems.length > 0) throw damagedRows(problems);
  }

  /** Takes a new row in. */
  async add(row: ManifestRow): Promise<void> {
    const id = Buffer.from(row.id);
    await this.addDigests(leafOf(id), [{ id, digest: rowDigest(row) }]);
  }

  /** Takes new rows of one leaf in, in the order of their ids, of which only the digests are at hand. */
  async addDigests(leaf: number, rows: readonly RowDigest[]): Promise<void> {
    const content = await this.#leaf(leaf);
    const known = rows.filter(({ id }) => digestInLeaf(content, id) !== null);
    if (known.length > 0) throw damagedRows(known.map(({ id }) => ({ id, problem: 'missing' })));
    this.#put(leaf, withDigests(content, rows));
    for (const { id } of rows) this.#touched.added(id);
    this.#entries += rows.length;
  }

  /** Replaces a row, which it checks first. */
  async replace(old: EntryRow, row: ManifestRow): Promise<void> {
    await this.vouchFor(old);
    const leaf = leafOf(row.id);
    this.#put(leaf, withDigest(await this.#leaf(leaf), row.id, rowDigest(row)));
    this.#touched.replaced(old, row);
  }

  /** Takes a row out, which it checks first. */
  async remove(row: EntryRow): Promise<void> {
    await this.vouchFor(row);
    const leaf = leafOf(row.id);
    this.#put(leaf, withDigest(await this.#leaf(leaf), row.id, null));
    this.#touched.deleted(row.id);
    this.#entries -= 1;
  }

  /** Writes the changed parts and the next root, which is to be remembered once it is committed. `changes` are those of the root itself. */
  async seal(changes: Partial<Pick<ManifestRoot, 'credentialChecksum' | 'lineage' | 'logHead'>> = {}): Promise<VerifiedManifest> {
    const { user, root, foreignVersion } = this.#verified;
    if (this.#caller === null) throw new RangeError('nobody is there to seal the manifest');
    for (const leaf of this.#changedLeaves) {
      const content = await this.#leaf(leaf);
      this.#rows.manifest.setLeaf(user, leaf, content);
      const node = nodeOf(leaf);
      this.#nodes.set(node, withSlot(await this.node(node), leaf, content));
    }
    let nodes = root.nodes;
    for (const node of new Set([...this.#changedLeaves].map(nodeOf))) {
      const content = await this.node(node);
      this.#rows.manifest.setNode(user, node, content);
      nodes = withSlot(nodes, node, content);
    }
    await this.#context.accessLog.append(this.#rows, this.#caller, this.#touched.happenings());
    const next: ManifestRoot = { ...root, ...changes, version: root.version + 1, entries: this.#entries, nodes };
    return await writeRoot(this.#context, this.#rows, this.#caller, { user, root: next, foreignVersion });
  }

  #put(leaf: number, content: Buffer): void {
    this.#leaves.set(leaf, content);
    this.#changedLeaves.add(leaf);
  }

  async #leaf(leaf: number): Promise<Buffer> {
    const known = this.#leaves.get(leaf);
    if (known !== undefined) return known;
    const digest = digestAt(await this.node(nodeOf(leaf)), leaf);
    const content = await this.#vouched(digest, () => this.#rows.manifest.leaf(this.user, leaf));
    this.#leaves.set(leaf, content);
    return content;
  }

  /** The content of this SHA-256: known already, or read and checked. */
  async #vouched(digest: Buffer, read: () => Promise<Buffer>): Promise<Buffer> {
    const { contents } = this.#context.verified;
    const known = contents.get(digest);
    if (known !== null) return known;
    const content = await read();
    if (!sha256(content).equals(digest)) throw refusedManifest('manifest');
    contents.set(digest, content);
    return content;
  }
}

/** Seals and stores a root as it is; to be remembered once it is committed. */
export async function writeRoot(
  { verified }: VaultContext,
  rows: Rows,
  { keys, userId }: Caller,
  parts: Omit<VerifiedManifest, 'rootId'>,
): Promise<VerifiedManifest> {
  const blob = sealRoot(keys.manifest, userId, parts.root);
  await rows.manifest.setRoot(parts.user, blob);
  const written = { ...parts, rootId: blobId(blob) };
  verified.propose(userId, written);
  return written;
}

/** Opens what the database holds as a user's root; `vault_corrupt` where there is none or it is not this user's. */
export function openStoredRoot({ keys, userId }: Caller, blob: Buffer | null): { root: ManifestRoot; rootId: Buffer } {
  if (blob === null) throw refusedManifest('manifest');
  try {
    return { root: openRoot(keys.manifest, userId, blob), rootId: blobId(blob) };
  } catch {
    throw refusedManifest('manifest');
  }
}
