import { VaultError } from '../../core/errors.ts';
import { beginSegment, logHead, noLink } from '../../core/log/chain.ts';
import type { ManifestRoot } from '../../core/manifest/root.ts';
import type { SegmentRow } from '../store/log-rows.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { remember } from '../vault/manifest.ts';
import { manifestIn } from '../vault/manifest-in.ts';
import { dropOld } from './drop.ts';
import type { Happening } from './origin.ts';
import { lastLink, soundPart, walkSegment } from './walk.ts';

/** What a login found of the segments before. */
interface Found {
  /** What the manifest's root is to hold; null where there is nothing to hold. */
  readonly head: Buffer | null;
  /** The last process's link: the next segment names it. */
  readonly previous: Buffer;
  readonly happenings: Happening[];
}

/**
 * The access log's part of a login. The first of an account in a process verifies the segment before, puts where it ended into the manifest's
 * root, and begins another. A broken link does not keep the owner out: it is written down, and this gives false.
 */
async function beginLog(context: VaultContext, caller: Caller): Promise<boolean> {
  if (context.accessLog.isOpen(caller.userId)) {
    context.accessLog.note(caller, { action: 'login' });
    return true;
  }
  const { sealed, sound } = await context.store.write(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    const { head, previous, happenings } = await examine(rows, manifest.user, caller, manifest.root);
    const dropped = await dropOld(context, rows, manifest.user, caller);
    await startSegment(context, rows, caller, manifest.user, previous);
    await context.accessLog.append(rows, caller, [...happenings, ...dropped, { action: 'login' }]);
    const next = await manifest.seal(head === null ? {} : { logHead: head });
    return { sealed: next, sound: !happenings.some(({ action }) => action === 'broken') };
  });
  remember(context, caller, sealed);
  return sound;
}

/** The same; where the disk takes nothing, the owner gets in without, and the log begins with a later login. */
export async function beginLogIfPossible(context: VaultContext, caller: Caller): Promise<boolean> {
  try {
    return await beginLog(context, caller);
  } catch (error) {
    if (error instanceof VaultError && (error.code === 'storage_full' || error.code === 'internal')) return true;
    throw error;
  }
}

/** Begins an account's next segment in this transaction. */
export async function startSegment(
  context: VaultContext,
  rows: Rows,
  { userId, keys }: Caller,
  user: number,
  previous: Buffer,
): Promise<void> {
  if (context.accessLog.isOpen(userId)) return;
  const number = await nextNumber(rows, user);
  const { head, state } = beginSegment(keys.log, { userId, number, token: null, previous });
  await rows.log.insertSegment(user, { number, token: null, previous, head, anchored: 0 });
  context.accessLog.start(rows, { userId, user, state });
}

export async function nextNumber(rows: Rows, user: number): Promise<number> {
  return ((await rows.log.segments(user)).at(-1)?.number ?? 0) + 1;
}

/** Verifies the last segment of a process, what the root holds of the one before, and what tokens have added since. */
async function examine(rows: Rows, user: number, caller: Caller, { logHead: anchored }: ManifestRoot): Promise<Found> {
  const segments = await rows.log.segments(user);
  const happenings = await anchorTokens(rows, user, caller, segments);
  const [before, last] = segments.filter(({ token }) => token === null).slice(-2);
  const [older, newest] = last === undefined ? [undefined, before] : [before, last];
  if (!(await holds(rows, user, older, newest, anchored))) happenings.push({ action: 'broken' });
  if (newest === undefined) return { head: null, previous: noLink, happenings };
  const walked = await walkSegment(rows, user, caller, newest);
  const sound = soundPart(walked);
  if (walked.problem !== null) happenings.push({ action: 'broken', segment: segmentOf(newest, sound) });
  if (sound === null) return { head: null, previous: noLink, happenings };
  return { head: logHead(newest.number, sound.count, sound.link), previous: sound.link, happenings };
}

/** Whether the segment before the newest ended where the root says, and the newest began there. */
export async function holds(
  rows: Rows,
  user: number,
  older: SegmentRow | undefined,
  newest: SegmentRow | undefined,
  anchored: Buffer,
): Promise<boolean> {
  if (older === undefined) return anchored.equals(noLink) && (newest?.previous.equals(noLink) ?? true);
  const end = await lastLink(rows, user, older);
  return end !== null && newest?.previous.equals(end.link) === true && anchored.equals(logHead(older.number, end.count, end.link));
}

/** Vouches in the segment that begins now for what tokens have written by themselves. */
async function anchorTokens(rows: Rows, user: number, caller: Caller, segments: readonly SegmentRow[]): Promise<Happening[]> {
  const happenings: Happening[] = [];
  for (const segment of segments) {
    if (segment.token === null || (await rows.log.count(user, segment.number)) === segment.anchored) continue;
    const walked = await walkSegment(rows, user, caller, segment);
    const sound = soundPart(walked);
    happenings.push({ action: walked.problem === null ? 'anchored' : 'broken', segment: segmentOf(segment, sound) });
    await rows.log.setAnchored(user, segment.number, sound?.count ?? 0);
  }
  return happenings;
}

function segmentOf({ number }: SegmentRow, sound: { count: number; link: Buffer } | null): NonNullable<Happening['segment']> {
  return { number, count: sound?.count ?? 0, link: (sound?.link ?? noLink).toString('hex') };
}
