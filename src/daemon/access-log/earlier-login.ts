import type { Rows } from '../store/rows.ts';
import type { Caller } from '../vault/context.ts';
import { walkSegment } from './walk.ts';

const day = 86_400_000;

/**
 * When the account last logged in a day or more before `now`, both in milliseconds since 1970; null where the log has no such login, or
 * none before its first broken link. What was too old then may go: a clock that is set far ahead for some hours is not believed.
 */
export async function earlierLogin(rows: Rows, user: number, caller: Caller, now: number): Promise<number | null> {
  for (const segment of (await rows.log.segments(user)).reverse()) {
    if (segment.token !== null) continue;
    const { events } = await walkSegment(rows, user, caller, segment);
    const times = events.filter(({ event }) => event.action === 'login').map(({ event }) => Date.parse(event.at));
    const before = times.filter((time) => time < now - day);
    if (before.length > 0) return Math.max(...before);
  }
  return null;
}
