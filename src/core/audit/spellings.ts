/** A letter that is meant where something else is written: `a` for `@`. */
export interface Change {
  /** Where the letter stands in the spelling. */
  readonly at: number;
  readonly letter: string;
  readonly written: string;
}

/** What somebody may have meant, by these changes. */
export interface Spelling {
  readonly text: string;
  readonly changes: readonly Change[];
}

/** How far a spelling has come. */
interface Beginning extends Spelling {
  /** How much of what is written it stands for. */
  readonly length: number;
  /** Whether all was changed that can be. */
  readonly thorough: boolean;
  /** What was changed last, and how often in a row. */
  readonly last: string;
  readonly run: number;
}

/** No word has a letter more often in a row. */
const longestRun = 3;

/**
 * A function that gives what may be meant by `p@ssw0rd`: first the spellings in which all is changed that can be, then those in which
 * some is. As zxcvbn goes through them, since there can be very many, and only the first `most` count.
 *
 * @param letters for each letter what may be written in its place
 */
export function createSpellings(letters: Readonly<Record<string, readonly string[]>>): (written: string, most: number) => Spelling[] {
  const changes = Object.entries(letters).flatMap(([letter, all]) => all.map((written) => ({ letter, written })));
  // What is longer goes first.
  changes.sort((a, b) => b.written.length - a.written.length);

  return (written, most) => {
    const possible = Array.from({ length: written.length }, (_, at) => changes.filter((change) => written.startsWith(change.written, at)));
    const found: Spelling[] = [];
    const goOn = (everywhere: boolean, { length, text, changes, thorough, last, run }: Beginning): void => {
      if (found.length >= most) return;
      if (length === written.length) {
        if (thorough === everywhere) found.push({ text, changes });
        return;
      }
      const here = (possible[length] ?? []).filter((change) => change.written !== last || run < longestRun);
      for (const change of here) {
        goOn(everywhere, {
          length: length + change.written.length,
          text: text + change.letter,
          changes: [...changes, { at: text.length, ...change }],
          thorough,
          last: change.written,
          run: change.written === last ? run + 1 : 1,
        });
      }
      if (everywhere && here.length > 0) return;
      goOn(everywhere, {
        length: length + 1,
        text: text + written.charAt(length),
        changes,
        thorough: thorough && here.length === 0,
        last,
        run,
      });
    };
    for (const everywhere of [true, false]) goOn(everywhere, { length: 0, text: '', changes: [], thorough: true, last: '', run: 0 });
    return found;
  };
}
