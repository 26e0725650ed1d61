import { noLink } from '../../core/log/chain.ts';
import type { AccessEvent } from '../../core/log/event.ts';
import { createBreather } from '../breather.ts';
import type { SegmentRow } from '../store/log-rows.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { manifestIn } from '../vault/manifest-in.ts';
import { holds } from './begin.ts';
import { type LinkProblem, type Walked, walkSegment } from './walk.ts';

/** The first link that is broken. `record` is null where it is the segment itself. */
export interface BrokenLink {
  readonly segment: number;
  readonly record: number | null;
  readonly problem: LinkProblem;
}

export interface LogCheck {
  readonly segments: number;
  readonly records: number;
  readonly broken: BrokenLink | null;
  /** Segments that no last record ends: the daemon was killed, or their end was cut off before the next login. */
  readonly unclosed: number[];
}

/** Looks at every record there is, and names the first broken link. */
export async function verifyLog(context: VaultContext, caller: Caller): Promise<LogCheck> {
  const { accessLog } = context;
  await accessLog.flush();
  const standing = accessLog.standing(caller.userId);
  return await context.store.snapshot(async (rows) => {
    const { user, root } = await manifestIn(context, rows, caller);
    const segments = await rows.log.segments(user);
    const walks = new Map<number, Walked>();
    const breathe = createBreather();
    for (const segment of segments) {
      walks.set(segment.number, await walkSegment(rows, user, caller, segment));
      await breathe();
    }
    const problems: BrokenLink[] = [
      ...(await chainProblems(rows, user, segments, walks, root.logHead)),
      ...knownLinks(walks, standing).flatMap((known) => missingLink(walks, known)),
    ];
    const [first = null] = problems.sort((a, b) => a.segment - b.segment || (a.record ?? -1) - (b.record ?? -1));
    const ended = segments.filter(({ token, number }) => token === null && number !== standing?.number);
    return {
      segments: segments.length,
      records: [...walks.values()].reduce((sum, walked) => sum + recordsIn(walked), 0),
      broken: first,
      unclosed: ended.filter(({ number }) => walks.get(number)?.events.at(-1)?.event.action !== 'closed').map(({ number }) => number),
    };
  });
}

/** How many of a segment's records are sound. */
function recordsIn({ links }: Walked): number {
  return Math.max(0, links.length - 1);
}

/** What is wrong with the segments themselves, and how they follow one another. */
async function chainProblems(
  rows: Rows,
  user: number,
  segments: readonly SegmentRow[],
  walks: ReadonlyMap<number, Walked>,
  anchored: Buffer,
): Promise<BrokenLink[]> {
  const problems: BrokenLink[] = [];
  const own = segments.filter(({ token }) => token === null);
  let expected = firstNumber(walks);
  for (const { number } of segments) {
    if (number > expected) problems.push({ segment: expected, record: null, problem: 'missing' });
    expected = number + 1;
    const { problem = null, links } = walks.get(number) ?? { links: [] };
    if (problem !== null) problems.push({ segment: number, record: links.length === 0 ? null : links.length - 1, problem });
  }
  if (problems.length === 0) problems.push(...own.flatMap((segment, at) => startProblems(walks, segment, own[at - 1])));
  const [before, last] = own.slice(-2);
  const [older, newest] = last === undefined ? [undefined, before] : [before, last];
  if (problems.length === 0 && !(await holds(rows, user, older, newest, anchored))) {
    problems.push({ segment: older?.number ?? newest?.number ?? 1, record: null, problem: own.length === 0 ? 'missing' : 'altered' });
  }
  return problems;
}

/** Whether a segment of a process began where the one before had ended. What stood before the first was dropped when it was old. */
function startProblems(walks: ReadonlyMap<number, Walked>, segment: SegmentRow, before: SegmentRow | undefined): BrokenLink[] {
  if (before === undefined) {
    const fits = segment.number > 1 || segment.previous.equals(noLink);
    return fits ? [] : [{ segment: segment.number, record: null, problem: 'altered' }];
  }
  const walked = walks.get(before.number);
  if (walked?.links.at(-1)?.equals(segment.previous) === true) return [];
  return [{ segment: before.number, record: walked === undefined ? null : recordsIn(walked), problem: 'missing' }];
}

/** The number that the first segment must have: 1, or what the log says of those that were dropped. */
function firstNumber(walks: ReadonlyMap<number, Walked>): number {
  const dropped = allEvents(walks).filter(({ action }) => action === 'dropped');
  return Math.max(1, ...dropped.map(({ segment }) => segment?.number ?? 1));
}

function allEvents(walks: ReadonlyMap<number, Walked>): AccessEvent[] {
  return [...walks.values()].flatMap(({ events }) => events.map(({ event }) => event));
}

type KnownLink = NonNullable<AccessEvent['segment']>;

/** Links that are vouched for elsewhere: of tokens' segments by those of processes, of the open segment by this process. */
function knownLinks(walks: ReadonlyMap<number, Walked>, standing: { number: number; index: number; link: Buffer } | null): KnownLink[] {
  const told = allEvents(walks).filter(({ action }) => action === 'anchored' || action === 'token made');
  const known = told.flatMap(({ segment }) => (segment === null ? [] : [segment]));
  if (standing !== null) known.push({ number: standing.number, count: standing.index, link: standing.link.toString('hex') });
  const first = firstNumber(walks);
  return known.filter(({ number }) => number >= first);
}

function missingLink(walks: ReadonlyMap<number, Walked>, { number, count, link }: KnownLink): BrokenLink[] {
  const walked = walks.get(number);
  if (walked === undefined) return [{ segment: number, record: null, problem: 'missing' }];
  if (walked.problem !== null) return [];
  const found = walked.links[count];
  if (found === undefined) return [{ segment: number, record: recordsIn(walked), problem: 'missing' }];
  return found.toString('hex') === link ? [] : [{ segment: number, record: count, problem: 'altered' }];
}
