import { fold } from './fold.ts';

/**
 * A test for names by what `list PATTERN` takes: text that the name contains, or, with `*` (anything) or `?` (one character),
 * a pattern for the whole name. Compared folded. At worst as many steps as the
 * two lengths multiplied: no pattern makes it hang.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const folded = fold(pattern);
  if (!/[*?]/.test(folded)) return (name) => fold(name).includes(folded);
  const wanted = Array.from(folded);
  return (name) => fits(wanted, Array.from(fold(name)));
}

/** Greedy matching that goes back to the last `*` only. */
function fits(pattern: readonly string[], text: readonly string[]): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let retry = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
