import { VaultError } from '../../core/errors.ts';
import type { Way } from '../environment.ts';

interface Places {
  readonly waitingAtMost: number;
  running: boolean;
  readonly waiting: (() => void)[];
}

/** How many may wait for a derivation, by way in. One runs at a time; the socket's place is its own: nobody on the TCP port can take it. */
const waitingAtMost: Readonly<Record<Way, number>> = { socket: 64, tcp: 4 };

/** Bounds how many key derivations run and wait, for each way in. */
export class DerivationPlaces {
  readonly #ways: Readonly<Record<Way, Places>> = {
    socket: { waitingAtMost: waitingAtMost.socket, running: false, waiting: [] },
    tcp: { waitingAtMost: waitingAtMost.tcp, running: false, waiting: [] },
  };

  /** Runs `work` when its turn comes. `too_many_attempts` at once where too many wait already. */
  async take<T>(way: Way, work: () => Promise<T>): Promise<T> {
    const places = this.#ways[way];
    if (places.running) {
      if (places.waiting.length >= places.waitingAtMost) {
        throw new VaultError('too_many_attempts', 'too many logins are waiting', { details: { retryAfterSeconds: 1 } });
      }
      // Whoever ends hands the place over, so `running` stays true.
      await new Promise<void>((resolve) => places.waiting.push(resolve));
    }
    places.running = true;
    try {
      return await work();
    } finally {
      const next = places.waiting.shift();
      if (next === undefined) places.running = false;
      else next();
    }
  }
}
