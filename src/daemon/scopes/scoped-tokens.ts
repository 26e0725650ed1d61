import { wipe } from '../../core/crypto/bytes.ts';
import { VaultError } from '../../core/errors.ts';
import { openScope, type Scope, tokenKey, wipeScope } from '../../core/scope/scope.ts';
import { decodeScopedToken } from '../../core/scope/token-text.ts';
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
}

export interface ScopedTokenDependencies {
  readonly store: Store;
  readonly clock: Clock;
}

function tokenEnded(): VaultError {
  return new VaultError('unauthenticated', 'the token has ended, or is none of this vault');
}

/** Every scoped token there is, and the only way from one to open keys. */
export class ScopedTokens {
  readonly #deps: ScopedTokenDependencies;
  readonly #ofSessions = new Map<string, SessionToken>();

  constructor(deps: ScopedTokenDependencies) {
    this.#deps = deps;
  }

  /** What a token opens, to be wiped with `close`; null where the text is no token of ours, or one that has ended. */
  async open(text: string): Promise<AuthorizedScope | null> {
    const token = decodeScopedToken(text);
    if (token === null) return null;
    const { id, secret, survivesLock } = token;
    const kept = survivesLock ? await this.#deps.store.read((rows) => rows.tokens.byId(id)) : this.#live(id);
    if (kept === null) return null;
    const key = tokenKey(token);
    try {
      const scope = openScope(key, { userId: kept.userId, id }, kept.record);
      const authorized = { userId: kept.userId, tokenId: Buffer.from(id), survivesLock, scope };
      if (scope.expiresAt === null || scope.expiresAt > this.#deps.clock.wall()) return authorized;
      wipeScope(scope);
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

  close({ scope }: AuthorizedScope): void {
    wipeScope(scope);
  }

  /**
   * Runs what a token is used for, which has to end before anything is answered, and counts it if it succeeds. Of many uses at
   * once no more succeed than are left. `unauthenticated` for the others.
   */
  async use<T>({ tokenId, survivesLock, scope }: AuthorizedScope, work: (rows: Rows) => Promise<T>): Promise<T> {
    const { store } = this.#deps;
    const { uses } = scope;
    if (survivesLock && uses !== null) {
      return await store.write(async (rows) => {
        const result = await work(rows);
        if (!(await rows.tokens.spend(tokenId, uses))) throw tokenEnded();
        return result;
      });
    }
    const result = await store.read(async (rows) => {
      if (survivesLock && (await rows.tokens.byId(tokenId)) === null) throw tokenEnded();
      return await work(rows);
    });
    if (!survivesLock) this.#spend(tokenId);
    return result;
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
