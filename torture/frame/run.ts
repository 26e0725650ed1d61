import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from './random.ts';

/** What one run of a trial found. */
export interface Outcome {
  readonly name: string;
  /** How often each thing was tried. */
  readonly tried: ReadonlyMap<string, number>;
  /** What failed, the first of them in words. */
  readonly failures: readonly string[];
  readonly failed: number;
  readonly measured: ReadonlyMap<string, string>;
  /** Why nothing was tried; null where something was. */
  readonly skipped: string | null;
  readonly seconds: number;
  readonly seed: string;
}

export interface RunOptions {
  readonly seed: string;
  /** The full numbers, or the few of `npm test`. */
  readonly full: boolean;
  /** When to stop at the latest, complete or not; null for never. */
  readonly minutes: number | null;
  /** Called now and then with what was tried so far. */
  readonly onProgress?: (text: string) => void;
}

const failuresInWords = 20;

/** A trial on its way: its size, its chance, and what it found. */
export class Run {
  readonly full: boolean;
  readonly random: Random;
  readonly minutes: number | null;
  readonly #options: RunOptions;
  readonly #began = performance.now();
  readonly #tried = new Map<string, number>();
  readonly #measured = new Map<string, string>();
  readonly #failures: string[] = [];
  readonly #cleanups: (() => Promise<void> | void)[] = [];
  #failed = 0;
  #told = 0;

  constructor(options: RunOptions) {
    this.#options = options;
    this.full = options.full;
    this.minutes = options.minutes;
    this.random = new Random(options.seed);
  }

  /** So many, in a full run or in the short one. */
  count(full: number, short: number): number {
    return this.full ? full : short;
  }

  /** 0, 1, 2 … up to so many, as long as there is time. */
  *rounds(full: number, short: number): Generator<number> {
    for (let round = 0; round < this.count(full, short) && this.hasTime(); round++) yield round;
  }

  /** Whether there is time left, or left of this share of it. */
  hasTime(share = 1): boolean {
    return this.minutes === null || performance.now() - this.#began < this.minutes * 60_000 * share;
  }

  /** Notes that something was tried. */
  tried(what: string, times = 1): void {
    this.#tried.set(what, (this.#tried.get(what) ?? 0) + times);
    const now = performance.now();
    if (now - this.#told < 1000) return;
    this.#told = now;
    this.#options.onProgress?.(this.progress());
  }

  progress(): string {
    return [...this.#tried].map(([what, times]) => `${times.toLocaleString('en')} ${what}`).join(', ');
  }

  failed(text: string): void {
    this.#failed += 1;
    if (this.#failures.length < failuresInWords) this.#failures.push(text);
  }

  /** Notes a failure where something does not hold. */
  check(holds: boolean, text: string): void {
    if (!holds) this.failed(text);
  }

  measured(what: string, value: string): void {
    this.#measured.set(what, value);
  }

  /** An empty directory, 0700, for as long as the run. Its path is short: a socket's path may not be longer than about a hundred bytes. */
  directory(): string {
    const directory = mkdtempSync(join(realpathSync(tmpdir()), 'vt-'));
    this.atEnd(() => rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
    return directory;
  }

  /** To be done when the run is over, the last first. */
  atEnd(cleanup: () => Promise<void> | void): void {
    this.#cleanups.push(cleanup);
  }

  async end(): Promise<void> {
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup();
  }

  outcome(name: string, skipped: string | null): Outcome {
    return {
      name,
      tried: this.#tried,
      failures: this.#failures,
      failed: this.#failed,
      measured: this.#measured,
      skipped,
      seconds: (performance.now() - this.#began) / 1000,
      seed: this.#options.seed,
    };
  }
}
