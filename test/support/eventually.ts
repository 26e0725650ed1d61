import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds, asking every 10 ms; throws, naming what was awaited, when it never does. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  { what, timeoutMs = 30_000 }: { what: string; timeoutMs?: number },
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
    await sleep(10);
  }
}
