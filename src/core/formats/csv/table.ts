import { VaultError } from '../../errors.ts';
import type { ByteSource } from '../source.ts';
import { type Encoding, encodingOf, headText, textPieces } from '../text.ts';
import { type CsvRecord, csvRecords } from './records.ts';

/** A column's name as it is compared: programs change the case, and spreadsheets add blanks. */
export function columnKey(name: string): string {
  return name.trim().toLowerCase();
}

export interface CsvHead {
  readonly delimiter: string;
  /** A line `sep=;` before the first record, as Excel takes it. */
  readonly skip: number;
  /** The cells of the first records that are not blank, up to 20, as they stand. */
  readonly beginning: readonly (readonly string[])[];
}

const delimiters = [',', ';', '\t', '|'];

/** The character that separates cells: the one the first record has most of outside quotes, else the whole beginning. */
function delimiterOf(text: string): string {
  const counts = new Map(delimiters.map((delimiter) => [delimiter, 0]));
  let quoted = false;
  for (const character of text) {
    if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (counts.has(character)) counts.set(character, (counts.get(character) ?? 0) + 1);
    else if ((character === '\n' || character === '\r') && [...counts.values()].some((count) => count > 0)) break;
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

function firstRecords(text: string, delimiter: string): string[][] {
  const first: string[][] = [];
  try {
    for (const { cells } of csvRecords([text], delimiter)) {
      if (cells.some((cell) => cell !== '')) first.push([...cells]);
      if (first.length === 20) break;
    }
  } catch (error) {
    // The beginning was cut within a quoted cell: whoever reads the file meets the quote again.
    if (!(error instanceof VaultError)) throw error;
  }
  return first;
}

/** Looks at a file's beginning as CSV. */
export function csvHead(source: ByteSource): CsvHead {
  const text = headText(source);
  const announced = /^sep=(.)(?:\r\n|\r|\n|$)/.exec(text);
  const skip = announced?.[0].length ?? 0;
  const rest = text.slice(skip);
  const delimiter = announced?.[1] ?? delimiterOf(rest);
  return { delimiter, skip, beginning: firstRecords(rest, delimiter) };
}

/** A file's records, and how it is written. */
export interface CsvText {
  readonly encoding: Encoding;
  readonly records: Iterable<CsvRecord>;
}

function* without(texts: Iterable<string>, skip: number): Generator<string> {
  let left = skip;
  for (const text of texts) {
    yield text.slice(left);
    left = Math.max(0, left - text.length);
  }
}

/** Quotes and backslashes that stand behind a backslash, as KeePass 1 writes them, in the usual spelling. */
function* unescaped(texts: Iterable<string>): Generator<string> {
  let held = '';
  for (const text of texts) {
    const whole = held + text;
    // The last backslash may belong to what comes next.
    held = /(?<!\\)(?:\\\\)*\\$/.test(whole) ? '\\' : '';
    yield whole.slice(0, whole.length - held.length).replace(/\\(["\\])/g, (_, character: string) => (character === '"' ? '""' : '\\'));
  }
  yield held;
}

/** All records of a file, blank lines included. */
export function csvText(source: ByteSource, { delimiter, skip, beginning }: CsvHead): CsvText {
  const encoding = encodingOf(source);
  const texts = without(textPieces(source, encoding), skip);
  const isKeepass1 = beginning[0]?.map(columnKey).join() === 'account,login name,password,web site,comments';
  return { encoding, records: csvRecords(isKeepass1 ? unescaped(texts) : texts, delimiter) };
}
