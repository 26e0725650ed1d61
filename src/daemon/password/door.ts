import { wipe } from '../../core/crypto/bytes.ts';
import { VaultError } from '../../core/errors.ts';
import type { Way } from '../environment.ts';
import type { Answer } from './answer.ts';
import type { Attempt, Attempts } from './attempts.ts';
import { type PasswordChild, withPasswordChild } from './child.ts';
import type { DerivationPlaces } from './places.ts';
import type { Operation, Task } from './protocol.ts';

export interface DoorDependencies {
  readonly attempts: Attempts;
  readonly places: DerivationPlaces;
  /** The bundled password/worker.ts. */
  readonly worker: string;
  /** Called after each request, whatever became of it. */
  readonly onDone: () => void;
}

/** The one door: everything that a master password or a recovery kit is checked or set for goes through it. */
export class Door {
  readonly #deps: DoorDependencies;
  readonly #working: Record<Way, number> = { socket: 0, tcp: 0 };

  constructor(deps: DoorDependencies) {
    this.#deps = deps;
  }

  /** How many requests that came this way wait for a derivation or its consequences. */
  working(way: Way): number {
    return this.#working[way];
  }

  /**
   * Hands a request's body to a process of its own when its turn comes. The body is the raw chunks of the request, zeroed here.
   * `too_many_attempts` where too many wait.
   */
  async enter<T>(way: Way, operation: Operation, body: readonly Buffer[], work: (child: PasswordChild) => Promise<T>): Promise<T> {
    this.#working[way] += 1;
    try {
      return await this.#deps.places.take(way, () => withPasswordChild(this.#deps.worker, operation, body, work));
    } finally {
      wipe(...body);
      this.#working[way] -= 1;
      this.#deps.onDone();
    }
  }

  /** `too_many_attempts` where this account has to wait on this way. */
  check(attempt: Attempt): void {
    this.#deps.attempts.check(attempt);
  }

  /** Derives, and counts: what is wrong after a right password is no failed attempt. */
  async derive<T>(child: PasswordChild, task: Task, attempt: Attempt, use: (answer: Answer) => Promise<T>): Promise<T> {
    const { attempts } = this.#deps;
    try {
      return await child.derive(task, async (answer) => {
        attempts.succeeded(attempt);
        return await use(answer);
      });
    } catch (error) {
      if (error instanceof VaultError && error.code === 'incorrect_password') attempts.failed(attempt);
      throw error;
    }
  }
}
