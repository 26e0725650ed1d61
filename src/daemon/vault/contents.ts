import { wipe } from '../../core/crypto/bytes.ts';
import { chunkCount } from '../../core/entry/attachment.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { idBytes, idText } from '../../core/entry/id.ts';
import { createBreather } from '../breather.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import { proveAttachment, readChunk } from './attachment-chunks.ts';
import type { Caller, VaultContext } from './context.ts';
import { damagedAttachment, damagedRows } from './damage.ts';
import { blobDigest, openBody, unwrapEntryKey } from './entry-seal.ts';
import { manifestIn } from './manifest-in.ts';
import { allRows } from './rebuild.ts';

/** What a vault holds, once all of it was opened. */
export interface Contents {
  readonly entries: number;
  readonly trashed: number;
  readonly revisions: number;
  readonly attachments: number;
  /** ISO 8601; null where there is nothing. */
  readonly newestChange: string | null;
}

/**
 * Opens everything that a vault holds: each entry, each kept revision and each chunk of each attachment, and holds all of it against
 * what proves it. `vault_corrupt` names what is not as it was left.
 */
export async function openEverything(context: VaultContext, caller: Caller): Promise<Contents> {
  return await context.store.snapshot(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    let contents: Contents = { entries: 0, trashed: 0, revisions: 0, attachments: 0, newestChange: null };
    const breathe = createBreather();
    for await (const row of allRows(rows, manifest.user)) {
      await manifest.vouchFor(row);
      contents = added(contents, await openWhole(rows, caller, row));
      await breathe();
    }
    return contents;
  });
}

function added(sum: Contents, { trashed, revisions, attachments, changed }: Opened): Contents {
  return {
    entries: sum.entries + (trashed ? 0 : 1),
    trashed: sum.trashed + (trashed ? 1 : 0),
    revisions: sum.revisions + revisions,
    attachments: sum.attachments + attachments,
    newestChange: sum.newestChange === null || changed > sum.newestChange ? changed : sum.newestChange,
  };
}

interface Opened {
  readonly trashed: boolean;
  readonly revisions: number;
  readonly attachments: number;
  readonly changed: string;
}

async function openWhole(rows: Rows, caller: Caller, row: EntryRow): Promise<Opened> {
  const key = unwrapEntryKey(caller, row);
  try {
    const body = openBody(caller, key, row, row.body);
    const kept = await rows.entries.revisions(row.seq);
    const proven = kept.length === body.history.length && kept.every((one, at) => body.history[at]?.digest === blobDigest(one.body));
    if (!proven) throw damagedRows([{ id: row.id, problem: 'altered' }]);
    const past = kept.map((one) => openBody(caller, key, { id: row.id, revision: one.revision }, one.body));
    const attachments = await openAttachments(rows, { userId: caller.userId, entryId: row.id, key }, row, [body, ...past]);
    return { trashed: row.trashed, revisions: kept.length, attachments, changed: body.updatedAt };
  } finally {
    wipe(key);
  }
}

async function openAttachments(
  rows: Rows,
  owner: { readonly userId: Buffer; readonly entryId: Buffer; readonly key: Buffer },
  { seq: entry }: EntryRow,
  bodies: readonly EntryBody[],
): Promise<number> {
  const listed = new Map(bodies.flatMap(({ attachments = [] }) => attachments.map((attachment) => [attachment.id, attachment])));
  const stored = new Map((await rows.attachments.ofEntry(entry)).map(({ id, seq }) => [idText(id), seq]));
  for (const attachment of listed.values()) {
    const seq = stored.get(attachment.id);
    if (seq === undefined) throw damagedAttachment(owner.entryId, idBytes(attachment.id));
    const read = (index: number) => rows.attachments.chunk(seq, index);
    await proveAttachment(owner.entryId, attachment, read);
    for (let index = 0; index < chunkCount(attachment.size); index++) wipe(await readChunk(owner, attachment, index, read));
  }
  return listed.size;
}
