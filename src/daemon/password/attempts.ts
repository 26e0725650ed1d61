import { createHmac } from 'node:crypto';
import { VaultError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { Way } from '../environment.ts';

/** Failures in a row that cost nothing. */
const free = 5;
const longestWaitSeconds: Readonly<Record<Way, number>> = { socket: 5, tcp: 60 };

/** Names that are no account's, remembered at most: what is beyond is forgotten, oldest first. */
const unknownAtMost = 1000;

interface Failures {
  count: number;
  /** When the next attempt is heard, on the monotonic clock. */
  notBefore: number;
}

/** Whose password is tried, and how the attempt came in. */
export interface Attempt {
  readonly way: Way;
  readonly account: string;
  /** Whether there is such an account. Those that exist cannot be pushed out of memory by inventing others. */
  readonly exists: boolean;
}

/** Counts failed attempts by way and account, so that nobody on the TCP port can keep the owner off the socket. */
export class Attempts {
  readonly #key: Buffer;
  readonly #clock: Clock;
  readonly #known = new Map<string, Failures>();
  readonly #unknown = new Map<string, Failures>();

  /** @param key names what was typed: people type passwords where accounts belong, so the names themselves are not kept */
  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /** `too_many_attempts` while the account has to wait on this way. */
  check(attempt: Attempt): void {
    const failures = this.#of(attempt).get(this.#name(attempt));
    const wait = (failures?.notBefore ?? 0) - this.#clock.monotonic();
    if (failures === undefined || failures.count < free || wait <= 0) return;
    const retryAfterSeconds = Math.ceil(wait / 1000);
    throw new VaultError('too_many_attempts', `too many failed attempts: wait ${String(retryAfterSeconds)} s`, {
      details: { retryAfterSeconds },
    });
  }

  failed(attempt: Attempt): void {
    const table = this.#of(attempt);
    const name = this.#name(attempt);
    const count = (table.get(name)?.count ?? 0) + 1;
    const seconds = count < free ? 0 : Math.min(2 ** (count - free), longestWaitSeconds[attempt.way]);
    // Taken out first: a map keeps its order of insertion, and the oldest goes first.
    table.delete(name);
    table.set(name, { count, notBefore: this.#clock.monotonic() + seconds * 1000 });
    const [oldest] = this.#unknown.keys();
    if (this.#unknown.size > unknownAtMost && oldest !== undefined) this.#unknown.delete(oldest);
  }

  succeeded(attempt: Attempt): void {
    this.#of(attempt).delete(this.#name(attempt));
  }

  #of({ exists }: Attempt): Map<string, Failures> {
    return exists ? this.#known : this.#unknown;
  }

  #name({ way, account }: Attempt): string {
    return createHmac('sha256', this.#key).update(`${way}\0${account}`).digest('base64');
  }
}
