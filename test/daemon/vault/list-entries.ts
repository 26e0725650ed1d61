import { z } from 'zod';
import { type EntrySummary, entrySummary } from '../../../src/core/entry/schema.ts';
import type { Caller, VaultContext } from '../../../src/daemon/vault/context.ts';
import { listEntriesAsJson, type ListFilter } from '../../../src/daemon/vault/list.ts';

const summaries = z.array(entrySummary);

/** What a list holds. */
export async function listEntries(context: VaultContext, caller: Caller, filter: ListFilter): Promise<EntrySummary[]> {
  return summaries.parse(JSON.parse((await listEntriesAsJson(context, caller, filter)).toString()));
}
