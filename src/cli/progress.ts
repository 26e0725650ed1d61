import type { Output } from './output.ts';

/** How far a long piece of work has come. */
export interface Progress {
  /** So much more is done. */
  advance(by: number): void;
  /** Takes the bar away. */
  end(): void;
}

const width = 24;
/** What is over sooner needs no bar. */
const patienceMs = 300;
const refreshMs = 100;

/** `12.3 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${String(bytes)} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(kib < 10 ? 1 : 0)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, share) * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`;
}

/**
 * A bar on stderr while work takes long, where that is a terminal: in a pipe nothing is shown.
 *
 * @param total what all of it comes to; null where nobody knows
 * @param show how an amount is written: `bytesText`, say
 */
export function createProgress(output: Output, what: string, total: number | null, show: (amount: number) => string): Progress {
  const began = Date.now();
  let done = 0;
  let drawn = 0;
  return {
    advance: (by) => {
      done += by;
      const now = Date.now();
      if (now - began < patienceMs || now - drawn < refreshMs) return;
      drawn = now;
      output.status(`${what}  ${total === null || total === 0 ? show(done) : bar(done / total)}`);
    },
    end: () => {
      if (drawn !== 0) output.status('');
    },
  };
}

/** Passes data on, and shows how much has come. */
export async function* withProgress(progress: Progress, data: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of data) {
      yield bytes;
      progress.advance(bytes.length);
    }
  } finally {
    progress.end();
  }
}

const tickMs = 1000;

/** Waits for work that does not say how far it has come, and shows for how long. */
export async function withElapsed<T>(output: Output, what: string, work: Promise<T>): Promise<T> {
  const began = Date.now();
  const progress = createProgress(output, what, null, () => `${String(Math.round((Date.now() - began) / 1000))} s`);
  const timer = setInterval(() => {
    progress.advance(1);
  }, tickMs);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    progress.end();
  }
}
