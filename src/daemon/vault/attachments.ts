import { randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { type Attachment, attachmentsAtMost, chunkCount, type ListedAttachment } from '../../core/entry/attachment.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { idBytes } from '../../core/entry/id.ts';
import type { EntryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { proveAttachment, readChunk, stageAttachment } from './attachment-chunks.ts';
import { change, refuseStale } from './change.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { damagedAttachment } from './damage.ts';
import { unwrapEntryKey } from './entry-seal.ts';
import { entryById, type OpenEntry } from './find-entry.ts';
import { handOut } from './hand-out.ts';
import { manifestIn } from './manifest-in.ts';
import { writeRevision } from './revision.ts';

/** A body that lists these attachments. */
export function withAttachments({ attachments: _, ...body }: EntryBody, attachments: readonly ListedAttachment[]): EntryBody {
  return attachments.length === 0 ? body : { ...body, attachments: [...attachments] };
}

/** The attachments that a body lists, as the API shows them. */
export function attachmentsOf({ attachments = [] }: EntryBody): Attachment[] {
  return attachments.map(({ id, name, size }) => ({ id, name, size }));
}

async function openById(context: VaultContext, caller: Caller, id: string, options: { readonly trashed: boolean }): Promise<OpenEntry> {
  return await context.store.read(async (rows) => {
    return await entryById({ rows, caller, manifest: await manifestIn(context, rows, caller) }, id, options);
  });
}

/** The attachments of an entry, also of one in the trash. `entry_not_found`. */
export async function listAttachments(context: VaultContext, caller: Caller, entryId: string): Promise<Attachment[]> {
  return attachmentsOf((await openById(context, caller, entryId, { trashed: true })).body);
}

function refuseName({ body: { attachments = [] } }: OpenEntry, name: string): void {
  if (attachments.some((other) => other.name === name)) {
    throw new VaultError('file_exists', 'the entry has an attachment of this name already');
  }
  if (attachments.length >= attachmentsAtMost) {
    throw new VaultError('invalid_request', `an entry holds at most ${String(attachmentsAtMost)} attachments`);
  }
}

/** The entry that an attachment is for, and the revision that the caller knows: null for any. */
export interface AttachTarget {
  readonly entryId: string;
  readonly name: string;
  readonly expected: number | null;
}

/**
 * Takes a file in as it arrives, sealed and staged on the disk, and makes it the entry's in one transaction at the end. Where
 * `data` throws, nothing has changed. `entry_not_found`, `revision_conflict`, `file_exists`, `payload_too_large`.
 */
export async function attachFile(
  context: VaultContext,
  caller: Caller,
  { entryId, name, expected }: AttachTarget,
  data: AsyncIterable<Uint8Array>,
): Promise<EntryReference & { attachment: Attachment }> {
  const begun = await openById(context, caller, entryId, { trashed: false });
  refuseStale(begun, expected);
  refuseName(begun, name);
  const importId = randomBytes(16);
  const key = unwrapEntryKey(caller, begun.row);
  try {
    const listed = await stageAttachment(context, importId, { userId: caller.userId, entryId: begun.row.id, key }, name, data);
    const reference = await change(context, caller, async (search) => {
      const entry = await entryById(search, entryId);
      refuseStale(entry, expected);
      refuseName(entry, name);
      await search.rows.attachments.switchIn(importId, search.manifest.user);
      const attachments = [...(entry.body.attachments ?? []), listed];
      return await writeRevision(search, entry, { ...withAttachments(entry.body, attachments), updatedAt: timestamp(context) });
    });
    return { ...reference, attachment: { id: listed.id, name, size: listed.size } };
  } catch (error) {
    await context.store.discard(importId).catch(() => undefined);
    throw error;
  } finally {
    wipe(key);
  }
}

function listedIn({ body: { attachments = [] } }: OpenEntry, id: string): ListedAttachment {
  const listed = attachments.find((attachment) => attachment.id === id.toLowerCase());
  if (listed === undefined) throw new VaultError('field_not_found', 'the entry has no such attachment');
  return listed;
}

/** An attachment to be read chunk by chunk. Whoever opened it closes it, which wipes its key. */
export interface OpenAttachment {
  readonly attachment: Attachment;
  /** The next chunk, or null at the end. `vault_corrupt`. */
  next(): Promise<Buffer | null>;
  close(): void;
}

/**
 * Opens an attachment once all of it is proven: `vault_corrupt` before a byte is given where a chunk was changed, cut, moved or
 * swapped. No transaction lasts from one chunk to the next. `entry_not_found`, `field_not_found`.
 */
export async function openAttachment(context: VaultContext, caller: Caller, entryId: string, id: string): Promise<OpenAttachment> {
  const entry = await openById(context, caller, entryId, { trashed: true });
  const listed = listedIn(entry, id);
  const seq = await context.store.read((rows) => rows.attachments.find(entry.row.seq, idBytes(listed.id)));
  if (seq === null) throw damagedAttachment(entry.row.id, idBytes(listed.id));
  const read = (index: number) => context.store.read((rows) => rows.attachments.chunk(seq, index));
  await proveAttachment(entry.row.id, listed, read);
  handOut(context, caller, entry.id);
  const owner = { userId: Buffer.from(caller.userId), entryId: entry.row.id, key: unwrapEntryKey(caller, entry.row) };
  let index = 0;
  return {
    attachment: { id: listed.id, name: listed.name, size: listed.size },
    next: async () => (index < chunkCount(listed.size) ? await readChunk(owner, listed, index++, read) : null),
    close: () => {
      wipe(owner.key);
    },
  };
}

/** Takes an attachment off an entry; earlier revisions keep it. `entry_not_found`, `field_not_found`, `revision_conflict`. */
export async function removeAttachment(
  context: VaultContext,
  caller: Caller,
  { entryId, id, expected }: { readonly entryId: string; readonly id: string; readonly expected: number | null },
): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, entryId);
    refuseStale(entry, expected);
    const removed = listedIn(entry, id);
    const kept = (entry.body.attachments ?? []).filter((attachment) => attachment !== removed);
    return await writeRevision(search, entry, { ...withAttachments(entry.body, kept), updatedAt: timestamp(context) });
  });
}
