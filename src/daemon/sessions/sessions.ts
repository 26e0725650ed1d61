import { createHmac, randomBytes } from 'node:crypto';
import { wipe } from '../../core/crypto/bytes.ts';
import { wipeKeys, type DerivedKeys } from '../../core/crypto/derived-keys.ts';
import type { Clock } from '../clock.ts';
import type { Caller } from '../vault/context.ts';
import type { BootKeys } from './boot.ts';
import { openCachedKeys, openRecord, sealCachedKeys, sealRecord } from './sealed.ts';
import { elapsed, momentOf, type Moment } from './time.ts';
import type { Tokens } from './token.ts';

export interface SessionLimits {
  /** Milliseconds without use. */
  readonly idle: number;
  /** Milliseconds since login. */
  readonly absolute: number;
}

/** What is kept of a session. Neither this nor its token opens anything alone. */
interface Session {
  readonly id: Buffer;
  readonly userId: Buffer;
  readonly account: string;
  readonly record: Buffer;
  readonly began: Moment;
  used: Moment;
  /** The token once verified: its name, and the keys sealed under it. */
  cached: { readonly tag: string; readonly keys: Buffer } | null;
}

/** A session whose token was shown with this request. */
export interface AuthorizedSession {
  readonly userId: Buffer;
  readonly account: string;
  readonly sessionId: string;
  readonly token: string;
}

export interface SessionDependencies {
  readonly boot: BootKeys;
  readonly tokens: Tokens;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Called when the last session has ended, whatever ended it. */
  readonly onEmpty: () => void;
}

export interface Sessions {
  readonly count: number;
  /** Starts a session that holds these keys; the caller wipes them afterwards. */
  begin(user: { readonly id: Buffer; readonly account: string }, keys: DerivedKeys): Promise<{ token: string; expiresAt: string }>;
  /** The session of a token; null where the token is none of ours, or its session has ended. Opens no keys that outlive the call. */
  authorize(token: string): Promise<AuthorizedSession | null>;
  /** Opens the session's keys for one piece of work and wipes them after it. A success counts as use, unless in the background. */
  use<T>(session: AuthorizedSession, how: { readonly background: boolean }, work: (caller: Caller) => Promise<T>): Promise<T>;
  end(session: AuthorizedSession, which: { readonly all: boolean }): { ended: number; others: number };
  /** Ends every session of a user and says how many there were. */
  endAll(userId: Buffer): number;
  describe(session: AuthorizedSession): { account: string; createdAt: string; idleExpiresAt: string; expiresAt: string };
  /** Deletes what has reached a limit. Runs on a timer: a token that nobody shows any more must not keep a session. */
  sweep(): void;
}
