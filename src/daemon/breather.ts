import { setImmediate } from 'node:timers/promises';

/** So long may a piece of work keep all others waiting, in milliseconds. */
const patience = 20;

/**
 * For a long piece of work, to be called at each of its steps: lets others run where they have waited long. Not at every step: where several write
 * without a pause, each turn takes as long as their syncs to the disk, and a reader of many small steps would wait for all of those.
 */
export function createBreather(now: () => number = () => performance.now()): () => Promise<void> {
  let since = now();
  return async () => {
    if (now() - since < patience) return;
    await setImmediate();
    since = now();
  };
}
