import { VaultError } from './errors.ts';
import { parseReference, type Reference } from './reference.ts';

/** A template, cut where values go: `texts` has one part more than `references`. Texts are bytes, one a character (latin1). */
export interface Template {
  readonly texts: readonly string[];
  readonly references: readonly { readonly reference: Reference; readonly line: number }[];
}

/** `{{ vault://… }}`; braces around anything else belong to some other program. */
const placeholder = /\{\{[ \t]*(vault:\/\/[^\n]*?)[ \t]*\}\}/g;
const unfinished = /\{\{[ \t]*vault:\/\//;

function lineAfter(line: number, text: string): number {
  return line + text.split('\n').length - 1;
}

function refuse(line: number, problem: string, hint: string | undefined): VaultError {
  return new VaultError('usage', `line ${String(line)}: ${problem}`, hint === undefined ? {} : { hint });
}

/** Reads a template. Everything but its references stays as it is, whatever its encoding. Throws `usage`, with the line, for a reference that is none. */
export function parseTemplate(bytes: Uint8Array): Template {
  const source = Buffer.from(bytes).toString('latin1');
  const texts: string[] = [];
  const references: Template['references'][number][] = [];
  let at = 0;
  let line = 1;
  const keep = (text: string): void => {
    const open = unfinished.exec(text);
    if (open !== null) {
      throw refuse(lineAfter(line, text.slice(0, open.index)), 'a reference begins and does not end on its line', 'it ends with }}');
    }
    texts.push(text);
    line = lineAfter(line, text);
  };
  for (const match of source.matchAll(placeholder)) {
    keep(source.slice(at, match.index));
    at = match.index + match[0].length;
    try {
      references.push({ reference: parseReference(Buffer.from(match[1] ?? '', 'latin1').toString('utf8')), line });
    } catch (error) {
      throw error instanceof VaultError ? refuse(line, error.message, error.hint) : error;
    }
  }
  keep(source.slice(at));
  return { texts, references };
}

/** The template with a value for each reference, in their order. */
export function fillTemplate({ texts, references }: Template, values: readonly string[]): Buffer {
  const filled = references.map((_, i) => Buffer.from(values[i] ?? ''));
  return Buffer.concat(texts.flatMap((text, i) => [Buffer.from(text, 'latin1'), ...filled.slice(i, i + 1)]));
}
