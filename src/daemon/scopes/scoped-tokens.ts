import { wipe } from '../../core/crypto/bytes.ts';
import { VaultError } from '../../core/errors.ts';
import type { AccessEvent } from '../../core/log/event.ts';
import { openScope, type Scope, tokenKey, wipeScope } from '../../core/scope/scope.ts';
import { decodeScopedToken } from '../../core/scope/token-text.ts';
import type { AccessLog } from '../access-log/access-log.ts';
import { type Claim, eventAt, type Happening, type Origin, shortId } from '../access-log/origin.ts';
import { addToTokenLog } from '../access-log/token-log.ts';
import type { Clock } from '../clock.ts';
import { elapsed, type Moment, momentOf } from '../sessions/time.ts';
import type { Rows } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { TokenRow } from '../store/token-rows.ts';

/** A token that ends with the session that made it: kept as those in the database are, in memory. */
interface SessionToken extends TokenRow {
  readonly userId: Buffer;
  readonly sessionId: Buffer;
  readonly began: Moment;
  /** Milliseconds; null for as long as the session. */
  readonly lasts: number | null;
  usesLeft: number | null;
}

/** A token that came with this request, with what it opens: wiped after it. */
export interface AuthorizedScope {
  readonly userId: Buffer;
  /** 16 bytes. */
  readonly tokenId: Buffer;
  readonly survivesLock: boolean;
  readonly scope: Scope;
  /** Seals what is kept for the token. */
  readonly key: Buffer;
  /** What the client says of itself. */
  readonly claim: Claim;
}

/** What is read of an entry, which the access log names. */
interface Named {
  readonly id: string;
}

export interface ScopedTokenDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly accessLog: AccessLog;
}

function tokenEnded(): VaultError {
  return new VaultError('unauthenticated', 'the token has ended, or is none of this vault');
}

function originOf({ tokenId, claim }: AuthorizedScope): Origin {
  return { session: `token ${shortId(tokenId)}`, ...claim };
}

/** Every scoped token there is, and the only way from one to open keys. */
export class ScopedTokens {
  readonly #deps: ScopedTokenDependencies;
  readonly #ofSessions = new Map<string, SessionToken>();

  constructor(deps: ScopedTokenDependencies) {
    this.#deps = deps;
  }

