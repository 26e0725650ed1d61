import { elapsed, type Moment } from './time.ts';

/** An account has so many sessions at most: a program that logs in over and over and never locks would fill the memory. */
const sessionsAtMost = 1000;
/** What all sessions together keep of their listings, in bytes: only so much is quicker the second time. */
const listingsAtMost = 256 * 1024 * 1024;

interface Held {
  readonly used: Moment;
  listing: readonly Buffer[] | null;
}

function unusedLongestFirst<S extends Held>(sessions: readonly S[], now: Moment): S[] {
  return sessions.toSorted((a, b) => elapsed(b.used, now) - elapsed(a.used, now));
}

/** Which of an account's sessions end so that there is room for one more: those that were unused longest. */
export function endingForOneMore<S extends Held>(own: readonly S[], now: Moment): S[] {
  const surplus = own.length + 1 - sessionsAtMost;
  return surplus > 0 ? unusedLongestFirst(own, now).slice(0, surplus) : [];
}

function sizeOf({ listing }: Held): number {
  return (listing ?? []).reduce((sum, { length }) => sum + length, 0);
}

/** Makes room for a listing that a session has just put by: what others keep goes, of those that were unused longest first. */
export function makeRoomForListing(session: Held, others: readonly Held[], now: Moment, atMost = listingsAtMost): void {
  const keeping = others.filter((other) => other !== session && other.listing !== null);
  let total = keeping.reduce((sum, other) => sum + sizeOf(other), sizeOf(session));
  for (const other of unusedLongestFirst(keeping, now)) {
    if (total <= atMost) return;
    total -= sizeOf(other);
    other.listing = null;
  }
}
