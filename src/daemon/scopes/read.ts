import { type EntryBody, toEntry } from '../../core/entry/body.ts';
import { fieldNamed } from '../../core/entry/field-named.ts';
import { idText } from '../../core/entry/id.ts';
import type { Entry, EntryContent } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { type Query, querySteps } from '../../core/lookup/resolve.ts';
import type { Grant } from '../../core/scope/scope.ts';
import type { EntryRow } from '../store/entry-row.ts';
import type { Rows } from '../store/rows.ts';
import type { VaultContext } from '../vault/context.ts';
import { damagedRows } from '../vault/damage.ts';
import { openBody } from '../vault/entry-seal.ts';
import { onlyOne } from '../vault/find-entry.ts';
import { Manifest } from '../vault/manifest.ts';
import type { AuthorizedScope } from './scoped-tokens.ts';

/** An entry that its own key opened. */
export interface OpenGrant {
  readonly id: string;
  readonly row: EntryRow;
  readonly body: EntryBody;
}

/**
 * Reads with a scoped token. Names are matched by opening the token's own entries: all else is `entry_not_found`, whether it
 * exists or not. `field` is the one that is wanted, where the caller says so: `scope_denied` where the token has another.
 */
export async function readScoped(
  context: VaultContext,
  rows: Rows,
  authorized: AuthorizedScope,
  { field, ...query }: Query & { readonly field?: string | undefined },
): Promise<Entry> {
  const opened = await openGrants(context, rows, authorized.userId, authorized.scope.grants);
  let matching: OpenGrant[] = [];
  for (const { matches } of querySteps(query)) {
    matching = opened.filter(({ id, body }) => matches({ id, ...body }));
    if (matching.length > 0) break;
  }
  const { id, row, body } = onlyOne(matching);
  const entry = toEntry(id, row.revision, body);
  refuseOther(entry, authorized.scope.field, field);
  return withinField(entry, authorized.scope.field);
}

/** The entries of these keys, but for those that are gone or in the trash. */
export async function openGrants(context: VaultContext, rows: Rows, userId: Buffer, grants: readonly Grant[]): Promise<OpenGrant[]> {
  const user = await rows.users.byId(userId);
  if (user === null) return [];
  // Where somebody is logged in, the manifest vouches for rows as it does for them; else the lowest revision has to do.
  const settled = context.verified.settled(userId);
  const manifest = settled?.foreignVersion === context.store.foreignVersion() ? new Manifest(context, rows, null, settled) : null;
  const opened: OpenGrant[] = [];
  for (const grant of grants) {
    const row = await rows.entries.byId(user.seq, grant.id);
    if (row === null || row.trashed) continue;
    await manifest?.vouchFor(row);
    const body = openGrant(userId, grant, row);
    if (body.trashedAt === null) opened.push({ id: idText(row.id), row, body });
  }
  return opened;
}

function openGrant(userId: Buffer, { key, lowestRevision }: Grant, row: EntryRow): EntryBody {
  if (row.revision < lowestRevision) throw damagedRows([{ id: row.id, problem: 'older' }]);
  return openBody({ userId }, key, row, row.body);
}

/** `scope_denied` where another field is wanted than the one that the token is for. */
function refuseOther(entry: Entry, allowed: string | null, wanted: string | undefined): void {
  if (allowed === null || wanted === undefined) return;
  const named = fieldNamed(entry, wanted);
  // A code is made from the TOTP secret; the id is no secret, and known to who may read the entry.
  if (named !== 'id' && (named === 'code' ? 'totp' : named) !== fieldNamed(entry, allowed)) {
    throw new VaultError('scope_denied', 'the token is for another field of this entry');
  }
}

/** An entry as far as a token of one field shows it; null is every field. */
export function withinField<T extends EntryContent>(entry: T, allowed: string | null): T {
  if (allowed === null) return entry;
  const field = fieldNamed(entry, allowed);
  return {
    ...entry,
    username: field === 'username' ? entry.username : null,
    password: field === 'password' ? entry.password : null,
    urls: field === 'url' ? entry.urls : [],
    totp: field === 'totp' ? entry.totp : null,
    notes: field === 'notes' ? entry.notes : null,
    fields: entry.fields.filter((_, index) => index === field),
    tags: [],
  };
}
