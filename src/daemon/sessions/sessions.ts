import { createHmac, randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { type DerivedKeys, wipeKeys } from '../../core/crypto/derived-keys.ts';
import { VaultError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { ScopedTokens } from '../scopes/scoped-tokens.ts';
import type { Caller, Shelf } from '../vault/context.ts';
import type { BootKeys } from './boot.ts';
import { endingForOneMore, makeRoomForListing } from './room.ts';
import { type Halves, openCachedKeys, openListing, openRecord, sealCachedKeys, sealListing, sealRecord } from './sealed.ts';
import { type AuthorizedSession, type LastingRequest, locked, originOf, type Session, type SessionLimits } from './session.ts';
import { elapsed, type Moment, momentOf } from './time.ts';
import type { Tokens } from './token.ts';

export interface SessionDependencies {
  readonly boot: BootKeys;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly scopes: ScopedTokens;
  /** Called with open keys when a session begins, and after each piece of work: for what goes on without a token. It must not throw. */
  readonly onOpen: (caller: Caller) => Promise<void>;
  /** Called when a user's last session has ended, before `onEmpty`. */
  readonly onUserGone: (userId: Buffer) => void;
  /** Called when the last session has ended, whatever ended it. */
  readonly onEmpty: () => void;
}

/** How long a password that was given stands for what hands out a whole vault. */
const confirmationMilliseconds = 300_000;

const iso = (wall: number) => new Date(wall).toISOString();

/** The sessions of this process, and the only way from a token to open keys. */
export class Sessions {
  readonly #deps: SessionDependencies;
  readonly #byId = new Map<string, Session>();
  readonly #byToken = new Map<string, Session>();

  constructor(deps: SessionDependencies) {
    this.#deps = deps;
  }

  /** Whether a user has a session. */
  has(userId: Buffer): boolean {
    return this.#of(userId).length > 0;
  }

  get count(): number {
    return this.#byId.size;
  }

  /** The tokens that open a part of a vault; those that sessions made end with them. */
  get scopes(): ScopedTokens {
    return this.#deps.scopes;
  }

  /** Starts a session that holds these keys; the caller wipes its own afterwards. Where the account has very many, the one unused longest ends. */
  async begin(user: { readonly id: Buffer; readonly account: string }, keys: DerivedKeys): Promise<{ token: string; expiresAt: string }> {
    const { boot, tokens, clock, limits } = this.#deps;
    const id = randomBytes(16);
    const secret = randomBytes(32);
    const userId = Buffer.from(user.id);
    const began = momentOf(clock);
    const expiresAt = began.wall + limits.absolute;
    try {
      const record = sealRecord({ share: boot.share, clientPart: secret, userId, sessionId: id }, keys);
      const token = await tokens.issue({ sessionId: id, secret, issuedAt: began.wall, expiresAt });
      this.#delete(endingForOneMore(this.#of(userId), began));
      this.#byId.set(id.toString('hex'), {
        id,
        userId,
        account: user.account,
        record,
        began,
        used: began,
        confirmed: began,
        cached: null,
        listing: null,
        ending: new AbortController(),
      });
      await this.#deps.onOpen({ userId, keys });
      return { token, expiresAt: iso(expiresAt) };
    } finally {
      wipe(secret);
    }
  }

  /** The session of a token; null where the token is none of ours or its session has ended. */
  async authorize(token: string): Promise<AuthorizedSession | null> {
    const tag = createHmac('sha256', this.#deps.boot.cache).update(token).digest('base64');
    const known = this.#byToken.get(tag);
    const session = known === undefined ? await this.#verify(token, tag) : this.#live(known);
    return session === null ? null : { userId: session.userId, account: session.account, id: session.id, token };
  }

  /**
   * Opens the session's keys for one piece of work and wipes them after it. Its success counts as use of the session, unless it
   * runs in the background. `unauthenticated` where the session has ended since.
   */
  async use<T>(authorized: AuthorizedSession, how: { readonly background: boolean }, work: (caller: Caller) => Promise<T>): Promise<T> {
    const session = this.#find(authorized);
    if (session?.cached == null) throw locked();
    const halves = this.#tokenHalves(session, authorized.token);
    const keys = openCachedKeys(halves, session.cached.keys);
    try {
      const origin = originOf(authorized);
      const result = await work({
        userId: session.userId,
        keys,
        origin,
        namedBeforehand: authorized.namedBeforehand ?? false,
        shelf: this.#shelfOf(session, halves),
      });
      await this.#deps.onOpen({ userId: session.userId, keys });
      if (!how.background) session.used = momentOf(this.#deps.clock);
      return result;
    } finally {
      wipeKeys(keys);
    }
  }

  /** What a request needs that may last. `unauthenticated` where the session has ended since. */
  lasting(authorized: AuthorizedSession): LastingRequest {
    const session = this.#find(authorized);
    if (session === null) throw locked();
    return {
      ended: session.ending.signal,
      goesOn: () => {
        session.used = momentOf(this.#deps.clock);
      },
    };
  }

  /** The session's password was given again. `unauthenticated` where the session has ended since. */
  confirm(authorized: AuthorizedSession): void {
    const session = this.#find(authorized);
    if (session === null) throw locked();
    session.confirmed = session.used = momentOf(this.#deps.clock);
  }

  /** Whether the session's password was given within the last five minutes. */
  isConfirmed(authorized: AuthorizedSession): boolean {
    const session = this.#find(authorized);
    return session !== null && elapsed(session.confirmed, momentOf(this.#deps.clock)) < confirmationMilliseconds;
  }

  /** Ends the session, or all that its user has. `others` are those that the user still has. */
  end(authorized: AuthorizedSession, which: { readonly all: boolean }): { ended: number; others: number } {
    const own = this.#of(authorized.userId);
    const ending = which.all ? own : own.filter(({ id }) => id.equals(authorized.id));
    this.#delete(ending);
    return { ended: ending.length, others: own.length - ending.length };
  }

  /** Ends every session of a user and says how many there were. */
  endAll(userId: Buffer): number {
    const ending = this.#of(userId);
    this.#delete(ending);
    return ending.length;
  }

  /** The session as `/status` shows it; null where it has ended. */
  describe(authorized: AuthorizedSession): { account: string; createdAt: string; idleExpiresAt: string; expiresAt: string } | null {
    const session = this.#find(authorized);
    if (session === null) return null;
    const { clock, limits } = this.#deps;
    const now = momentOf(clock);
    const ends = (since: Moment, limit: number) => now.wall + limit - elapsed(since, now);
    const absolute = ends(session.began, limits.absolute);
    const idle = Math.min(ends(session.used, limits.idle), absolute);
    return { account: session.account, createdAt: iso(session.began.wall), idleExpiresAt: iso(idle), expiresAt: iso(absolute) };
  }

  /** Deletes what has reached a limit. Runs on a timer too: nobody may ever show a token again. */
  sweep(): void {
    this.#delete([...this.#byId.values()].filter((session) => this.#over(session)));
    this.#deps.scopes.sweep();
  }

  /** Checks a token that was not seen before: decrypts it, opens its record with its secret, and seals the keys under the token itself. */
  async #verify(token: string, tag: string): Promise<Session | null> {
    const { tokens, clock } = this.#deps;
    const claims = await tokens.read(token, clock.wall());
    if (claims === null) return null;
    const found = this.#byId.get(claims.sessionId.toString('hex'));
    const session = found === undefined ? null : this.#live(found);
    const keys = session === null ? null : this.#recordKeys(session, claims.secret);
    wipe(claims.secret);
    if (session === null || keys === null) return null;
    session.cached = { tag, keys: sealCachedKeys(this.#tokenHalves(session, token), keys) };
    this.#byToken.set(tag, session);
    wipeKeys(keys);
    return session;
  }

  /** The keys of a session's record; null where the secret is not the one it was sealed under. */
  #recordKeys({ id, userId, record }: Session, secret: Buffer): DerivedKeys | null {
    try {
      return openRecord({ share: this.#deps.boot.share, clientPart: secret, userId, sessionId: id }, record);
    } catch (error) {
      if (error instanceof VaultError) return null;
      throw error;
    }
  }

  #tokenHalves(session: Session, token: string): Halves {
    return { share: this.#deps.boot.share, clientPart: Buffer.from(token), userId: session.userId, sessionId: session.id };
  }

  #shelfOf(session: Session, halves: Halves): Shelf {
    return {
      take: () => {
        const { listing } = session;
        return listing === null ? null : (part) => openListing(halves, listing, part);
      },
      put: (parts) => {
        session.listing = sealListing(halves, parts);
        makeRoomForListing(session, [...this.#byId.values()], momentOf(this.#deps.clock));
      },
    };
  }

  #find(authorized: AuthorizedSession): Session | null {
    const session = this.#byId.get(authorized.id.toString('hex'));
    return session === undefined ? null : this.#live(session);
  }

  /** The session, or null where it has reached a limit: then it is gone. */
  #live(session: Session): Session | null {
    if (!this.#over(session)) return session;
    this.#delete([session]);
    return null;
  }

  #over({ used, began }: Session): boolean {
    const { clock, limits } = this.#deps;
    const now = momentOf(clock);
    return elapsed(used, now) >= limits.idle || elapsed(began, now) >= limits.absolute;
  }

  #of(userId: Buffer): Session[] {
    return [...this.#byId.values()].filter((session) => session.userId.equals(userId));
  }

  #delete(ending: readonly Session[]): void {
    for (const session of ending) {
      this.#byId.delete(session.id.toString('hex'));
      if (session.cached !== null) this.#byToken.delete(session.cached.tag);
      wipe(session.record, session.cached?.keys);
      session.listing = null;
      session.ending.abort(locked());
      this.#deps.scopes.endOfSession(session.id);
    }
    for (const { userId } of ending) if (!this.has(userId)) this.#deps.onUserGone(userId);
    if (ending.length > 0 && this.#byId.size === 0) this.#deps.onEmpty();
  }
}
