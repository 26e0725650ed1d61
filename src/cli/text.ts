/**
 * What a terminal would obey rather than show: control characters (C0, DEL, C1), the marks that reorder text (Unicode Standard
 * Annex #9, section 2), and the line separators that only some terminals break at.
 */
const hazards = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The same, without what lays out a text of several lines. */
const hazardsInText = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** One line of stored text, safe to print anywhere: hazards become `\u001b` and the like. Backslashes stay single: people read this. */
export function escapeLine(text: string): string {
  return text.replace(hazards, escaped);
}

/** Like `escapeLine`, but line feeds and tabs stay: for notes on a terminal. */
export function escapeText(text: string): string {
  return text.replace(hazardsInText, escaped);
}

/** JSON for people: indented, with hazards escaped in the way JSON itself allows. All line feeds in `JSON.stringify`'s output are its own. */
export function terminalJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(hazardsInText, escaped);
}

/** The same in one line: for stderr, where errors go as JSON. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(hazards, escaped);
}

/** `1 session`, `2 sessions`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${String(number)} ${number === 1 ? noun : plural}`;
}

/** A time by the reader's clock, to the minute. */
export function localTime(time: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(new Date(time));
}

/** How messages name an entry: `github.com (me@example.com)`. */
export function entryTitle({ name, username }: { readonly name: string; readonly username: string | null }): string {
  return escapeLine(username === null ? name : `${name} (${username})`);
}
