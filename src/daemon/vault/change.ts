import { VaultError } from '../../core/errors.ts';
import type { Caller, VaultContext } from './context.ts';
import type { OpenEntry, Search } from './find-entry.ts';
import { remember } from './manifest.ts';
import { manifestToChange } from './manifest-in.ts';

/** Runs a change in one transaction; what `work` changed is sealed into the manifest and remembered once it is on the disk. */
export async function change<T>(context: VaultContext, caller: Caller, work: (search: Search) => Promise<T>): Promise<T> {
  const { result, sealed } = await context.store.write(async (rows) => {
    const manifest = await manifestToChange(context, rows, caller);
    const result = await work({ rows, caller, manifest });
    return { result, sealed: manifest.changed ? await manifest.seal() : null };
  });
  if (sealed !== null) remember(context, caller, sealed);
  return result;
}

/** `revision_conflict` where a change was made for another revision than the present one; `expected` null means any. */
export function refuseStale({ row }: OpenEntry, expected: number | null): void {
  if (expected === null || expected === row.revision) return;
  throw new VaultError('revision_conflict', 'the entry was changed meanwhile', { details: { revision: row.revision } });
}
