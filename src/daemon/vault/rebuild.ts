import type { EntryBody } from '../../core/entry/body.ts';
import { lookupRulesVersion, lookupTerms, lookupValue } from '../../core/lookup/terms.ts';
import { idsOfLeaves, leavesOfNode, nodeCount } from '../../core/manifest/tree.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { lookupValues, openEntry } from './entry-seal.ts';
import { remember } from './manifest.ts';
import { manifestToChange } from './manifest-in.ts';

/** All of a user's rows, whole, one after the other. */
export async function* allRows(rows: Rows, user: number): AsyncGenerator<EntryRow> {
  for (let node = 0; node < nodeCount; node++) yield* await rows.entries.range(user, ...idsOfLeaves(...leavesOfNode(node)));
}

/** These can lack terms (for uses; for hosts with letters of Latin-1) and have none that is wrong: what has all of its terms is left as it is. */
const rulesThatLackTerms = [1, 2];

function hasEveryTerm({ keys }: Caller, row: EntryRow, body: EntryBody): boolean {
  return lookupTerms(body).every((term) => {
    const value = lookupValue(keys.lookup, term);
    return row.lookupValues.some((known) => known.equals(value));
  });
}

/** Makes the caller's lookup values anew where they are of other rules than this version's. One transaction. */
export async function rebuildLookupValues(context: VaultContext, caller: Caller): Promise<void> {
  const user = await context.store.read((rows) => rows.users.byId(caller.userId));
  if (user === null || user.lookupRules === lookupRulesVersion) return;
  const sealed = await context.store.write(async (rows) => {
    const manifest = await manifestToChange(context, rows, caller);
    for await (const row of allRows(rows, manifest.user)) {
      const body = openEntry(caller, row);
      if (rulesThatLackTerms.includes(user.lookupRules) && hasEveryTerm(caller, row, body)) continue;
      const next = { ...row, lookupValues: lookupValues(caller, body) };
      await manifest.replace(row, next);
      await rows.entries.update(next, next.lookupValues);
    }
    await rows.users.setLookupRules(manifest.user, lookupRulesVersion);
    return await manifest.seal();
  });
  remember(context, caller, sealed);
}
