import type { HistoryItem } from '../../core/api/revisions.ts';
import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { findTrashed } from '../find-trashed.ts';
import { escapeLine, localTime } from '../text.ts';

export interface HistoryOptions {
  readonly user?: string;
  readonly show?: boolean;
}

/** The id of the entry that a name means; where none has it, of the one in the trash. */
async function idOf(cli: Cli, name: string, user: string | undefined): Promise<string> {
  try {
    return (await findEntry(cli, { name, user, exact: true })).id;
  } catch (error) {
    const trashed = error instanceof VaultError && error.code === 'entry_not_found' ? await findTrashed(cli, name, user) : null;
    if (trashed === null) throw error;
    return trashed.id;
  }
}

const stars = '********';

/** The password that a revision brought: stars, unless it is to be shown; nothing where there never was one. */
function passwordCell({ changed, password, pending, passwordChangedAt }: HistoryItem): string {
  if (changed.includes('pending') && pending !== null) return pending === undefined ? `${stars} (pending)` : `${pending} (pending)`;
  const brought = changed.includes('password') || changed.includes('created') || changed.length === 0;
  return !brought || password === null || passwordChangedAt === null ? '' : (password ?? stars);
}

/** `vault history NAME`. */
export async function history(cli: Cli, name: string, { user, show = false }: HistoryOptions): Promise<void> {
  const id = await idOf(cli, name, user);
  const query = show ? ({ secrets: 'true' } as const) : {};
  const items = await cli.client.call({ path: '/history/:id', method: '$get', param: { id }, query });
  const { output } = cli;
  if (cli.globals.json) {
    output.json(items);
    return;
  }
  const rows = items.map((item) => [
    String(item.revision),
    output.terminal ? localTime(item.updatedAt) : item.updatedAt,
    item.changed.join(','),
    escapeLine(passwordCell(item)),
  ]);
  if (!output.terminal) {
    output.lines(rows.map((row) => (show ? row : row.slice(0, 3)).join('\t')));
    return;
  }
  const { table } = await import('../table.ts');
  output.lines(
    table(['REVISION', 'DATE', 'CHANGED', 'PASSWORD'], rows, { columns: show ? Infinity : (output.columns ?? 80), style: output.style }),
  );
}
