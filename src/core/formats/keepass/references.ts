import type { KeepassEntry } from './model.ts';

/** The texts that a reference may mean, by the letter that it is written with. */
const fieldNames: Readonly<Record<string, string>> = { T: 'Title', U: 'UserName', P: 'Password', A: 'URL', N: 'Notes' };

const reference = /\{REF:([TUPANI])@([TUPANI]):([^}]*)\}/gi;

/** References may point at texts with references: so deep, so long for a text and for a database, and no further. */
const deepest = 10;
const longest = 1024 * 1024;
const longestTogether = 64 * 1024 * 1024;

export function textOf(entry: KeepassEntry, name: string): string {
  return entry.texts.find((text) => text.name === name)?.value ?? '';
}

/** Replaces `{REF:P@I:…}` by what it means; null where one of them leads nowhere, in circles or beyond all measure. */
export type Resolve = (text: string) => string | null;

/** Looks references up among all entries of a database, by id or by another text of theirs. */
export function resolver(entries: readonly KeepassEntry[]): Resolve {
  const indexes = new Map<string, Map<string, KeepassEntry>>();
  const key = (entry: KeepassEntry, letter: string) =>
    (letter === 'I' ? entry.uuid : textOf(entry, fieldNames[letter] ?? '')).toLowerCase();
  const index = (letter: string): Map<string, KeepassEntry> => {
    const known = indexes.get(letter);
    if (known !== undefined) return known;
    const made = new Map<string, KeepassEntry>();
    for (const entry of entries) if (!made.has(key(entry, letter))) made.set(key(entry, letter), entry);
    indexes.set(letter, made);
    return made;
  };
  let steps = 0;
  let length = 0;
  let together = 0;
  const resolve = (text: string, depth: number): string | null => {
    if (text.search(reference) < 0) return text;
    let failed = depth >= deepest;
    const resolved = text.replace(reference, (_, wanted: string, by: string, value: string) => {
      const entry = failed || steps++ > 1000 ? undefined : index(by.toUpperCase()).get(value.toLowerCase());
      const letter = wanted.toUpperCase();
      const found =
        entry === undefined
          ? null
          : letter === 'I'
            ? entry.uuid.toUpperCase()
            : resolve(textOf(entry, fieldNames[letter] ?? ''), depth + 1);
      length += found?.length ?? 0;
      failed ||= found === null || length > longest;
      return found ?? '';
    });
    return failed ? null : resolved;
  };
  return (text) => {
    if (together > longestTogether) return text.search(reference) < 0 ? text : null;
    steps = 0;
    length = 0;
    const resolved = resolve(text, 0);
    together += length;
    return resolved;
  };
}
