import type { ImportReport } from '../../core/entry/import.ts';
import type { Cli } from '../cli.ts';
import { count, escapeLine } from '../text.ts';

/** So many problems are read by people; the rest is for programs. */
const shownAtMost = 100;

function things(number: number, singular: string, plural: string): string {
  return number === 1 ? `1 ${singular}` : `${String(number)} ${plural}`;
}

/** What became of the entries, in a sentence. */
function summary({ imported, skipped, conflicts }: ImportReport, dryRun: boolean): string {
  const parts = [`${dryRun ? 'would import' : 'imported'} ${things(imported, 'entry', 'entries')}`];
  if (skipped > 0) parts.push(`${String(skipped)} ${skipped === 1 ? 'was' : 'were'} there already`);
  if (conflicts > 0) parts.push(count(conflicts, 'conflict'));
  return parts.join('; ');
}

/** Tells what an import did: as JSON, or on stderr for people. */
export function showReport({ globals, output }: Cli, report: ImportReport, { dryRun }: { readonly dryRun: boolean }): void {
  const { green, yellow, dim } = output.noteStyle;
  if (globals.json) {
    output.json(report);
    return;
  }
  const [first = '', ...rest] = summary(report, dryRun).split(' ');
  output.note([green(first), ...rest].join(' '));
  const { problems } = report;
  if (problems.length === 0) return;
  output.warn(yellow(`${count(problems.length, 'problem')}:`));
  for (const { place, message } of problems.slice(0, shownAtMost)) output.warn(`  ${escapeLine(place)} ${dim(escapeLine(message))}`);
  if (problems.length > shownAtMost) {
    output.warn(`  and ${String(problems.length - shownAtMost)} more: with --json all of them are told`);
  }
}
