import { VaultError } from '../../core/errors.ts';
import { type Claim, noClaim, type Origin, shortId } from '../access-log/origin.ts';
import type { Moment } from './time.ts';

/** When a session ends by itself, in milliseconds. */
export interface SessionLimits {
  /** Without use. */
  readonly idle: number;
  /** Since login. */
  readonly absolute: number;
}

/** What is kept of a session. Neither this nor its token opens anything alone. */
export interface Session {
  readonly id: Buffer;
  readonly userId: Buffer;
  readonly account: string;
  readonly record: Buffer;
  readonly began: Moment;
  used: Moment;
  /** When its password was given last. */
  confirmed: Moment;
  /** Once its token was verified: the token's name among those of all sessions, and the keys sealed under the token. */
  cached: { readonly tag: string; readonly keys: Buffer } | null;
  /** What the vault keeps for it between requests, sealed under the token. */
  listing: readonly Buffer[] | null;
  /** Aborted when it ends: for requests that last. */
  readonly ending: AbortController;
}

/** A request that takes as long as its client likes, and no longer than its session. */
export interface LastingRequest {
  /** Aborted, with `unauthenticated`, when the session ends: whatever was opened for the request is to be wiped then. */
  readonly ended: AbortSignal;
  /** To be called as it gets on, which is use of the session. */
  readonly goesOn: () => void;
}

/** A session whose token came with this request. */
export interface AuthorizedSession {
  readonly userId: Buffer;
  readonly account: string;
  readonly id: Buffer;
  readonly token: string;
  /** What the client says of itself, for the access log. */
  readonly claim?: Claim;
  /** Whether the client says that the owner named the entries it reads. */
  readonly namedBeforehand?: boolean;
}

/** Whom the access log names for what a session does. */
export function originOf({ id, claim = noClaim }: AuthorizedSession): Origin {
  return { session: shortId(id), ...claim };
}

export function locked(): VaultError {
  return new VaultError('unauthenticated', 'the vault is locked, or the token is not valid');
}
