import { randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { newId } from '../../core/entry/id.ts';
import type { ListedAttachment } from '../../core/entry/attachment.ts';
import type { ConflictPolicy, ImportedEntry, ImportReport } from '../../core/entry/import.ts';
import type { EntryContent } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { rowDigest } from '../../core/manifest/row.ts';
import type { StagedEntry } from '../store/staged-rows.ts';
import { withAttachments } from './attachments.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { lookupValues, newEntryKey, unwrapEntryKey } from './entry-seal.ts';
import { entryById, findEntries, type OpenEntry } from './find-entry.ts';
import { HeldEntries } from './held-entries.ts';
import { bodyOf, type EarlierContent, sealRevisions } from './imported-body.ts';
import { contentOf } from './imported-content.ts';
import { type ArrivingEntry, stageFiles } from './imported-files.ts';
import { Placing } from './imported-place.ts';
import { manifestIn, manifestToChange } from './manifest-in.ts';
import { remember } from './manifest.ts';
import { writeRevision } from './revision.ts';
import { RowDigests } from './row-digests.ts';

export interface ImportOptions {
  readonly onConflict: ConflictPolicy;
  /** Reports what would come, and changes nothing. */
  readonly dryRun: boolean;
  /** How many bytes of sealed entries wait in memory; what is more is staged on the disk. */
  readonly heldAtMost?: number;
}

/** So many entries are looked up and sealed at a time: few, so that they are gone before the garbage collector takes them for lasting. */
const batchSize = 32;
/** What their texts may weigh together, in characters. */
const batchLength = 1024 * 1024;
/** Sealed entries up to this many bytes (some 130,000 of the usual size) wait in memory; only those beyond are staged on the disk. */
const usuallyHeld = 128 * 1024 * 1024;
/** So many bytes of them are staged in one transaction: each is synced to the disk. */
const stagedAtOnce = 1024 * 1024;

/** An existing entry that is to become what was imported. */
interface Replacement {
  readonly id: string;
  readonly revision: number;
  readonly content: EntryContent;
  readonly pending: EntryBody['pending'];
  /** Already staged, under the entry's key. */
  readonly attachments: readonly ListedAttachment[];
}

/** An import on its way: what has been staged, and what it will do. */
interface Staging {
  readonly importId: Buffer;
  readonly added: RowDigests;
  /** Sealed entries that wait in memory until all have come. */
  readonly held: HeldEntries;
  /** Those that are too many for that, on their way to the disk. */
  leaving: HeldEntries;
  readonly replacements: Replacement[];
  readonly report: ImportReport;
  readonly placing: Placing;
}

/**
 * Takes in entries as they arrive, seals them, stages on the disk what is too much for the memory, and makes all of them part of the vault in one transaction
 * at the end. Where `entries` throws, nothing has changed.
 */
export async function importEntries(
  context: VaultContext,
  caller: Caller,
  entries: AsyncIterable<ArrivingEntry>,
  options: ImportOptions,
): Promise<ImportReport> {
  const report = { imported: 0, skipped: 0, conflicts: 0, problems: [] };
  const staging: Staging = {
    importId: randomBytes(16),
    added: new RowDigests(),
    held: new HeldEntries(),
    leaving: new HeldEntries(),
    replacements: [],
    report,
    placing: new Placing(report, options.onConflict),
  };
  try {
    let batch: ArrivingEntry[] = [];
    let length = 0;
    for await (const entry of entries) {
      batch.push(entry);
      length += weight(entry);
      // Files have to be read before the next entry comes.
      if (batch.length < batchSize && length < batchLength && entry.files === undefined) continue;
      await stage(context, caller, staging, batch, options);
      batch = [];
      length = 0;
    }
    await stage(context, caller, staging, batch, options);
    await sendOff(context, staging);
    if (!options.dryRun) await switchIn(context, caller, staging);
    return staging.report;
  } catch (error) {
    await context.store.discard(staging.importId).catch(() => undefined);
    throw error;
  }
}

/** Roughly how many characters an entry holds, its earlier revisions included. */
function weight({ history, ...entry }: ImportedEntry): number {
  return [entry, ...history].reduce((sum, { name, username, password, notes, urls, fields }) => {
    const texts = [name, username ?? '', password ?? '', notes ?? '', ...urls, ...fields.map(({ value }) => value)];
    return sum + texts.reduce((length, text) => length + text.length, 0);
  }, 0);
}

async function stage(
  context: VaultContext,
  caller: Caller,
  staging: Staging,
  batch: readonly ArrivingEntry[],
  options: ImportOptions,
): Promise<void> {
  const existing = await twins(context, caller, batch);
  const now = timestamp(context);
  for (const [at, imported] of batch.entries()) {
    const { attachments, pending, history, trashed } = imported;
    const problem = (message: string) => void staging.report.problems.push({ place: imported.place ?? imported.name, message });
    const content = contentOf(imported, problem);
    const place = staging.placing.of({ content, attachments, pending, trashed }, existing[at] ?? [], problem);
    if (place === 'nowhere') continue;
    staging.report.imported += 1;
    if (place !== 'new' && history.length > 0) {
      problem('replaces an entry that has a history of its own: its earlier revisions were left out');
    }
    if (options.dryRun) continue;
    if (place === 'new') {
      const earlier = history.map((revision) => ({ revision, content: contentOf(revision, problem) }));
      hold(staging, await sealNew(context, caller, staging, imported, bodyOf(imported, content, now), earlier), options.heldAtMost);
    } else await noteReplacement(context, caller, staging, imported, { entry: place, content });
  }
  if (staging.leaving.bytes >= stagedAtOnce) await sendOff(context, staging);
}

function hold({ held, leaving }: Staging, entry: StagedEntry, heldAtMost = usuallyHeld): void {
  const bytes = [entry.wrappedKey, entry.body, ...entry.past].reduce((sum, { length }) => sum + length, 0);
  const place = held.bytes + bytes <= heldAtMost ? held : leaving;
  place.add(entry);
}

/** Stages on the disk what does not wait in memory. */
async function sendOff({ store }: VaultContext, staging: Staging): Promise<void> {
  const { importId, leaving } = staging;
  staging.leaving = new HeldEntries();
  if (leaving.bytes === 0) return;
  await store.stage((rows) => {
    rows.staged.insert(importId, leaving.inOrder());
    return Promise.resolve();
  });
}

/** The vault's entries of the same name and username, for each of a batch; those in the trash for what is to go there. */
async function twins(context: VaultContext, caller: Caller, batch: readonly ImportedEntry[]): Promise<OpenEntry[][]> {
  return await context.store.read(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    if (manifest.root.entries === 0) return batch.map(() => []);
    const found: OpenEntry[][] = [];
    for (const { name, username, trashed } of batch) {
      const query = { website: name, username: username ?? '', exact: true };
      found.push(await findEntries({ rows, caller, manifest }, query, { trashed }));
    }
    return found;
  });
}

