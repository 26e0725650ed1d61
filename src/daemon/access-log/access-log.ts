import { wipe } from '../../core/crypto/bytes.ts';
import { type ChainState, nextState, sealRecord } from '../../core/log/chain.ts';
import { type AccessEvent, encodeEvents, eventsPerRecord } from '../../core/log/event.ts';
import type { Clock } from '../clock.ts';
import type { Rows } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import { eventAt, type Happening, nobody, type Origin } from './origin.ts';

/** Reads wait this long at most until they are on the disk. */
const flushMilliseconds = 900;
/** Events that wait at most, for a disk that is full, say: the oldest go first. */
const waitingAtMost = 10_000;

/** Records under way in the present transaction. */
interface Work {
  state: ChainState;
  /** Secrets that the next have replaced: zeroed once the records are on the disk. */
  readonly spent: Buffer[];
  /** Events that had waited, to wait again where the transaction fails. */
  readonly waited: AccessEvent[];
}

/** An account's open segment. The secret of its next record is all that opens anything here. */
interface Chain {
  readonly userId: Buffer;
  /** The user's number in the database. */
  readonly user: number;
  state: ChainState;
  work: Work | null;
  /** A transaction failed: whether its records are there has to be looked at. */
  doubtful: boolean;
}

/**
 * The access log of this process: which entries were read, written or refused. One segment for each account that has logged in; it goes on
 * while the vault is locked, since no key is needed to add to it.
 */
export class AccessLog {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #chains = new Map<string, Chain>();
  readonly #waiting = new Map<string, AccessEvent[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Whether the account has a segment in this process. */
  isOpen(userId: Buffer): boolean {
    return this.#chains.has(userId.toString('hex'));
  }

  /** Where the account's segment stands on the disk; null where it has none. */
  standing(userId: Buffer): Omit<ChainState, 'secret'> | null {
    return this.#chains.get(userId.toString('hex'))?.state ?? null;
  }

  /** Takes over a segment that this transaction has begun. */
  start(rows: Rows, segment: Pick<Chain, 'userId' | 'user' | 'state'>): void {
    const name = segment.userId.toString('hex');
    const chain: Chain = { ...segment, userId: Buffer.from(segment.userId), work: null, doubtful: false };
    this.#chains.set(name, chain);
    this.#begin(chain, rows);
    rows.whenSettled((committed) => {
      if (committed) return;
      wipe(chain.state.secret);
      this.#chains.delete(name);
    });
  }

  /** Forgets an account's segment, whose place another log is to take. What waits goes to the next one. */
  forget(userId: Buffer): void {
    const name = userId.toString('hex');
    const chain = this.#chains.get(name);
    if (chain === undefined) return;
    this.#chains.delete(name);
    wipe(chain.state.secret);
  }

  /** Notes what is no part of a change: it is on the disk within a second. */
  note({ userId, origin = nobody }: { readonly userId: Buffer; readonly origin?: Origin }, happening: Happening): void {
    const waiting = this.#waitingOf(userId);
    if (waiting.length >= waitingAtMost) waiting.shift();
    waiting.push(eventAt(this.#clock.wall(), origin, happening));
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), flushMilliseconds).unref();
  }

  /** Adds what this transaction does, and all that has waited: both are kept or neither. */
  async append(
    rows: Rows,
    { userId, origin = nobody }: { readonly userId: Buffer; readonly origin?: Origin },
    happenings: readonly Happening[],
  ): Promise<void> {
    const now = this.#clock.wall();
    const events = happenings.map((happening) => eventAt(now, origin, happening));
    const chain = await this.#chainFor(rows, userId);
    if (chain === null) {
      // Nobody has logged in yet: the segment that begins then has them.
      rows.whenSettled((committed) => {
        if (committed) this.#waitingOf(userId).push(...events);
      });
      return;
    }
    const work = chain.work ?? this.#begin(chain, rows);
    const waited = this.#waitingOf(userId).splice(0);
    work.waited.push(...waited);
    const first = work.state.index;
    const records: Buffer[] = [];
    const all = [...waited, ...events];
    for (let at = 0; at < all.length; at += eventsPerRecord) {
      const record = sealRecord(userId, work.state, encodeEvents(all.slice(at, at + eventsPerRecord)));
      records.push(record);
      work.spent.push(work.state.secret);
      work.state = nextState(work.state, record);
    }
    await rows.log.insertRecords(chain.user, chain.state.number, first, records);
  }

  /** Writes down what waits. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    for (const [name, chain] of this.#chains) {
      if ((this.#waiting.get(name)?.length ?? 0) > 0) await this.#store.write((rows) => this.append(rows, chain, []));
    }
  }

  /** Ends every segment with a last record, and forgets the secrets. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const [name, chain] of [...this.#chains]) {
      try {
        await this.#store.write((rows) => this.append(rows, { userId: chain.userId }, [{ action: 'closed' }]));
      } catch {
        // A daemon ends on a full disk too: its segment ends as after a crash.
      }
      this.#chains.delete(name);
      wipe(chain.state.secret);
    }
  }

  #waitingOf(userId: Buffer): AccessEvent[] {
    const name = userId.toString('hex');
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    return waiting;
  }

  /** The account's segment, as this transaction finds it. */
  async #chainFor(rows: Rows, userId: Buffer): Promise<Chain | null> {
    const name = userId.toString('hex');
    const chain = this.#chains.get(name);
    if (chain === undefined) return null;
    if (!chain.doubtful) return chain;
    chain.doubtful = false;
    if ((await rows.log.count(chain.user, chain.state.number)) === chain.state.index) return chain;
    // Its records were kept after all, and the secret for the next is gone: the next login begins another segment.
    wipe(chain.state.secret);
    this.#chains.delete(name);
    return null;
  }

  #begin(chain: Chain, rows: Rows): Work {
    const work: Work = { state: chain.state, spent: [], waited: [] };
    chain.work = work;
    rows.whenSettled((committed) => {
      const [kept, ...made] = work.spent;
      if (committed) {
        chain.state = work.state;
        wipe(...work.spent);
      } else {
        chain.doubtful = true;
        this.#waitingOf(chain.userId).unshift(...work.waited);
        // The first is the one to go on with.
        if (kept !== undefined) wipe(...made, work.state.secret);
      }
      chain.work = null;
    });
    return work;
  }
}
