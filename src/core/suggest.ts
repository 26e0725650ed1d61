import { fold } from './lookup/fold.ts';

/**
 * How many single-character slips (insert, drop, replace, swap neighbours) turn `a` into `b`: optimal string alignment
 * distance (Boytsov, "Indexing methods for approximate dictionary searching", 2011). Above `limit` any larger number.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      // What stands before a beginning is undefined, which is no character.
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The smaller the likelier; null where nobody could have meant it. Containment comes before slips of the finger. */
function rank(query: string, name: string): number | null {
  if (name.startsWith(query)) return 0;
  if (name.includes(query)) return 1;
  if (name.length >= 3 && query.includes(name)) return 2;
  const limit = Math.max(1, Math.floor(query.length / 3));
  const slips = distance(query, name, limit);
  return slips <= limit && slips < query.length ? 2 + slips : null;
}

/** The names that somebody who typed `query` may have meant, likeliest first: for "did you mean" lines, never to choose by. */
export function suggest(query: string, names: Iterable<string>, max = 5): string[] {
  const wanted = fold(query.trim());
  if (wanted === '') return [];
  const ranked: { readonly name: string; readonly rank: number }[] = [];
  for (const name of new Set(names)) {
    const found = rank(wanted, fold(name));
    if (found !== null) ranked.push({ name, rank: found });
  }
  ranked.sort((a, b) => a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : 1));
  return ranked.slice(0, max).map(({ name }) => name);
}
