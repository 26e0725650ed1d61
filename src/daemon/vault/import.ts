import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { wipe } from '../../core/crypto/bytes.ts';
import { type EntryBody, newBody } from '../../core/entry/body.ts';
import { newId } from '../../core/entry/id.ts';
import type { ConflictPolicy, ImportedEntry, ImportReport } from '../../core/entry/import.ts';
import type { EntryContent } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { normalizeTotp } from '../../core/totp.ts';
import { rowDigest } from '../../core/manifest/row.ts';
import type { StagedEntry } from '../store/staged-rows.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { lookupValues, newEntryKey, sealBody } from './entry-seal.ts';
import { entryById, findEntries, type OpenEntry } from './find-entry.ts';
import { manifestIn } from './manifest-in.ts';
import { remember } from './manifest.ts';
import { writeRevision } from './revision.ts';

export interface ImportOptions {
  readonly onConflict: ConflictPolicy;
  /** Reports what would come, and changes nothing. */
  readonly dryRun: boolean;
}

/** So many entries are staged in one transaction. */
const batchSize = 64;

/** An existing entry that is to become what was imported. */
interface Replacement {
  readonly id: string;
  readonly revision: number;
  readonly content: EntryContent;
}

/** An import on its way: what has been staged, and what it will do. */
interface Staging {
  readonly importId: Buffer;
  readonly added: { readonly id: Buffer; readonly digest: Buffer }[];
  readonly replacements: Replacement[];
  readonly report: ImportReport;
  /** Digests of what this import brought so far: the same to the letter comes once. */
  readonly seen: Set<string>;
}

/**
 * Takes in entries as they arrive, sealed and staged on the disk, and makes all of them part of the vault in one transaction
 * at the end. Where `entries` throws, nothing has changed.
 */
export async function importEntries(
  context: VaultContext,
  caller: Caller,
  entries: AsyncIterable<ImportedEntry>,
  options: ImportOptions,
): Promise<ImportReport> {
  const report = { imported: 0, skipped: 0, conflicts: 0, problems: [] };
  const staging: Staging = { importId: randomBytes(16), added: [], replacements: [], report, seen: new Set() };
  try {
    let batch: ImportedEntry[] = [];
    for await (const entry of entries) {
      batch.push(entry);
      if (batch.length < batchSize) continue;
      await stage(context, caller, staging, batch, options);
      batch = [];
    }
    await stage(context, caller, staging, batch, options);
    if (!options.dryRun) await switchIn(context, caller, staging);
    return staging.report;
  } catch (error) {
    await context.store.write((rows) => rows.staged.drop(staging.importId));
    throw error;
  }
}

async function stage(
  context: VaultContext,
  caller: Caller,
  staging: Staging,
  batch: readonly ImportedEntry[],
  options: ImportOptions,
): Promise<void> {
  const existing = await twins(context, caller, batch);
  const now = timestamp(context);
  const rows: StagedEntry[] = [];
  for (const [at, imported] of batch.entries()) {
    const content = contentOf(imported, staging.report);
    if (!wanted(staging, content, existing[at] ?? [], options)) continue;
    staging.report.imported += 1;
    if (!options.dryRun) rows.push(sealNew(caller, bodyOf(imported, content, now), staging));
  }
  if (rows.length > 0) await context.store.write((transaction) => transaction.staged.insert(staging.importId, rows));
}

/** The vault's entries of the same name and username, for each of a batch. */
async function twins(context: VaultContext, caller: Caller, batch: readonly ImportedEntry[]): Promise<OpenEntry[][]> {
  return await context.store.read(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    if (manifest.root.entries === 0) return batch.map(() => []);
    const found: OpenEntry[][] = [];
    for (const { name, username } of batch) {
      found.push(await findEntries({ rows, caller, manifest }, { website: name, username: username ?? '', exact: true }));
    }
    return found;
  });
}

/** The content to keep. A TOTP secret that cannot be read becomes a hidden field, and is reported. */
function contentOf({ place, ...imported }: ImportedEntry, report: ImportReport): EntryContent {
  const { name, username, password, urls, totp, notes, fields, tags } = imported;
  const content = {
    name,
    username: username === '' ? null : username,
    password: password === '' ? null : password,
    urls,
    notes: notes === '' ? null : notes,
    tags,
  };
  if (totp === null || totp === '') return { ...content, totp: null, fields };
  try {
    return { ...content, totp: normalizeTotp(totp), fields };
  } catch {
    report.problems.push({ place: place ?? name, message: 'its one-time code secret cannot be read: it is kept as a hidden field' });
    return { ...content, totp: null, fields: [...fields, { name: 'totp', value: totp, hidden: true }] };
  }
}

/** Whether an entry is to be added; counts it, and notes what it replaces, where it is not. */
function wanted(staging: Staging, content: EntryContent, existing: readonly OpenEntry[], { onConflict }: ImportOptions): boolean {
  const { report, seen, replacements } = staging;
  const digest = createHash('sha256').update(JSON.stringify(content)).digest('base64');
  if (seen.has(digest) || existing.some(({ body }) => holds(body, content))) {
    report.skipped += 1;
    return false;
  }
  seen.add(digest);
  const [other] = existing;
  if (other === undefined) return true;
  report.conflicts += 1;
  if (onConflict === 'replace') {
    replacements.push({ id: other.id, revision: other.row.revision, content });
    report.imported += 1;
  }
  return onConflict === 'keep-both';
}

function holds(body: EntryBody, content: EntryContent): boolean {
  return isDeepStrictEqual({ ...body, ...content }, body);
}

function bodyOf({ createdAt, updatedAt, passwordChangedAt, trashed }: ImportedEntry, content: EntryContent, now: string): EntryBody {
  const body = newBody(content, now);
  return {
    ...body,
    createdAt: createdAt ?? now,
    updatedAt: updatedAt ?? createdAt ?? now,
    passwordChangedAt: content.password === null ? null : (passwordChangedAt ?? updatedAt ?? createdAt ?? now),
    trashedAt: trashed ? now : null,
  };
}

function sealNew(caller: Caller, body: EntryBody, { added }: Staging): StagedEntry {
  const id = newId();
  const { key, wrappedKey } = newEntryKey(caller, id);
  const blob = sealBody(caller, key, { id, revision: 1 }, body);
  wipe(key);
  const row = { id, trashed: body.trashedAt !== null, wrappedKey, body: blob, lookupValues: lookupValues(caller, body) };
  added.push({ id, digest: rowDigest({ ...row, revision: 1 }) });
  return row;
}

async function switchIn(context: VaultContext, caller: Caller, { importId, added, replacements }: Staging): Promise<void> {
  if (added.length === 0 && replacements.length === 0) return;
  const sealed = await context.store.write(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    await rows.staged.switchIn(importId, manifest.user);
    for (const { id, digest } of added) await manifest.addDigest(id, digest);
    const now = timestamp(context);
    for (const { id, revision, content } of replacements) {
      const entry = await entryById({ rows, caller, manifest }, id);
      if (entry.row.revision !== revision) {
        throw new VaultError('revision_conflict', 'the vault was changed during the import: import again');
      }
      const passwordChangedAt = content.password === entry.body.password ? entry.body.passwordChangedAt : now;
      await writeRevision({ rows, caller, manifest }, entry, { ...entry.body, ...content, updatedAt: now, passwordChangedAt });
    }
    return await manifest.seal();
  });
  remember(context, caller, sealed);
}
