import { newLineage } from '../../core/manifest/root.ts';
import type { Caller, VaultContext } from './context.ts';
import { refusedManifest } from './damage.ts';
import { openStoredRoot, remember, writeRoot } from './manifest.ts';
import { rebuildLookupValues } from './rebuild.ts';
import { contradiction, judge, look } from './sighting.ts';
import { purgeTrash } from './trash.ts';
import type { VerifiedManifest } from './verified.ts';

/** A login's check of the whole vault: begun without keys beside the KDF, finished with them. */
export interface Verification {
  /**
   * Resolves when the vault is what it was left as. `vault_corrupt` otherwise: entries by id in `details`, or why the manifest
   * is refused. With `acceptOlder` a state that this machine's memory contradicts is taken, in a new lineage.
   */
  finish(caller: Caller, options: { acceptOlder: boolean }): Promise<void>;
}

/** Starts the part of a login's check that needs no keys. Its failures surface in `finish`. */
export function beginVerification(context: VaultContext, userId: Buffer): Verification {
  // Read before the snapshot is taken: what is remembered is then never newer than what the snapshot shows.
  const seen = context.seen.get(userId);
  const looking = context.store.snapshot((rows) => look(context, rows, userId));
  looking.catch(() => undefined);
  return {
    finish: async (caller, { acceptOlder }) => {
      const verified = judge(caller, await looking);
      const problem = contradiction(seen, verified);
      if (problem === null) remember(context, caller, verified);
      else if (acceptOlder) await startLineage(context, caller, verified, seen?.version ?? 0);
      else throw refusedManifest(problem);
      await rebuildLookupValues(context, caller);
      await purgeTrash(context, caller);
      await context.store.removeCopies();
    },
  };
}

/** Goes on from a state the owner accepted, above every version seen, in a lineage that no older copy shares. */
async function startLineage(context: VaultContext, caller: Caller, verified: VerifiedManifest, seenVersion: number): Promise<void> {
  const sealed = await context.store.write(async (rows) => {
    const { rootId } = openStoredRoot(caller, await rows.manifest.root(verified.user));
    if (!rootId.equals(verified.rootId)) throw refusedManifest('manifest');
    const version = Math.max(seenVersion, verified.root.version) + 1;
    return await writeRoot(context, rows, caller, { ...verified, root: { ...verified.root, lineage: newLineage(), version } });
  });
  remember(context, caller, sealed);
}
