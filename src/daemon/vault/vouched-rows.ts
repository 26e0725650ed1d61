import { byLeaf, idsOfLeaves } from '../../core/manifest/tree.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { Manifest } from './manifest.ts';

/** All rows of the leaves `[from, to)`, by id, every one of them held against the manifest: `vault_corrupt` names what is missing or altered. */
export async function vouchedRows({ rows, manifest }: { rows: Rows; manifest: Manifest }, from: number, to: number): Promise<EntryRow[]> {
  const found = await rows.entries.range(manifest.user, ...idsOfLeaves(from, to));
  const rowsOf = byLeaf(found);
  for (let leaf = from; leaf < to; leaf++) await manifest.vouchForLeaf(leaf, rowsOf.get(leaf) ?? []);
  return found;
}
