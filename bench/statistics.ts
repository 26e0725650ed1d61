/** Times of one operation, in milliseconds. */
export interface Times {
  readonly median: number;
  readonly p95: number;
}

/** Median and 95th percentile of some times. */
export function summarize(times: readonly number[]): Times {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Times `count` runs of some work, after one that does not count. `work` learns which run it is. */
export async function measure(count: number, work: (run: number) => Promise<unknown>): Promise<Times> {
  return await measureTimes(count, (run) => timed(() => work(run)));
}

/** The same for what times itself: `time` gives milliseconds. */
export async function measureTimes(count: number, time: (run: number) => Promise<number>): Promise<Times> {
  await time(0);
  const times: number[] = [];
  for (let run = 1; run <= count; run++) times.push(await time(run));
  return summarize(times);
}
