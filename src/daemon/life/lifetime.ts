import type { Way } from '../environment.ts';

/** A daemon that nobody logged into ends after this time without a request. */
const quietMilliseconds = 60_000;

export interface LifetimeDependencies {
  /** Whether the daemon outlives its sessions. */
  readonly stay: boolean;
  readonly sessions: () => number;
  /** Requests that came this way and may yet start a session. */
  readonly working: (way: Way) => number;
  readonly end: () => void;
}

/**
 * Decides when the daemon ends by itself: with the last session, or after a minute in which nobody asked anything and nobody
 * ever logged in. Locked means that no process knows anything.
 */
export class Lifetime {
  readonly #deps: LifetimeDependencies;
  readonly #quiet: NodeJS.Timeout | null;
  #hadSessions = false;

  constructor(deps: LifetimeDependencies) {
    this.#deps = deps;
    this.#quiet = deps.stay ? null : setTimeout(() => this.#onQuiet(), quietMilliseconds).unref();
  }

  /** A request came in. */
  touched(): void {
    this.#quiet?.refresh();
  }

  /** A session ended, or work that could have started one. */
  rested(): void {
    const { stay, sessions, working, end } = this.#deps;
    if (sessions() > 0) this.#hadSessions = true;
    if (stay || !this.#hadSessions) return;
    // Sessions end within a request, whose answer goes out first. Logins on the TCP port are not waited for: anybody on this
    // machine can send one after the other, and must not keep a process whose vault is locked.
    setImmediate(() => {
      if (sessions() === 0 && working('socket') === 0) end();
    });
  }

  stop(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
  }

  #onQuiet(): void {
    const { sessions, working, end } = this.#deps;
    if (this.#hadSessions || sessions() > 0) return;
    if (working('socket') + working('tcp') > 0) this.#quiet?.refresh();
    else end();
  }
}
