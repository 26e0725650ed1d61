import { wipe } from '../../core/crypto/bytes.ts';
import type { StoredCredential } from '../../core/crypto/credential.ts';
import { sealOverhead } from '../../core/crypto/seal.ts';
import type { DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { ListedAttachment } from '../../core/entry/attachment.ts';
import { resealSegment } from '../../core/log/chain.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { idBytes, idText } from '../../core/entry/id.ts';
import type { ManifestRow } from '../../core/manifest/row.ts';
import { placeOf } from '../access-log/walk.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import { resealAttachment } from './attachment-chunks.ts';
import { withAttachments } from './attachments.ts';
import type { Caller, VaultContext } from './context.ts';
import { damagedAttachment, damagedRows, refusedManifest } from './damage.ts';
import { blobDigest, lookupValues, newEntryKey, openBody, sealBody, unwrapEntryKey } from './entry-seal.ts';
import { remember } from './manifest.ts';
import { manifestIn } from './manifest-in.ts';
import { allRows } from './rebuild.ts';

/**
 * Makes every key of the caller's vault anew: each entry, its history and attachments included, is sealed under a new entry key, and that
 * under `newKeys`, in one transaction. Ids, revisions and contents stay; tokens do not. False, and nothing is changed, where the stored
 * credential is no longer `expected` (its checksum).
 */
export async function rotateKeys(
  context: VaultContext,
  caller: Caller,
  change: { readonly expected: Buffer; readonly credential: StoredCredential; readonly newKeys: DerivedKeys },
): Promise<boolean> {
  const owner: Caller = { userId: caller.userId, keys: change.newKeys };
  const verified = await context.store.write(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    if (user?.credential.checksum.equals(change.expected) !== true) return null;
    const manifest = await manifestIn(context, rows, caller);
    const resealed: ManifestRow[] = [];
    for await (const row of allRows(rows, manifest.user)) {
      await manifest.vouchFor(row);
      resealed.push(await resealEntry(rows, caller, owner, row));
    }
    if (resealed.length !== manifest.root.entries) throw refusedManifest('manifest');
    await rows.users.setCredential(manifest.user, change.credential);
    await rows.tokens.remove(manifest.user, null);
    await resealLog(rows, manifest.user, caller, owner);
    await context.accessLog.append(rows, caller, [{ action: 'password changed' }]);
    await rows.manifest.clear(manifest.user);
    const next = manifest.startedOver(owner);
    for (const row of resealed) await next.add(row);
    return await next.seal({ credentialChecksum: change.credential.checksum });
  });
  if (verified !== null) remember(context, owner, verified);
  return verified !== null;
}

/** The access log's secrets, for the new log key. Its records stay as they are. */
async function resealLog(rows: Rows, user: number, { userId, keys }: Caller, to: Caller): Promise<void> {
  for (const segment of await rows.log.segments(user)) {
    const place = placeOf(userId, segment);
    await rows.log.setHead(user, segment.number, resealSegment(keys.log, to.keys.log, place, segment.head));
  }
}

async function resealEntry(rows: Rows, from: Caller, to: Caller, row: EntryRow): Promise<ManifestRow> {
  const oldKey = unwrapEntryKey(from, row);
  const { key, wrappedKey } = newEntryKey(to, row.id);
  const change: KeyChange = { rows, from, to, oldKey, key };
  try {
    const body = openBody(from, oldKey, row, row.body);
    const past = await openHistory(change, row, body);
    const attachments = await resealAttachments(change, row, [body, ...past.map((earlier) => earlier.body)]);
    const history: EntryBody['history'] = [];
    for (const earlier of past) {
      const blob = sealBody(to, key, { id: row.id, revision: earlier.revision }, relisted(earlier.body, attachments));
      await rows.entries.setRevision(row.seq, earlier.revision, blob);
      history.push({ revision: earlier.revision, digest: blobDigest(blob) });
    }
    const next: EntryBody = { ...relisted(body, attachments), history };
    const resealed = { ...row, wrappedKey, body: sealBody(to, key, row, next), lookupValues: lookupValues(to, next) };
    await rows.entries.update(resealed, resealed.lookupValues);
    return { ...resealed, body: resealed.body.subarray(0, sealOverhead) };
  } finally {
    wipe(oldKey, key);
  }
}

interface KeyChange {
  readonly rows: Rows;
  readonly from: Caller;
  readonly to: Caller;
  readonly oldKey: Buffer;
  readonly key: Buffer;
}

/** An entry's kept revisions, each proven by the present one. */
async function openHistory({ rows, from, oldKey }: KeyChange, row: EntryRow, { history }: EntryBody) {
  const kept = await rows.entries.revisions(row.seq);
  const proven = kept.length === history.length && kept.every(({ body }, at) => history[at]?.digest === blobDigest(body));
  if (!proven) throw damagedRows([{ id: row.id, problem: 'altered' }]);
  return kept.map(({ revision, body }) => ({ revision, body: openBody(from, oldKey, { id: row.id, revision }, body) }));
}

/** Seals every attachment that one of an entry's revisions lists anew; gives what they are to list, by id. */
async function resealAttachments(
  { rows, from, to, oldKey, key }: KeyChange,
  { id: entryId, seq: entry }: EntryRow,
  bodies: readonly EntryBody[],
): Promise<Map<string, ListedAttachment>> {
  const listed = new Map(bodies.flatMap(({ attachments = [] }) => attachments.map((attachment) => [attachment.id, attachment])));
  const stored = new Map((await rows.attachments.ofEntry(entry)).map(({ id, seq }) => [idText(id), seq]));
  if (stored.size !== listed.size) throw damagedRows([{ id: entryId, problem: 'altered' }]);
  const resealed = new Map<string, ListedAttachment>();
  for (const attachment of listed.values()) {
    const seq = stored.get(attachment.id);
    if (seq === undefined) throw damagedAttachment(entryId, idBytes(attachment.id));
    const chunks = {
      read: (index: number) => rows.attachments.chunk(seq, index),
      write: (index: number, blob: Buffer) => rows.attachments.setChunk(seq, index, blob),
    };
    const owners = [
      { userId: from.userId, entryId, key: oldKey },
      { userId: to.userId, entryId, key },
    ] as const;
    resealed.set(attachment.id, await resealAttachment(...owners, attachment, chunks));
  }
  return resealed;
}

function relisted(body: EntryBody, resealed: ReadonlyMap<string, ListedAttachment>): EntryBody {
  return withAttachments(
    body,
    (body.attachments ?? []).map((attachment) => resealed.get(attachment.id) ?? attachment),
  );
}
