import type { Entry, Field } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';

/*
 * The text that `vault edit` opens in an editor. One `key: value` a line; a value that a line cannot hold as it is (newlines,
 * spaces at its ends, a leading quote) is written as a JSON string. Everything below the line of dashes is the notes.
 */

/** What a person can change of an entry. */
export type Editable = Pick<Entry, 'name' | 'username' | 'password' | 'urls' | 'totp' | 'notes' | 'fields' | 'tags'>;

const notesMark = '--- notes: everything below this line ---';

const help = [
  '# Save and close to keep the changes; leave everything as it is to change nothing.',
  '# An empty value unsets. Give url, tag, field and hidden field as many times as you like:',
  '#   field port: 5432',
  '#   hidden field pin: 1234        (shown by get --all --reveal only)',
  '# A value in "double quotes" is JSON: "first line\\nsecond line".',
];

function isPlain(value: string): boolean {
  return value === value.trim() && !value.startsWith('"') && !/[\p{Cc}\u2028\u2029]/u.test(value);
}

function quote(value: string): string {
  return JSON.stringify(value).replace(/[\u007f-\u009f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function writeValue(value: string): string {
  return isPlain(value) ? value : quote(value);
}

/** The form for an entry. */
export function writeForm(entry: Editable): string {
  const line = (key: string, value: string | null) => `${key}: ${value === null ? '' : writeValue(value)}`.trimEnd();
  const many = (key: string, values: readonly string[]) =>
    values.length === 0 ? [line(key, null)] : values.map((value) => `${key}: ${value === '' ? quote(value) : writeValue(value)}`);
  const fieldName = (name: string) => (isPlain(name) && !name.includes(':') ? name : quote(name));
  return [
    ...help,
    '',
    line('name', entry.name),
    line('username', entry.username),
    line('password', entry.password),
    line('totp', entry.totp),
    ...many('url', entry.urls),
    ...many('tag', entry.tags),
    ...entry.fields.map(({ name, value, hidden }) =>
      `${hidden ? 'hidden field' : 'field'} ${fieldName(name)}: ${writeValue(value)}`.trimEnd(),
    ),
    '',
    notesMark,
    entry.notes ?? '',
    '',
  ].join('\n');
}

function problem(line: number, message: string): VaultError {
  return new VaultError('invalid_request', `line ${String(line)}: ${message}`);
}

function parseJsonText(text: string, line: number): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'string') return value;
  } catch {
    // Said below: the parser's own message quotes the text.
  }
  throw problem(line, 'a value that begins with a double quote must be a JSON string');
}

function parseValue(text: string, line: number): Pick<Line, 'value' | 'given'> {
  const trimmed = text.trim();
  const quoted = trimmed.startsWith('"');
  return { value: quoted ? parseJsonText(trimmed, line) : trimmed, given: quoted || trimmed !== '' };
}

interface Line {
  readonly key: string;
  /** A field's name; null for the other keys. */
  readonly field: string | null;
  readonly value: string;
  /** Whether there is a value, which may be the empty text in quotes. */
  readonly given: boolean;
}

function splitLine(text: string, line: number): Line {
  const quoted = /^(field|hidden field)\s+("(?:[^"\\]|\\.)*")\s*:(.*)$/su.exec(text);
  if (quoted !== null) {
    const [, key = '', name = '', value = ''] = quoted;
    return { key, field: parseJsonText(name, line), ...parseValue(value, line) };
  }
  const colon = text.indexOf(':');
  if (colon < 0) throw problem(line, 'expected "key: value"');
  const head = text.slice(0, colon).trim();
  const value = parseValue(text.slice(colon + 1), line);
  const field = /^(field|hidden field)(?:\s+(.*))?$/su.exec(head);
  return field === null ? { key: head, field: null, ...value } : { key: field[1] ?? '', field: field[2]?.trim() ?? '', ...value };
}

const single = ['name', 'username', 'password', 'totp'] as const;

/** What a saved form says. `invalid_request` with the line's number where it cannot be understood; never what stands there. */
export function parseForm(text: string): Editable {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const markAt = lines.findIndex((line) => line.trim() === notesMark);
  if (markAt < 0) throw problem(lines.length, `the line "${notesMark}" is missing`);
  const values = new Map<string, string>();
  let nameLine = 1;
  const urls: string[] = [];
  const tags: string[] = [];
  const fields: Field[] = [];
  for (const [i, line] of lines.slice(0, markAt).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const number = i + 1;
    const { key, field, value, given } = splitLine(line, number);
    if (field !== null) {
      if (field === '') throw problem(number, 'a field needs a name: "field port: 5432"');
      fields.push({ name: field, value, hidden: key === 'hidden field' });
    } else if (key === 'url' || key === 'tag') {
      if (given) (key === 'url' ? urls : tags).push(value);
    } else if (single.some((known) => known === key)) {
      if (values.has(key)) throw problem(number, `${key} is there twice`);
      values.set(key, value);
      if (key === 'name') nameLine = number;
    } else throw problem(number, 'unknown key: use name, username, password, totp, url, tag, field or hidden field');
  }
  const name = values.get('name') ?? '';
  if (name.trim() === '') throw problem(nameLine, 'the name must not be empty');
  const orNull = (key: string) => (values.get(key) === undefined || values.get(key) === '' ? null : (values.get(key) ?? null));
  const notes = lines
    .slice(markAt + 1)
    .join('\n')
    .replace(/\n$/, '');
  return {
    name,
    username: orNull('username'),
    password: orNull('password'),
    totp: orNull('totp'),
    urls,
    tags,
    fields,
    notes: notes === '' ? null : notes,
  };
}
