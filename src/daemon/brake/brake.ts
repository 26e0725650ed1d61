import { VaultError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';

const minute = 60_000;

interface Reads {
  /** When each entry's secrets were first handed out, on the monotonic clock; those of the last minute. */
  readonly since: Map<string, number>;
  /** Too much was read: nothing more until the password is given again. */
  stopped: boolean;
}

/** The answer to who reads too much, or everything: the master password is wanted once more. */
export function confirmationRequired(message: string): VaultError {
  return new VaultError('confirmation_required', message);
}

/**
 * The brake on reading in bulk: a program that has got hold of a token empties no vault at once. It counts the entries whose secrets an account
 * is given within a minute, each once, through whatever session.
 */
export class Brake {
  readonly #clock: Clock;
  readonly #perMinute: number;
  readonly #byUser = new Map<string, Reads>();

  /** @param perMinute 0 for any number */
  constructor(clock: Clock, perMinute: number) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  get isOn(): boolean {
    return this.#perMinute > 0;
  }

  /** Whether an entry's secrets may be handed out; counts it, if so. */
  admits(userId: Buffer, entryId: string): boolean {
    if (!this.isOn) return true;
    const reads = this.#of(userId);
    if (reads.stopped) return false;
    const now = this.#clock.monotonic();
    for (const [id, at] of reads.since) if (now - at >= minute) reads.since.delete(id);
    if (reads.since.has(entryId)) return true;
    reads.stopped = reads.since.size >= this.#perMinute;
    if (!reads.stopped) reads.since.set(entryId, now);
    return !reads.stopped;
  }

  /** The password was given: reading begins anew. */
  release(userId: Buffer): void {
    this.#byUser.delete(userId.toString('hex'));
  }

  #of(userId: Buffer): Reads {
    const name = userId.toString('hex');
    const known = this.#byUser.get(name) ?? { since: new Map<string, number>(), stopped: false };
    this.#byUser.set(name, known);
    return known;
  }
}
