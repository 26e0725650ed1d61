import { appendFileSync, renameSync, statSync } from 'node:fs';
import { VaultError } from '../../core/errors.ts';
import type { Clock } from '../clock.ts';
import type { Log, RequestRecord } from '../log.ts';

/** A log grows to this many bytes and is then kept as the one before: `daemon.log.1`. */
const largest = 1024 * 1024;
const flushAfter = 200;

/** Where an error arose, as far as it says nothing about values: its type, its code and its stack without the message. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(error.code) ? ` ${error.code}` : '';
  // The stack begins with the message, which may look like a part of it.
  const stack = error.stack ?? '';
  const message = stack.indexOf(error.message);
  const frames =
    message < 0
      ? []
      : stack
          .slice(message + error.message.length)
          .split('\n')
          .slice(1);
  const place = [`${error.constructor.name}${code}`, ...frames.slice(0, 8).map((line) => line.trim())].join(' < ');
  return error.cause === undefined ? place : `${place} < caused by ${placeOf(error.cause)}`;
}

/** The daemon's log. Lines are gathered for a moment: a request must not wait for them. */
export class LogFile implements Log {
  readonly #path: string;
  readonly #clock: Clock;
  #size: number;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    this.#size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }

  note(text: string): void {
    this.#add(text);
  }

  request({ way, method, route, status, code, milliseconds }: RequestRecord): void {
    this.#add(`${way} ${method} ${route} ${String(status)} ${code ?? '-'} ${milliseconds.toFixed(1)}ms`);
  }

  defect(error: unknown): void {
    // An error of our own has a message without values; whatever caused it may not.
    if (error instanceof VaultError) this.#add(`defect: ${error.message}`);
    this.#add(`defect: ${placeOf(error)}`);
  }

  /** Writes what was gathered. A log that cannot be written must not stop a vault that can. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#lines.join('');
    this.#lines = [];
    if (text === '') return;
    try {
      if (this.#size > largest) {
        renameSync(this.#path, `${this.#path}.1`);
        this.#size = 0;
      }
      appendFileSync(this.#path, text, { mode: 0o600 });
      this.#size += Buffer.byteLength(text);
    } catch {
      this.#size = 0;
    }
  }

  #add(text: string): void {
    this.#lines.push(`${new Date(this.#clock.wall()).toISOString()} ${text}\n`);
    this.#timer ??= setTimeout(() => this.flush(), flushAfter).unref();
  }
}
