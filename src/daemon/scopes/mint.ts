import { randomBytes } from 'node:crypto';
import type { CreateTokenRequest } from '../../core/api/tokens.ts';
import { wipe } from '../../core/crypto/bytes.ts';
import { fieldNamed } from '../../core/entry/field-named.ts';
import { newId } from '../../core/entry/id.ts';
import { VaultError } from '../../core/errors.ts';
import { type Grant, grantsAtMost, type Scope, sealScope, tokenKey, wipeScope } from '../../core/scope/scope.ts';
import { encodeScopedToken } from '../../core/scope/token-text.ts';
import { type Happening, shortId } from '../access-log/origin.ts';
import { beginTokenLog } from '../access-log/token-log.ts';
import type { AuthorizedSession } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TokenRow } from '../store/token-rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { unwrapEntryKey } from '../vault/entry-seal.ts';
import { entryById, findEntry, type OpenEntry, type Search } from '../vault/find-entry.ts';
import { admit } from '../vault/hand-out.ts';
import { entriesTagged } from '../vault/list.ts';
import { manifestIn } from '../vault/manifest-in.ts';
import { sealNote, type TokenNote } from './note.ts';

/** An account holds no more, those that ended with nobody looking included: their owner can always revoke them. */
const tokensAtMost = 1000;

/** Makes a scoped token. `entry_not_found`, `entry_ambiguous`, `field_not_found` and `confirmation_required` as for reading; `locked` where the session ends meanwhile. */
export async function mintToken(
  { vault, sessions }: { readonly vault: VaultContext; readonly sessions: Sessions },
  caller: Caller,
  session: AuthorizedSession,
  request: CreateTokenRequest,
): Promise<{ id: Buffer; token: string; note: TokenNote }> {
  const { ttlSeconds = null, uses = null, surviveLock: survivesLock = false } = request;
  const now = vault.clock.wall();
  const expiresAt = ttlSeconds === null ? null : now + ttlSeconds * 1000;
  const field = fieldOf(request);
  const entries = await chosenEntries(vault, caller, request);
  if (field !== null && !entries.some((entry) => has(entry, field))) {
    throw new VaultError('field_not_found', 'none of the entries has this field');
  }
  // A token reads without limit: whoever makes it has as good as read.
  if (!sessions.isConfirmed(session)) for (const entry of entries) admit(vault, caller, entry.id);
  const scope: Scope = { expiresAt, uses, field, grants: entries.map((entry) => grantOf(caller, entry)) };
  const id = newId();
  const secret = randomBytes(32);
  const key = tokenKey({ id, secret });
  try {
    const note: TokenNote = {
      createdAt: new Date(now).toISOString(),
      expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
      uses,
      field,
      entries: entries.map(({ id: entryId, body: { name, username } }) => ({ id: entryId, name, username })),
    };
    const row: TokenRow = {
      id,
      record: sealScope(key, { userId: caller.userId, id }, scope),
      note: sealNote(caller, id, note),
      usesLeft: uses,
    };
    const lasts = ttlSeconds === null ? null : ttlSeconds * 1000;
    const made: Happening = { action: 'token made', entries: entries.map((entry) => entry.id), detail: shortId(id) };
    if (survivesLock) await store(vault, caller, row, key, made);
    else {
      sessions.scopes.keep({ ...row, userId: Buffer.from(caller.userId), sessionId: session.id, lasts });
      vault.accessLog.note(caller, made);
    }
    // A password change ends sessions first and tokens then: who is too late for it is stopped here.
    if (sessions.describe(session) === null) {
      await endTokens({ vault, sessions }, caller.userId, id);
      throw new VaultError('unauthenticated', 'the session has ended');
    }
    return { id, token: encodeScopedToken({ id, secret, survivesLock }), note };
  } finally {
    wipeScope(scope);
    wipe(secret, key);
  }
}

/** Keeps a token that survives a lock, with a segment of the access log that it alone writes. */
async function store(vault: VaultContext, caller: Caller, row: TokenRow, key: Buffer, made: Happening): Promise<void> {
  await vault.store.write(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    if (user === null) throw new VaultError('vault_corrupt', 'the account is gone');
    const others = await rows.tokens.ofUser(user.seq);
    if (others.length >= tokensAtMost) throw new VaultError('invalid_request', 'the account has too many tokens: revoke some');
    await rows.tokens.insert(user.seq, row);
    const segment = await beginTokenLog(vault, rows, caller, { user: user.seq, token: row.id, key });
    await vault.accessLog.append(rows, caller, [{ ...made, segment }]);
  });
}

/** Ends one of a user's tokens, or all of them, and says how many there were. */
export async function endTokens(
  { vault, sessions }: { readonly vault: VaultContext; readonly sessions: Sessions },
  userId: Buffer,
  id: Buffer | null,
): Promise<number> {
  const inMemory = sessions.scopes.end(userId, id);
  const stored = await vault.store.write(async (rows) => {
    const user = await rows.users.byId(userId);
    return user === null ? 0 : await rows.tokens.remove(user.seq, id);
  });
  return inMemory + stored;
}

function fieldOf({ field }: CreateTokenRequest): string | null {
  if (field === undefined) return null;
  const named = fieldNamed({ fields: [] }, field);
  if (named === 'code' || named === 'id') {
    throw new VaultError('invalid_request', named === 'id' ? 'an id is no secret' : 'codes are made from the secret: name totp instead');
  }
  return field;
}

function has({ body }: OpenEntry, field: string): boolean {
  const named = fieldNamed(body, field);
  if (named === null || named === 'id' || named === 'code') return false;
  if (typeof named === 'number') return true;
  return named === 'url' ? body.urls.length > 0 : body[named] !== null;
}

function grantOf(caller: Caller, { row }: OpenEntry): Grant {
  return { id: row.id, lowestRevision: row.revision, key: unwrapEntryKey(caller, row) };
}

/** The entries that are named, and those that have the tag; none twice. */
async function chosenEntries(vault: VaultContext, caller: Caller, { entries: names = [], tag }: CreateTokenRequest): Promise<OpenEntry[]> {
  const tagged = tag === undefined ? [] : await entriesTagged(vault, caller, tag);
  if (tag !== undefined && tagged.length === 0) throw new VaultError('entry_not_found', 'no entry has this tag');
  if (tagged.length > grantsAtMost) throw tooMany();
  const chosen = await vault.store.read(async (rows) => {
    const search: Search = { rows, caller, manifest: await manifestIn(vault, rows, caller) };
    const found: OpenEntry[] = [];
    for (const [at, name] of names.entries()) found.push(await named(search, name, names.length > 1 ? at : null));
    for (const id of tagged) found.push(await entryById(search, id));
    return found;
  });
  const byId = new Map(chosen.map((entry) => [entry.id, entry]));
  if (byId.size > grantsAtMost) throw tooMany();
  return [...byId.values()];
}

/** The entry that a name means; where there are several names, an error says which of them it is about, by its place. */
async function named(search: Search, name: string, at: number | null): Promise<OpenEntry> {
  try {
    return await findEntry(search, { website: name });
  } catch (error) {
    if (!(error instanceof VaultError) || at === null) throw error;
    const { code, message, details } = error;
    throw new VaultError(code, `entry ${String(at + 1)}: ${message}`, { details: { ...details, entry: at }, cause: error });
  }
}

function tooMany(): VaultError {
  return new VaultError('invalid_request', `a token holds at most ${String(grantsAtMost)} entries`);
}
