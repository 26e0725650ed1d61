import { VaultError } from '../../errors.ts';

/** A record of a CSV file: its cells, and the line it begins in. */
export interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
  /** Whether a cell went on after its closing quote: taken as it stands, and worth a look. */
  readonly odd: boolean;
}

/** What one cell and one record may hold: more is a quote that was never closed, or an attack. */
const cellLimit = 16 * 1024 * 1024;
const cellCountLimit = 10_000;

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** Line ends in a stretch of a quoted cell. */
function lineEnds(text: string): number {
  let ends = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === lineFeed) ends++;
    else if (code === carriageReturn && text.charCodeAt(at + 1) !== lineFeed && text.charCodeAt(at + 1) !== carriageReturn) ends++;
  }
  return ends;
}

/**
 * Splits a text into records by RFC 4180 and what programs make of it: any line end (LF, CRLF, CR, CR CR LF), quotes within an unquoted
 * cell, text after a closing quote. Blank lines are records of one empty cell. One pass, whatever the text; no more than a record is held.
 *
 * `invalid_request` where a quote is still open at the end (the file was cut short) or a cell is larger than 16 MiB.
 */
export function* csvRecords(texts: Iterable<string>, delimiter: string): Generator<CsvRecord> {
  const separator = delimiter.charCodeAt(0);
  /** Before a cell, in a plain one, in a quoted one, after a quote in a quoted one. */
  let state: 'start' | 'plain' | 'quoted' | 'closed' = 'start';
  let cells: string[] = [];
  let cell = '';
  let odd = false;
  let line = 1;
  let begun = 1;
  let opened = 1;
  /** Line end characters that still belong to the end just seen: after CR another CR or an LF, after CR CR an LF. */
  let returns = 0;

  const grow = (text: string): void => {
    cell += text;
    if (cell.length > cellLimit) {
      throw new VaultError('invalid_request', `a cell that begins in line ${opened} is larger than 16 MiB: is a quote missing?`);
    }
  };

  for (const text of texts) {
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      if (state === 'quoted') {
        const close = text.indexOf('"', at);
        const stretch = text.slice(at, close < 0 ? text.length : close);
        line += lineEnds(stretch);
        grow(stretch);
        from = text.length;
        if (close < 0) break;
        at = close;
        state = 'closed';
        continue;
      }
      const code = text.charCodeAt(at);
      if (returns > 0) {
        const same: boolean = code === lineFeed || (code === carriageReturn && returns === 1);
        returns = code === carriageReturn && same ? 2 : 0;
        if (same) continue;
      }
      if (state === 'closed') {
        if (code === quote) {
          cell += '"';
          state = 'quoted';
          continue;
        }
        odd ||= code !== separator && code !== lineFeed && code !== carriageReturn;
        state = 'plain';
        from = at;
      } else if (state === 'start') {
        opened = line;
        from = at;
        state = code === quote ? 'quoted' : 'plain';
        if (code === quote) continue;
      }
      if (code === separator) {
        grow(text.slice(from, at));
        cells.push(cell);
        if (cells.length > cellCountLimit) throw new VaultError('invalid_request', `line ${begun} has more than ${cellCountLimit} cells`);
        cell = '';
        state = 'start';
      } else if (code === lineFeed || code === carriageReturn) {
        grow(text.slice(from, at));
        yield { line: begun, cells: [...cells, cell], odd };
        returns = code === carriageReturn ? 1 : 0;
        begun = ++line;
        cells = [];
        cell = '';
        odd = false;
        state = 'start';
      }
    }
    if (state === 'plain') grow(text.slice(from));
  }
  if (state === 'quoted') {
    throw new VaultError('invalid_request', `the quote opened in line ${opened} is never closed: the file was cut short`);
  }
  if (state !== 'start' || cells.length > 0) yield { line: begun, cells: [...cells, cell], odd };
}
