import { advice, type Finding } from '../core/audit/finding.ts';
import type { Output } from './output.ts';
import { table } from './table.ts';
import { escapeLine } from './text.ts';

/** What a pipe gets: name, username, kind, what is wrong and id between tabs. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ id, name, username, kind, message }) => [...[name, username ?? '', kind, message].map(escapeLine), id].join('\t'));
}

/** A table for people, a line for each entry, worst first: what is wrong with it, and what to do about the worst of that. */
export function findingTable(findings: readonly Finding[], { columns, style }: Pick<Output, 'columns' | 'style'>): string[] {
  const entries = new Map<string, Finding[]>();
  for (const finding of findings) entries.set(finding.id, [...(entries.get(finding.id) ?? []), finding]);
  const rows = [...entries.values()].flatMap((all) => {
    const [worst] = all;
    if (worst === undefined) return [];
    return [[worst.name, worst.username ?? '', all.map(({ message }) => message).join('; '), advice[worst.kind]].map(escapeLine)];
  });
  return table(['NAME', 'USERNAME', 'WHAT IS WRONG', 'WHAT TO DO'], rows, { columns: columns ?? 80, style });
}
