import type { Clock } from '../clock.ts';

/** One moment on both clocks. */
export interface Moment {
  readonly wall: number;
  readonly monotonic: number;
}

export function momentOf(clock: Clock): Moment {
  return { wall: clock.wall(), monotonic: clock.monotonic() };
}

/** Milliseconds between two moments: the larger of what the clocks say, since a suspend stops the one and a clock set back cheats the other. */
export function elapsed(since: Moment, now: Moment): number {
  return Math.max(now.wall - since.wall, now.monotonic - since.monotonic);
}
