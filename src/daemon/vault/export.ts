import { setImmediate } from 'node:timers/promises';
import type { ExportedLine } from '../../core/entry/export.ts';
import { idText } from '../../core/entry/id.ts';
import { leafCount } from '../../core/manifest/tree.ts';
import type { Caller, VaultContext } from './context.ts';
import { openEntry } from './entry-seal.ts';
import { exportedLine } from './exported-line.ts';
import { manifestIn } from './manifest-in.ts';
import { vouchedRows } from './vouched-rows.ts';

export interface ExportOptions {
  /** Whether those in the trash come too. */
  readonly trash: boolean;
  /** Whether earlier revisions come too. */
  readonly history: boolean;
}

/** About so many entries are read, and in memory, at a time. */
const pageSize = 32;

/** Opens the caller's keys for one piece of work. */
export type WithCaller = <T>(work: (caller: Caller) => Promise<T>) => Promise<T>;

/**
 * Every entry, opened, a page at a time, by id. Between pages nothing is held: no transaction, no lock, no key. So each page is as the
 * vault is when it is read; an entry that is there all along comes exactly once, one that is added meanwhile may come or not. Each page
 * is proved whole by the manifest. A session that ends meanwhile ends this: `unauthenticated`.
 */
export async function* exportPages(context: VaultContext, withCaller: WithCaller, options: ExportOptions): AsyncGenerator<ExportedLine[]> {
  for (let leaf = 0; leaf < leafCount;) {
    const { lines, next } = await withCaller((caller) => readPage(context, caller, leaf, options));
    if (lines.length > 0) yield lines;
    leaf = next;
    // Others are answered in between, however quickly the client reads.
    await setImmediate();
  }
}

async function readPage(
  context: VaultContext,
  caller: Caller,
  from: number,
  { trash, history }: ExportOptions,
): Promise<{ lines: ExportedLine[]; next: number }> {
  return await context.store.read(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    if (from === 0) context.accessLog.note(caller, { action: 'exported', count: manifest.root.entries });
    const leaves = Math.max(1, Math.floor((pageSize * leafCount) / Math.max(1, manifest.root.entries)));
    const next = Math.min(leafCount, from + leaves);
    const found = await vouchedRows({ rows, manifest }, from, next);
    const wanted = found.filter(({ trashed }) => trash || !trashed);
    const lines: ExportedLine[] = [];
    for (const row of wanted) {
      const entry = { row, id: idText(row.id), body: openEntry(caller, row) };
      lines.push(await exportedLine({ rows, caller, manifest }, entry, { history }));
    }
    return { lines, next };
  });
}
