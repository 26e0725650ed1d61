import type { RotateRequest, RotateResponse, RotationResponse } from '../../core/api/revisions.ts';
import { type EntryBody, withoutPending } from '../../core/entry/body.ts';
import type { EntryReference } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { change, refuseStale } from './change.ts';
import { generated } from './content.ts';
import { type Caller, timestamp, type VaultContext } from './context.ts';
import { entryById, type OpenEntry, type Search } from './find-entry.ts';
import { handOut } from './hand-out.ts';
import { manifestIn } from './manifest-in.ts';
import { earlierBodies } from './past-revisions.ts';
import { reference, writeRevision } from './revision.ts';

/*
 * Changing the password of a site takes two steps that may fail: the site's and ours. The new password is kept beside the old one, which
 * stays in force here, until somebody says that the site has taken it.
 */

/** Which entry, and the revision that the caller knows: null for any. */
export interface RotationTarget {
  readonly id: string;
  readonly expected: number | null;
}

/** Makes a new password and keeps it pending; where one is pending already, gives that one. `entry_not_found`, `revision_conflict`. */
export async function rotatePassword(
  context: VaultContext,
  caller: Caller,
  { id, expected }: RotationTarget,
  { generate = {} }: RotateRequest,
): Promise<RotateResponse> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id);
    refuseStale(entry, expected);
    if (entry.body.pending !== undefined) {
      handOut(context, caller, entry.id);
      return { ...reference(entry.id, entry.row.revision, entry.body), ...entry.body.pending, created: false };
    }
    const now = timestamp(context);
    const pending = { password: generated(context, generate), createdAt: now };
    const written = await writeRevision(search, entry, { ...entry.body, updatedAt: now, pending });
    return { ...written, ...pending, created: true };
  });
}

function pendingOf({ body }: OpenEntry): NonNullable<EntryBody['pending']> {
  if (body.pending === undefined) throw new VaultError('field_not_found', 'no new password is pending');
  return body.pending;
}

/** Puts the pending password in force. `entry_not_found`, `revision_conflict`, `field_not_found` where none is pending. */
export async function commitRotation(context: VaultContext, caller: Caller, { id, expected }: RotationTarget): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id);
    refuseStale(entry, expected);
    const { password } = pendingOf(entry);
    const now = timestamp(context);
    return await writeRevision(search, entry, { ...withoutPending(entry.body), password, updatedAt: now, passwordChangedAt: now });
  });
}

/** Gives the pending password up; the history keeps it. `entry_not_found`, `revision_conflict`, `field_not_found` where none is pending. */
export async function abortRotation(context: VaultContext, caller: Caller, { id, expected }: RotationTarget): Promise<EntryReference> {
  return await change(context, caller, async (search) => {
    const entry = await entryById(search, id);
    refuseStale(entry, expected);
    pendingOf(entry);
    return await writeRevision(search, entry, { ...withoutPending(entry.body), updatedAt: timestamp(context) });
  });
}

async function previousPassword(search: Search, entry: OpenEntry): Promise<string | null> {
  const { pending, password } = entry.body;
  if (pending !== undefined) return password;
  for await (const { body } of earlierBodies(search, entry)) {
    if (body.password !== null && body.password !== password) return body.password;
  }
  return null;
}

/** The pending password, and the one that was in force before the newest. `entry_not_found`. */
export async function readRotation(context: VaultContext, caller: Caller, id: string): Promise<RotationResponse> {
  return await context.store.read(async (rows) => {
    const search = { rows, caller, manifest: await manifestIn(context, rows, caller) };
    const entry = await entryById(search, id);
    handOut(context, caller, entry.id);
    return { pending: entry.body.pending ?? null, previous: await previousPassword(search, entry) };
  });
}

/** `rotation_pending` where another password than the one that is pending is to be set: which of the two is the site's, nobody could tell later. */
export function refusePendingClash({ pending, password }: EntryBody, next: string | null): void {
  if (pending === undefined || next === password || next === pending.password) return;
  throw new VaultError('rotation_pending', 'a new password is pending for this entry: commit it or give it up first');
}
