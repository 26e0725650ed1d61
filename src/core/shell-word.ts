/** A text in single quotes, in which a POSIX shell takes every byte for itself. */
export function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** A text as one word of a shell's command: quoted only where it has to be, for people read it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/u.test(text) ? text : singleQuoted(text);
}
