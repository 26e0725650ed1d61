import { VaultError } from './errors.ts';

/** One assignment of an env file. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
  /** The line it begins on, from 1. */
  readonly line: number;
}

/** What may name a variable in an environment: POSIX's names, and the dots and dashes that other programs allow themselves. */
export const variableName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

function refuse(line: number, what: string): VaultError {
  return new VaultError('usage', `line ${String(line)} of the env file ${what}`, {
    hint: 'a line is NAME=VALUE, a comment (#) or empty; a value in single quotes stays as it is',
  });
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\', $: '$' };

const assignment = /[ \t]*(?:export[ \t]+)?([^=\s]+)[ \t]*=[ \t]*/y;
const blank = /[ \t]*(?:#[^\n]*)?(?:\n|$)/y;
const quoted = /'([^']*)'|"((?:[^"\\]|\\[^])*)"/y;
const bare = /[^\n]*/y;

/**
 * Reads an env file (dotenv): `NAME=VALUE` lines, `export` before them, comments, values in single quotes (as they are) or double quotes
 * (with \n \r \t \" \\ \$), either over several lines. A bare value ends at a space and #. Nothing is expanded. Throws `usage`,
 * with the line's number and nothing of the line.
 */
export function parseEnvFile(source: string): Assignment[] {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const zero = text.indexOf('\0');
  if (zero >= 0) throw refuse(text.slice(0, zero).split('\n').length, 'holds a zero byte, which no environment can');
  const found: Assignment[] = [];
  let at = 0;
  let line = 1;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) {
      at += match[0].length;
      line += match[0].split('\n').length - 1;
    }
    return match;
  };
  while (at < text.length) {
    if (take(blank) !== null) continue;
    const begun = line;
    const name = take(assignment)?.[1];
    if (name === undefined) throw refuse(begun, 'is no assignment');
    if (!variableName.test(name)) throw refuse(begun, 'names no variable');
    const inQuotes = take(quoted);
    if (inQuotes !== null) {
      const [, raw, escaped = ''] = inQuotes;
      const value = raw ?? escaped.replace(/\\([^])/g, (whole, character: string) => escapes[character] ?? whole);
      if (take(blank) === null) throw refuse(line, 'goes on after a quoted value');
      found.push({ name, value, line: begun });
      continue;
    }
    if (text[at] === "'" || text[at] === '"') throw refuse(begun, 'begins a quote that never ends');
    const value = (take(bare)?.[0] ?? '').replace(/(^|[ \t])#.*$/, '').trimEnd();
    found.push({ name, value, line: begun });
  }
  return found;
}