async function sealNew(
  context: VaultContext,
  caller: Caller,
  { importId, added }: Staging,
  imported: ArrivingEntry,
  present: EntryBody,
  earlier: readonly EarlierContent[],
): Promise<StagedEntry> {
  const id = newId();
  const { key, wrappedKey } = newEntryKey(caller, id);
  try {
    const owner = { userId: caller.userId, entryId: id, key };
    const attachments = imported.files === undefined ? [] : await stageFiles(context, importId, owner, imported);
    const { past, body } = sealRevisions(caller, { id, key }, present, earlier, attachments);
    const row = { id, trashed: present.trashedAt !== null, wrappedKey, body, lookupValues: lookupValues(caller, present) };
    added.add(id, rowDigest({ ...row, revision: past.length + 1 }));
    return { ...row, past };
  } finally {
    wipe(key);
  }
}

async function noteReplacement(
  context: VaultContext,
  caller: Caller,
  { importId, replacements }: Staging,
  imported: ArrivingEntry,
  { entry, content }: { readonly entry: OpenEntry; readonly content: EntryContent },
): Promise<void> {
  const key = unwrapEntryKey(caller, entry.row);
  try {
    const attachments = await stageFiles(context, importId, { userId: caller.userId, entryId: entry.row.id, key }, imported);
    replacements.push({ id: entry.id, revision: entry.row.revision, content, pending: imported.pending, attachments });
  } finally {
    wipe(key);
  }
}

async function switchIn(context: VaultContext, caller: Caller, { importId, added, held, replacements }: Staging): Promise<void> {
  if (added.isEmpty && replacements.length === 0) return;
  const sealed = await context.store.write(async (rows) => {
    const manifest = await manifestToChange(context, rows, caller);
    for (const row of held.inOrder()) rows.staged.place(manifest.user, row);
    await rows.staged.switchIn(importId, manifest.user);
    for (const [leaf, digests] of added.leaves()) await manifest.addDigests(leaf, digests);
    const now = timestamp(context);
    for (const { id, revision, content, pending, attachments } of replacements) {
      const entry = await entryById({ rows, caller, manifest }, id);
      if (entry.row.revision !== revision) {
        throw new VaultError('revision_conflict', 'the vault was changed during the import: import again');
      }
      const passwordChangedAt = content.password === entry.body.password ? entry.body.passwordChangedAt : now;
      const kept = (entry.body.attachments ?? []).filter((own) => !attachments.some(({ name }) => name === own.name));
      const body = withAttachments(
        { ...entry.body, ...content, ...(pending === undefined ? {} : { pending }), updatedAt: now, passwordChangedAt },
        [...kept, ...attachments],
      );
      await writeRevision({ rows, caller, manifest }, entry, body);
    }
    return await manifest.seal();
  });
  remember(context, caller, sealed);
}
