import { VaultError } from '../../errors.ts';
import { finished } from '../finish.ts';
import { addField, type Draft, type ImportResult, newDraft } from '../item.ts';
import type { ByteSource } from '../source.ts';
import type { CsvRecord } from './records.ts';
import { columnKey, type CsvHead, csvHead, csvText } from './table.ts';
import { type Take, take } from './take.ts';

/** A record under its header. */
export interface CsvRow {
  readonly line: number;
  /** The cell of a column, by its name in lower case; empty where there is none. */
  get(column: string): string;
}

/** One kind of table that a program exports. */
export interface CsvLayout {
  /** Whether a header is this kind's: the columns in lower case. */
  recognises(columns: ReadonlySet<string>): boolean;
  /** Whether a header that is not recognised will still do where the user names the format. */
  accepts?(columns: ReadonlySet<string>): boolean;
  /** What becomes of each column; columns that are not named here become fields. */
  readonly columns: Readonly<Record<string, Take>>;
  /** For a file without a header: the columns that its first records have; null where they are none of this kind. */
  header?(beginning: readonly (readonly string[])[]): readonly string[] | null;
  /** Every record is as wide as the header, so that a narrow one was broken by a line end that nobody quoted. */
  readonly wide?: boolean;
  /** What cells beyond the header are; without it they are reported. */
  beyond?(draft: Draft, cells: readonly string[]): void;
  /** Looks at the whole row after its cells were taken; false leaves the row out. */
  complete?(draft: Draft, row: CsvRow): boolean;
}

/** A broken record is put together from at most so many. */
const mostParts = 2000;

function isBlank({ cells }: CsvRecord): boolean {
  return cells.every((cell) => cell === '');
}

/** Records that line ends outside quotes have broken into narrow ones, joined again where their cells add up to the width. */
function* joined(records: Iterable<CsvRecord>, width: number): Generator<CsvRecord & { readonly parts: number }> {
  let waiting: CsvRecord[] = [];
  const give = function* () {
    const cells = [...(waiting[0]?.cells ?? [])];
    for (const { cells: more } of waiting.slice(1)) {
      cells.push(`${cells.pop() ?? ''}\n${more[0] ?? ''}`, ...more.slice(1));
    }
    const sum = cells.length;
    if (waiting.length > 1 && sum === width) yield { line: waiting[0]?.line ?? 0, cells, odd: false, parts: waiting.length };
    else for (const record of waiting) yield { ...record, parts: 1 };
    waiting = [];
  };
  let sum = 0;
  for (const record of records) {
    if (waiting.length === 0 && isBlank(record)) continue;
    const narrow = record.cells.length < width;
    const together = waiting.length === 0 ? record.cells.length : sum + record.cells.length - 1;
    if (waiting.length > 0 && (!narrow || together > width || waiting.length >= mostParts)) {
      yield* give();
      waiting = [record];
      sum = record.cells.length;
    } else {
      waiting.push(record);
      sum = together;
    }
    // A narrow record that is complete may still go on in its last cell, but a whole one stands alone.
    if (sum >= width) yield* give();
  }
  yield* give();
}

function chosen(head: CsvHead, layouts: readonly CsvLayout[]): { layout: CsvLayout; header: readonly string[]; headed: boolean } | null {
  const first = head.beginning[0] ?? [];
  const columns = new Set(first.map(columnKey));
  const layout = layouts.find((candidate) => candidate.recognises(columns)) ?? layouts.find((candidate) => candidate.accepts?.(columns));
  if (layout !== undefined) return { layout, header: first, headed: true };
  for (const candidate of layouts) {
    const header = candidate.header?.(head.beginning) ?? null;
    if (header !== null) return { layout: candidate, header, headed: false };
  }
  return null;
}

/** Whether one of these layouts recognises the header of a file that has one. */
export function hasCsvHeader(source: ByteSource, layouts: readonly CsvLayout[]): boolean {
  const columns = new Set(csvHead(source).beginning[0]?.map(columnKey));
  return layouts.some((layout) => layout.recognises(columns));
}

/** What a file's header comes to, worked out once. */
interface Columns {
  readonly width: number;
  readonly takes: readonly { readonly column: string; readonly act: Take }[];
  readonly at: ReadonlyMap<string, number>;
  /** Stands before the line where there are several files. */
  readonly file: string;
}

function columnsOf(header: readonly string[], layout: CsvLayout, within: string | null): Columns {
  const takes = header.map((column) => {
    const key = columnKey(column);
    return { column: column.trim(), act: (Object.hasOwn(layout.columns, key) ? layout.columns[key] : undefined) ?? take.field };
  });
  const at = new Map<string, number>();
  header.forEach((column, index) => at.has(columnKey(column)) || at.set(columnKey(column), index));
  return { width: header.length, takes, at, file: within === null ? '' : `${within}, ` };
}

function* readRow(record: CsvRecord, parts: number, { width, takes, at, file }: Columns, layout: CsvLayout): Generator<ImportResult> {
  const draft = newDraft(`${file}line ${record.line}`);
  for (const [index, value] of record.cells.entries()) {
    if (index >= width) break;
    if (value !== '') takes[index]?.act(draft, value, takes[index].column);
  }
  const beyond = record.cells.slice(width).filter((cell) => cell !== '');
  if (record.odd) draft.problems.push('goes on after a closing quote: check its texts');
  if (parts > 1) draft.problems.push('has line ends outside quotes: joined, check its texts');
  const lacksPassword = takes.slice(record.cells.length).some(({ act }) => act === take.password);
  if (record.cells.length < width && (layout.wide === true || lacksPassword)) {
    draft.problems.push(`has ${record.cells.length} of ${width} columns: cut short?`);
  }
  if (beyond.length > 0) {
    if (layout.beyond === undefined) {
      draft.problems.push('has more cells than the header: kept as hidden fields');
      for (const cell of beyond) addField(draft, 'column without a name', cell, true);
    } else layout.beyond(draft, beyond);
  }
  const row: CsvRow = { line: record.line, get: (column) => record.cells[at.get(column) ?? -1] ?? '' };
  if (layout.complete?.(draft, row) !== false) yield* finished(draft);
}

/**
 * Reads a CSV file by the first of these layouts that its header (or, where it has none, its first record) fits.
 * `invalid_request` where none does: `program` is whose export it was to be, `within` the file's name where it is one of several.
 */
export function* readCsv(
  source: ByteSource,
  layouts: readonly CsvLayout[],
  program: string,
  within: string | null = null,
): Generator<ImportResult> {
  const head = csvHead(source);
  const choice = chosen(head, layouts);
  if (choice === null) {
    throw new VaultError('invalid_request', `the file is no CSV export of ${program}: its first line does not name the columns`, {
      hint: 'the format auto finds out what a file is',
    });
  }
  const { layout, header, headed } = choice;
  const { encoding, records } = csvText(source, head);
  if (encoding === 'windows-1252') {
    yield { problem: { place: within ?? 'the file', message: 'is not in UTF-8: read as Windows-1252, check accented letters' } };
  }
  let skip = headed;
  const columns = columnsOf(header, layout, within);
  const all: Iterable<CsvRecord & { parts?: number }> = layout.wide === true ? joined(records, header.length) : records;
  for (const record of all) {
    if (isBlank(record)) continue;
    if (skip) skip = false;
    else yield* readRow(record, record.parts ?? 1, columns, layout);
  }
}
