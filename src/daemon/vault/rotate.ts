import { wipe } from '../../core/crypto/bytes.ts';
import type { StoredCredential } from '../../core/crypto/credential.ts';
import { sealOverhead } from '../../core/crypto/seal.ts';
import type { DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import type { ManifestRow } from '../../core/manifest/row.ts';
import type { EntryRow } from '../store/entry-rows.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { damagedRows, refusedManifest } from './damage.ts';
import { blobDigest, lookupValues, newEntryKey, openBody, sealBody, unwrapEntryKey } from './entry-seal.ts';
import { remember } from './manifest.ts';
import { manifestIn } from './manifest-in.ts';
import { allRows } from './rebuild.ts';

/**
 * Makes every key of the caller's vault anew: each entry, its history included, is sealed under a new entry key, and that
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
    await rows.manifest.clear(manifest.user);
    const next = manifest.startedOver(owner);
    for (const row of resealed) await next.add(row);
    return await next.seal({ credentialChecksum: change.credential.checksum });
  });
  if (verified !== null) remember(context, owner, verified);
  return verified !== null;
}

async function resealEntry(rows: Rows, from: Caller, to: Caller, row: EntryRow): Promise<ManifestRow> {
  const oldKey = unwrapEntryKey(from, row);
  const { key, wrappedKey } = newEntryKey(to, row.id);
  try {
    const body = openBody(from, oldKey, row, row.body);
    const history = await resealHistory(rows, { from, to, oldKey, key }, row, body);
    const next: EntryBody = { ...body, history };
    const resealed = { ...row, wrappedKey, body: sealBody(to, key, row, next), lookupValues: lookupValues(to, next) };
    await rows.entries.update(resealed, resealed.lookupValues);
    return { ...resealed, body: resealed.body.subarray(0, sealOverhead) };
  } finally {
    wipe(oldKey, key);
  }
}

async function resealHistory(
  rows: Rows,
  { from, to, oldKey, key }: { from: Caller; to: Caller; oldKey: Buffer; key: Buffer },
  row: EntryRow,
  { history }: EntryBody,
): Promise<EntryBody['history']> {
  const kept = await rows.entries.revisions(row.seq);
  const proven = kept.length === history.length && kept.every(({ body }, at) => history[at]?.digest === blobDigest(body));
  if (!proven) throw damagedRows([{ id: row.id, problem: 'altered' }]);
  const resealed: EntryBody['history'] = [];
  for (const { revision, body } of kept) {
    const place = { id: row.id, revision };
    const blob = sealBody(to, key, place, openBody(from, oldKey, place, body));
    await rows.entries.setRevision(row.seq, revision, blob);
    resealed.push({ revision, digest: blobDigest(blob) });
  }
  return resealed;
}
