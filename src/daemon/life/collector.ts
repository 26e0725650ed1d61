import { collectGarbage } from '../garbage.ts';

/** Without a request for so many milliseconds the daemon is quiet: collecting garbage (some 20 ms) keeps nobody waiting. */
const quietMilliseconds = 200;
/** Less garbage than this is V8's own affair. */
const worthwhileBytes = 8 * 1024 * 1024;

/**
 * Gives memory back in the pauses. A listing, an import or an export leaves many megabytes of what was opened for it, which V8
 * would keep until it needs the room: some 64 MiB of buffers, and for hours in a daemon that has nothing to do.
 */
export class Collector {
  #kept = 0;
  #underWay = 0;
  #timer: NodeJS.Timeout | null = null;

  /** To be called with every request. */
  began(): void {
    this.#underWay += 1;
  }

  /** To be called when it has been answered, or was broken off: what a long one leaves is garbage only then. */
  ended(): void {
    this.#underWay -= 1;
    if (this.#timer === null) this.#timer = setTimeout(() => this.#quiet(), quietMilliseconds).unref();
    else this.#timer.refresh();
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #quiet(): void {
    this.#timer = null;
    if (this.#underWay > 0) return;
    if (this.#used() - this.#kept < worthwhileBytes) return;
    collectGarbage();
    // The pages that the first has emptied go back to the system with the second.
    collectGarbage();
    this.#kept = this.#used();
  }

  #used(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }
}
