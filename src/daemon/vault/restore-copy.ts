import { VaultError } from '../../core/errors.ts';
import { newLineage } from '../../core/manifest/root.ts';
import { nodeCount } from '../../core/manifest/tree.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { UserRow } from '../store/user-rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { openStoredRoot, remember, writeRoot } from './manifest.ts';
import { allRows } from './rebuild.ts';
import type { VerifiedManifest } from './verified.ts';

/**
 * Makes the caller's vault in a proven copy the caller's vault here, in one transaction, in a lineage of its own: entries, history,
 * attachments and master password are those of the copy, and tokens are gone. An account that is not here yet is made. `user_exists`
 * where its name belongs to somebody else. Where it rejects, nothing was changed.
 */
export async function restoreVault(context: VaultContext, copy: VaultContext, caller: Caller): Promise<void> {
  const seen = context.seen.get(caller.userId);
  // Killed at any moment, the next login takes what is there: the old vault or the copy's.
  context.seen.forget(caller.userId);
  try {
    remember(context, caller, await putInPlace(context, copy, caller, seen?.version ?? 0));
  } catch (error) {
    if (seen !== null) context.seen.set(caller.userId, seen);
    throw error;
  }
}

async function putInPlace(context: VaultContext, copy: VaultContext, caller: Caller, seenVersion: number): Promise<VerifiedManifest> {
  return await copy.store.snapshot(async (from) => {
    const source = await from.users.byId(caller.userId);
    if (source === null) throw new VaultError('internal', 'the copy has lost its account');
    const { root } = openStoredRoot(caller, await from.manifest.root(source.seq));
    return await context.store.write(async (to) => {
      const user = await emptied(to, source);
      for await (const row of allRows(from, source.seq)) await copyEntry(from, to, user, row);
      await copyManifest(from, source.seq, to, user);
      await copyLog(from, source.seq, to, user);
      // Its segment goes with the log that is replaced: the next login begins another.
      to.whenSettled((committed) => {
        if (committed) context.accessLog.forget(caller.userId);
      });
      const version = Math.max(seenVersion, root.version) + 1;
      const next = { ...root, lineage: newLineage(), version };
      return await writeRoot(context, to, caller, { user, root: next, foreignVersion: context.store.foreignVersion() });
    });
  });
}

/** The number of the user here, who has nothing then but what opens the copy's entries. */
async function emptied(rows: Rows, { id, account, credential, lookupRules }: UserRow): Promise<number> {
  const present = await rows.users.byId(id);
  if (present === null) {
    if ((await rows.users.byAccount(account)) !== null) {
      throw new VaultError('user_exists', 'an account of this name is here already, and it is another one');
    }
    return await rows.users.insert({ id, account, credential, lookupRules });
  }
  await rows.entries.removeAll(present.seq);
  await rows.manifest.clear(present.seq);
  await rows.tokens.remove(present.seq, null);
  await rows.users.setCredential(present.seq, credential);
  await rows.users.setLookupRules(present.seq, lookupRules);
  return present.seq;
}

async function copyEntry(from: Rows, to: Rows, user: number, row: EntryRow): Promise<void> {
  const entry = to.entries.insert(user, row);
  for (const { revision, body } of await from.entries.revisions(row.seq)) to.entries.keepRevision(entry, revision, body);
  for (const { seq, id } of await from.attachments.ofEntry(row.seq)) {
    const attachment = await to.attachments.insert(entry, id);
    for (let index = 0; ; index++) {
      const chunk = await from.attachments.chunk(seq, index);
      if (chunk === null) break;
      await to.attachments.addChunks(attachment, index, [chunk]);
    }
  }
}

/** Its parts vouch for rows by what these hold, not by where they are: they are taken as they are. */
async function copyManifest(from: Rows, source: number, to: Rows, user: number): Promise<void> {
  for (let node = 0; node < nodeCount; node++) {
    to.manifest.setNode(user, node, await from.manifest.node(source, node));
    for (const [leaf, content] of await from.manifest.leavesOf(source, node)) to.manifest.setLeaf(user, leaf, content);
  }
}

/** The access log of the copy, whose head the root has: the one that was here is in the copy that was made of it. */
async function copyLog(from: Rows, source: number, to: Rows, user: number): Promise<void> {
  for (const { number } of await to.log.segments(user)) await to.log.drop(user, number);
  for (const segment of await from.log.segments(source)) {
    await to.log.insertSegment(user, segment);
    const records = await from.log.records(source, segment.number);
    await to.log.insertRecords(
      user,
      segment.number,
      records[0]?.position ?? 0,
      records.map(({ record }) => record),
    );
  }
}
