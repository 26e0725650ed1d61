import { noLink } from '../../core/log/chain.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import type { Happening } from './origin.ts';
import { walkSegment } from './walk.ts';

const day = 86_400_000;
/** Segments of processes that always stay: the root vouches for the one, the next one begins at the other. */
const kept = 2;

/** Removes the oldest segments, as long as all in them is older than `log.keepDays`; what the first one left is goes into the log. */
export async function dropOld({ clock, logKeepDays }: VaultContext, rows: Rows, user: number, caller: Caller): Promise<Happening[]> {
  const segments = await rows.log.segments(user);
  const lastOnes = segments.filter(({ token }) => token === null).slice(-kept);
  let first = segments[0]?.number ?? 1;
  for (const segment of segments) {
    if (lastOnes.includes(segment)) break;
    if (segment.token !== null && (await rows.tokens.byId(segment.token)) !== null) break;
    const { events } = await walkSegment(rows, user, caller, segment);
    const last = events.at(-1);
    if (last !== undefined && clock.wall() - Date.parse(last.event.at) < logKeepDays * day) break;
    await rows.log.drop(user, segment.number);
    first = segment.number + 1;
  }
  if (first === (segments[0]?.number ?? 1)) return [];
  return [{ action: 'dropped', segment: { number: first, count: 0, link: noLink.toString('hex') } }];
}
