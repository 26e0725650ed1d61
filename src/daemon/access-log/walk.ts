import { wipe } from '../../core/crypto/bytes.ts';
import { type ChainState, firstLink, linkAfter, nextState, openRecord, openSegment, type SegmentPlace } from '../../core/log/chain.ts';
import { type AccessEvent, decodeEvents } from '../../core/log/event.ts';
import { VaultError } from '../../core/errors.ts';
import type { SegmentRow } from '../store/log-rows.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller } from '../vault/context.ts';

/** `missing`: a record is not there although one after it is, or although it was known; `altered`: it is not the one that was written. */
export type LinkProblem = 'missing' | 'altered';

/** What a walk along a segment found, up to its first broken link. */
export interface Walked {
  readonly events: { readonly event: AccessEvent; readonly record: number }[];
  /** The link after each record; before the first at index 0. */
  readonly links: Buffer[];
  readonly problem: LinkProblem | null;
}

export function placeOf(userId: Buffer, { number, token, previous }: SegmentRow): SegmentPlace {
  return { userId, number, token, previous };
}

/** Opens a segment, record after record. */
export async function walkSegment(rows: Rows, user: number, { userId, keys }: Caller, segment: SegmentRow): Promise<Walked> {
  const walked: Omit<Walked, 'problem'> = { events: [], links: [] };
  let state: ChainState | null = null;
  try {
    state = openSegment(keys.log, placeOf(userId, segment), segment.head);
    walked.links.push(state.link);
    for (const { position, record } of await rows.log.records(user, segment.number)) {
      if (position !== state.index) return { ...walked, problem: 'missing' };
      for (const event of decodeEvents(openRecord(userId, state, record))) walked.events.push({ event, record: position });
      const next = nextState(state, record);
      wipe(state.secret);
      state = next;
      walked.links.push(state.link);
    }
    return { ...walked, problem: null };
  } catch (error) {
    if (error instanceof VaultError && error.code === 'vault_corrupt') return { ...walked, problem: 'altered' };
    throw error;
  } finally {
    wipe(state?.secret);
  }
}

/** The link after a segment's last record, by its records alone; null where some are missing. */
export async function lastLink(rows: Rows, user: number, segment: SegmentRow): Promise<{ count: number; link: Buffer } | null> {
  let link = firstLink(segment);
  let count = 0;
  for (const { position, record } of await rows.log.records(user, segment.number)) {
    if (position !== count) return null;
    link = linkAfter(link, record);
    count += 1;
  }
  return { count, link };
}

/** Where a walk ended: how many records are sound, and the link after them. */
export function soundPart({ links }: Walked): { count: number; link: Buffer } | null {
  const link = links.at(-1);
  return link === undefined ? null : { count: links.length - 1, link };
}
