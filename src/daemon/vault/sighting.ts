import type { Rows } from '../store/rows.ts';
import { digestAt } from '../../core/manifest/tree.ts';
import { type RowCheck, checkRows } from './check-rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { type ManifestProblem, damagedRows, refusedManifest } from './damage.ts';
import { openStoredRoot } from './manifest.ts';
import type { SeenManifest } from './seen.ts';
import type { VerifiedManifest } from './verified.ts';

/** What one snapshot shows of a user's vault, before any key is there. */
export interface Sighting {
  readonly user: number;
  readonly check: RowCheck;
  readonly rootBlob: Buffer | null;
  readonly credentialChecksum: Buffer;
  readonly foreignVersion: number;
}

/** Checks all that can be checked without keys. */
export async function look({ store }: VaultContext, rows: Rows, userId: Buffer): Promise<Sighting> {
  const user = await rows.users.byId(userId);
  if (user === null) throw refusedManifest('manifest');
  const rootBlob = await rows.manifest.root(user.seq);
  const foreignVersion = store.foreignVersion();
  return { user: user.seq, check: await checkRows(rows, user.seq), rootBlob, credentialChecksum: user.credential.checksum, foreignVersion };
}

/** Holds a sighting against the root, which the caller's keys open. */
export function judge(caller: Caller, { user, check, rootBlob, credentialChecksum, foreignVersion }: Sighting): VerifiedManifest {
  if (check.problems.length > 0) throw damagedRows(check.problems);
  const { root, rootId } = openStoredRoot(caller, rootBlob);
  if (!root.credentialChecksum.equals(credentialChecksum)) throw refusedManifest('credential');
  const doubted = check.idsByNode.flatMap((_, node) => (digestAt(root.nodes, node).equals(digestAt(check.nodes, node)) ? [] : [node]));
  const ids = doubted.flatMap((node) => check.idsByNode[node] ?? []);
  if (ids.length > 0) throw damagedRows(ids.map((id) => ({ id, problem: 'unproven' })));
  if (doubted.length > 0 || check.idsByNode.flat().length !== root.entries) throw refusedManifest('manifest');
  return { user, root, rootId, foreignVersion };
}

/** What this machine's memory has against a manifest; null where nothing. */
export function contradiction(seen: SeenManifest | null, { root, rootId }: VerifiedManifest): ManifestProblem | null {
  if (seen === null) return null;
  if (seen.lineage !== root.lineage.toString('hex')) return 'lineage';
  if (root.version < seen.version) return 'older';
  return root.version === seen.version && seen.root !== rootId.toString('hex') ? 'fork' : null;
}
