import stringWidth from 'string-width';
import type { Style } from './style.ts';

const gap = 2;
const ellipsis = '…';
/** No column is made narrower than this to fit a terminal. */
const narrowest = 12;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** As much of a text as fits a number of cells, with an ellipsis where something is missing. */
function fit(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const cells = stringWidth(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return kept + ellipsis;
}

/** Takes cells from the widest column until the table fits. */
function shrink(widths: number[], available: number): number[] {
  const fitted = [...widths];
  for (;;) {
    const over = fitted.reduce((sum, width) => sum + width, gap * (fitted.length - 1)) - available;
    const widest = Math.max(...fitted);
    if (over <= 0 || widest <= narrowest) return fitted;
    const second = Math.max(narrowest, ...fitted.filter((width) => width < widest));
    const sharing = fitted.filter((width) => width === widest).length;
    const cut = Math.max(1, Math.min(widest - second, Math.ceil(over / sharing)));
    for (const [i, width] of fitted.entries()) if (width === widest) fitted[i] = width - cut;
  }
}

export interface TableOptions {
  readonly columns: number;
  readonly style: Style;
}

/** Lines of an aligned table; cells are one line each, already escaped. A column without any content is left out. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], { columns, style }: TableOptions): string[] {
  const kept = heads.map((_, i) => i).filter((i) => i === 0 || rows.some((row) => row[i] !== ''));
  const all = [heads, ...rows].map((row) => kept.map((i) => row[i] ?? ''));
  const natural = kept.map((_, i) => Math.max(...all.map((row) => stringWidth(row[i] ?? ''))));
  const widths = shrink(natural, columns);
  return all.map((row, index) => {
    const cells = row.map((cell, i) => {
      const text = fit(cell, widths[i] ?? 0);
      return i === row.length - 1 ? text : text + ' '.repeat((widths[i] ?? 0) - stringWidth(text) + gap);
    });
    if (index === 0) return style.dim(cells.join('').trimEnd());
    const rest = cells.slice(1).join('').trimEnd();
    const first = cells[0] ?? '';
    return style.bold(rest === '' ? first.trimEnd() : first) + rest;
  });
}
