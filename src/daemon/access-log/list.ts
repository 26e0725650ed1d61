import type { LogEvent } from '../../core/api/log.ts';
import { idBytes } from '../../core/entry/id.ts';
import type { AccessEvent } from '../../core/log/event.ts';
import type { Caller, VaultContext } from '../vault/context.ts';
import { openEntry } from '../vault/entry-seal.ts';
import { manifestIn } from '../vault/manifest-in.ts';
import { walkSegment } from './walk.ts';

/** The log's own records are about the log: `log verify` looks at them. */
const internal: ReadonlySet<AccessEvent['action']> = new Set(['anchored', 'dropped', 'closed']);

/** The newest events, `limit` at most, oldest of them first; up to a segment's first broken link. */
export async function listLog(context: VaultContext, caller: Caller, limit: number): Promise<LogEvent[]> {
  await context.accessLog.flush();
  return await context.store.snapshot(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    const found: { event: AccessEvent; segment: number; record: number }[] = [];
    for (const segment of (await rows.log.segments(manifest.user)).reverse()) {
      // Tokens write into older segments for as long as they live.
      if (segment.token === null && found.length >= limit) continue;
      const { events } = await walkSegment(rows, manifest.user, caller, segment);
      const shown = events.filter(({ event }) => !internal.has(event.action));
      found.push(...shown.map((one) => ({ ...one, segment: segment.number })));
    }
    const newest = found.sort((a, b) => a.event.at.localeCompare(b.event.at) || a.segment - b.segment || a.record - b.record).slice(-limit);
    const names = new Map<string, LogEvent['entries'][number]>();
    for (const id of new Set(newest.flatMap(({ event }) => event.entries))) {
      const row = await rows.entries.byId(manifest.user, idBytes(id));
      if (row !== null) await manifest.vouchFor(row);
      const body = row === null ? null : openEntry(caller, row);
      names.set(id, { id, name: body?.name ?? null, username: body?.username ?? null });
    }
    return newest.map(({ event, segment, record }) => {
      return { ...event, entries: event.entries.map((id) => names.get(id) ?? { id, name: null, username: null }), segment, record };
    });
  });
}
