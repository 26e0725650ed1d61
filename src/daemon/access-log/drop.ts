import { noLink } from '../../core/log/chain.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { earlierLogin } from './earlier-login.ts';
import type { Happening } from './origin.ts';
import { walkSegment } from './walk.ts';

const day = 86_400_000;
/** Segments of processes that always stay: the root vouches for the one, the next one begins at the other. */
const kept = 2;

/**
 * Removes the oldest segments, as long as all in them was older than `log.keepDays` at an earlier login, a day ago or more: a clock that
 * is set far ahead for an hour removes nothing. What the first one left is goes into the log.
 */
export async function dropOld({ clock, logKeepDays }: VaultContext, rows: Rows, user: number, caller: Caller): Promise<Happening[]> {
  const segments = await rows.log.segments(user);
  const lastOnes = segments.filter(({ token }) => token === null).slice(-kept);
  const now = clock.wall();
  let login: number | null = null;
  const going: number[] = [];
  let first: number | null = null;
  for (const segment of segments) {
    if (lastOnes.includes(segment)) break;
    if (segment.token !== null && (await rows.tokens.byId(segment.token)) !== null) break;
    going.push(segment.number);
    const { events, problem } = await walkSegment(rows, user, caller, segment);
    const last = events.at(-1);
    // How old a broken one is, it does not tell: it stays as long as the next.
    if (last === undefined || problem !== null) continue;
    const keptUntil = Date.parse(last.event.at) + logKeepDays * day;
    if (now < keptUntil) break;
    login ??= await earlierLogin(rows, user, caller, now);
    if (login === null || login < keptUntil) break;
    for (const number of going.splice(0)) await rows.log.drop(user, number);
    first = segment.number + 1;
  }
  if (first === null) return [];
  return [{ action: 'dropped', segment: { number: first, count: 0, link: noLink.toString('hex') } }];
}