  /** What a token opens, to be wiped with `close`; null where the text is no token of ours, or one that has ended. */
  async open(text: string, claim: Claim): Promise<AuthorizedScope | null> {
    const token = decodeScopedToken(text);
    if (token === null) return null;
    const { id, secret, survivesLock } = token;
    const kept = survivesLock ? await this.#deps.store.read((rows) => rows.tokens.byId(id)) : this.#live(id);
    if (kept === null) return null;
    const key = tokenKey(token);
    try {
      const scope = openScope(key, { userId: kept.userId, id }, kept.record);
      const authorized = { userId: kept.userId, tokenId: Buffer.from(id), survivesLock, scope, key: Buffer.from(key), claim };
      if (scope.expiresAt === null || scope.expiresAt > this.#deps.clock.wall()) return authorized;
      this.close(authorized);
      if (survivesLock) await this.#deps.store.write((rows) => rows.tokens.removeById(id));
      return null;
    } catch (error) {
      // A guessed secret, or a record that was changed: who holds the token cannot tell, and need not.
      if (error instanceof VaultError && error.code === 'vault_corrupt') return null;
      throw error;
    } finally {
      wipe(key, secret);
    }
  }

  close({ scope, key }: AuthorizedScope): void {
    wipeScope(scope);
    wipe(key);
  }

  /** Writes down that a token was refused something. */
  async refused(authorized: AuthorizedScope, { code }: VaultError): Promise<void> {
    await this.#log(authorized, { action: 'refused', detail: code });
  }

  /**
   * Reads an entry, or something of one, with a token: `work` has to end before anything is answered. A use is counted if it succeeds; of many at once no more succeed
   * than are left, and the others are `unauthenticated`. Either way it is in the access log.
   */
  async use<T extends Named>(authorized: AuthorizedScope, work: (rows: Rows) => Promise<T>): Promise<T> {
    try {
      return authorized.survivesLock ? await this.#useStored(authorized, work) : await this.#useOfSession(authorized, work);
    } catch (error) {
      if (error instanceof VaultError) await this.refused(authorized, error);
      throw error;
    }
  }

  async #useStored<T extends Named>(authorized: AuthorizedScope, work: (rows: Rows) => Promise<T>): Promise<T> {
    const { tokenId, scope } = authorized;
    return await this.#deps.store.write(async (rows) => {
      if ((await rows.tokens.byId(tokenId)) === null) throw tokenEnded();
      const read = await work(rows);
      await addToTokenLog(rows, authorized, this.#event(authorized, { action: 'read', entries: [read.id] }));
      if (scope.uses !== null && !(await rows.tokens.spend(tokenId, scope.uses))) throw tokenEnded();
      return read;
    });
  }

  async #useOfSession<T extends Named>(authorized: AuthorizedScope, work: (rows: Rows) => Promise<T>): Promise<T> {
    const read = await this.#deps.store.read(work);
    this.#spend(authorized.tokenId);
    await this.#log(authorized, { action: 'read', entries: [read.id] });
    return read;
  }

  async #log(authorized: AuthorizedScope, happening: Happening): Promise<void> {
    const { userId, survivesLock } = authorized;
    if (!survivesLock) this.#deps.accessLog.note({ userId, origin: originOf(authorized) }, happening);
    else await this.#deps.store.write((rows) => addToTokenLog(rows, authorized, this.#event(authorized, happening)));
  }

  #event(authorized: AuthorizedScope, happening: Happening): AccessEvent {
    return eventAt(this.#deps.clock.wall(), originOf(authorized), happening);
  }

  /** Keeps a token that ends with its session. */
  keep(token: Omit<SessionToken, 'began'>): void {
    this.#ofSessions.set(token.id.toString('hex'), { ...token, began: momentOf(this.#deps.clock) });
  }

  /** The tokens in memory that are a user's. */
  ofUser(userId: Buffer): TokenRow[] {
    const live = [...this.#ofSessions.values()].filter((token) => this.#live(token.id) !== null);
    return live.filter((token) => token.userId.equals(userId));
  }

  /** Ends one of a user's tokens in memory, or all of them, and says how many. */
  end(userId: Buffer, id: Buffer | null): number {
    return this.#delete((token) => token.userId.equals(userId) && (id === null || token.id.equals(id)));
  }

  /** Ends the tokens that a session made. */
  endOfSession(sessionId: Buffer): void {
    this.#delete((token) => token.sessionId.equals(sessionId));
  }

  /** Deletes what has reached its time. */
  sweep(): void {
    this.#delete((token) => this.#over(token));
  }

  #spend(id: Buffer): void {
    const token = this.#live(id);
    if (token === null) throw tokenEnded();
    if (token.usesLeft === null) return;
    token.usesLeft -= 1;
    if (token.usesLeft === 0) this.#delete((one) => one === token);
  }

  #live(id: Buffer): SessionToken | null {
    const token = this.#ofSessions.get(id.toString('hex'));
    if (token === undefined || !this.#over(token)) return token ?? null;
    this.#delete((one) => one === token);
    return null;
  }

  #over({ began, lasts }: SessionToken): boolean {
    return lasts !== null && elapsed(began, momentOf(this.#deps.clock)) >= lasts;
  }

  #delete(ends: (token: SessionToken) => boolean): number {
    const ending = [...this.#ofSessions.values()].filter(ends);
    for (const token of ending) {
      this.#ofSessions.delete(token.id.toString('hex'));
      wipe(token.record, token.note);
    }
    return ending.length;
  }
}
