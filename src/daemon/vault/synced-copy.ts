import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

/** At most one sync begins in this many milliseconds: changes never wait for it, and many of them share one. */
const restMilliseconds = 1000;

/**
 * A file that a power cut leaves whole: what it holds is on the disk before it takes its name. It is written behind the back of whoever
 * changes it, so that it may be some changes late.
 */
export class SyncedCopy {
  readonly #path: string;
  readonly #onUnwritten: (error: unknown) => void;
  /** What is not yet written. */
  #text: string | null = null;
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  #rested = -restMilliseconds;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string, onUnwritten: (error: unknown) => void) {
    this.#path = path;
    this.#onUnwritten = onUnwritten;
  }

  /** Is on the disk soon, unless something newer comes first. */
  set(text: string): void {
    this.#text = text;
    this.#schedule();
  }

  /** Resolves when the newest is on the disk, or the disk has refused it. */
  async close(): Promise<void> {
    await this.#writing;
    clearTimeout(this.#timer);
    await this.#write();
  }

  #schedule(): void {
    if (this.#busy || this.#text === null) return;
    this.#busy = true;
    const rest = Math.max(0, this.#rested + restMilliseconds - performance.now());
    this.#timer = setTimeout(() => {
      this.#writing = this.#write();
    }, rest).unref();
  }

  async #write(): Promise<void> {
    const text = this.#text;
    this.#text = null;
    try {
      if (text !== null) await replaceSynced(this.#path, text);
    } catch (error) {
      this.#onUnwritten(error);
    }
    this.#rested = performance.now();
    this.#busy = false;
    this.#schedule();
  }
}

async function replaceSynced(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
