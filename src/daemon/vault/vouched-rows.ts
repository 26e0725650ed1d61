import { firstIdOfLeaf, leafCount, leafOf } from '../../core/manifest/tree.ts';
import type { EntryRow } from '../store/entry-rows.ts';
import type { Rows } from '../store/rows.ts';
import type { Manifest } from './manifest.ts';

/** All rows of the leaves `[from, to)`, by id, every one of them held against the manifest: `vault_corrupt` names what is missing or altered. */
export async function vouchedRows({ rows, manifest }: { rows: Rows; manifest: Manifest }, from: number, to: number): Promise<EntryRow[]> {
  const found = await rows.entries.range(manifest.user, firstIdOfLeaf(from), to < leafCount ? firstIdOfLeaf(to) : null, { heads: false });
  const byLeaf = new Map<number, EntryRow[]>();
  for (const row of found) {
    const leaf = leafOf(row.id);
    const known = byLeaf.get(leaf);
    if (known === undefined) byLeaf.set(leaf, [row]);
    else known.push(row);
  }
  for (let leaf = from; leaf < to; leaf++) await manifest.vouchForLeaf(leaf, byLeaf.get(leaf) ?? []);
  return found;
}
