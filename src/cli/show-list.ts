import type { EntrySummary } from '../core/entry/schema.ts';
import type { Cli } from './cli.ts';
import { escapeLine } from './text.ts';

function cells({ name, username, tags }: EntrySummary): string[] {
  return [name, username ?? '', tags.join(', ')].map(escapeLine);
}

/** What a pipe gets: name, username, tags and id between tabs. */
export function listLines(entries: readonly EntrySummary[]): string[] {
  return entries.map((entry) => [...cells(entry), entry.id].join('\t'));
}

/** Prints entries: JSON, a table on a terminal, or lines of name, username, tags and id between tabs. */
export async function showList(cli: Cli, entries: readonly EntrySummary[], empty: string): Promise<void> {
  const { output } = cli;
  if (cli.globals.json) {
    output.json(entries);
    return;
  }
  if (!output.terminal) {
    output.lines(listLines(entries));
    return;
  }
  if (entries.length === 0) {
    output.note(empty);
    return;
  }
  const { table } = await import('./table.ts');
  output.lines(table(['NAME', 'USERNAME', 'TAGS'], entries.map(cells), { columns: output.columns ?? 80, style: output.style }));
}
