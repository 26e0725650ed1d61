import { earlierRevision, pendingPassword } from '../../entry/earlier.ts';
import { VaultError } from '../../errors.ts';
import { fromIso } from '../times.ts';
import type { ExportedEntries, ExportedEntry, ExportOptions } from '../export.ts';
import { finished } from '../finish.ts';
import { append, type Draft, type ImportResult, newDraft, shortLabel } from '../item.ts';
import { asList, asObject, asObjects, asText, type JsonObject, parseJson } from '../json.ts';
import type { ByteSource } from '../source.ts';
import { textPieces } from '../text.ts';

/*
 * Vault's own format (docs/formats.md): one JSON object, written with its beginning, each entry and its end in lines of their own, so
 * that it can be read an entry at a time. Other layouts of the same JSON are read too, whole.
 */

const version = 1;
const end = ']}';

function beginning(now: number): string {
  return `${JSON.stringify({ format: 'vault', version, exportedAt: new Date(now).toISOString() }).slice(0, -1)},"entries":[`;
}

const begins = /^\{"format":"vault","version":\d+,[^\n]*"entries":\[$/;

/** Whoever reads an entry has its line in one string, of which V8 makes none longer (2^29 - 24 characters): 384 MiB of files, or so. */
const longestLine = 2 ** 29 - 1024;

/** An entry's line, a file at a time. Files that would make it too long to be read again are left out and reported. */
async function* entryLine(exported: ExportedEntry, report: ExportOptions['report'], longest: number): AsyncGenerator<Buffer> {
  const { entry, trashed, pending, history, attachments } = exported;
  const past = { ...(pending === null ? {} : { pending }), ...(history.length === 0 ? {} : { history }) };
  const texts = JSON.stringify({ ...entry, trashed, ...past, attachments: [] });
  yield Buffer.from(texts.slice(0, -2));
  let length = texts.length;
  let separator = '';
  for (const { name, read } of attachments) {
    const file = `${separator}${JSON.stringify({ name, data: Buffer.from(await read()).toString('base64') })}`;
    if (length + file.length > longest) {
      report({ place: entry.name, message: `has more files than a line of JSON can hold: ${name} is left out, vault backup has it` });
      continue;
    }
    length += file.length;
    separator = ',';
    yield Buffer.from(file);
  }
  yield Buffer.from(']}');
}

/** The document, an entry at a time. No line is longer than `longest` characters but for what the texts of an entry alone take. */
export async function* writeVaultJson(
  entries: ExportedEntries,
  { now, report }: Pick<ExportOptions, 'now' | 'report'>,
  longest = longestLine,
): AsyncGenerator<Buffer> {
  yield Buffer.from(beginning(now));
  let separator = '\n';
  for await (const exported of entries) {
    yield Buffer.from(separator);
    yield* entryLine(exported, report, longest);
    separator = ',\n';
  }
  yield Buffer.from(`\n${end}\n`);
}

function damaged(): VaultError {
  return new VaultError('invalid_request', 'the export was cut short or damaged');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** What each key of an entry is to hold. */
const kinds: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...Object.fromEntries(
    ['id', 'name', 'username', 'password', 'totp', 'notes', 'createdAt', 'updatedAt', 'passwordChangedAt'].map((key) => [key, isText]),
  ),
  ...Object.fromEntries(['urls', 'tags'].map((key) => [key, (value: unknown) => asList(value).every(isText) && Array.isArray(value)])),
  fields: (value) =>
    Array.isArray(value) && value.every((field) => isText(asObject(field)?.['name']) && isText(asObject(field)?.['value'])),
  attachments: (value) =>
    Array.isArray(value) && value.every((file) => isText(asObject(file)?.['name']) && isText(asObject(file)?.['data'])),
  history: Array.isArray,
  pending: () => true,
  revision: () => true,
  trashed: (value) => typeof value === 'boolean',
};

/** Reports what an entry holds that is not understood: keys of a later version, or values that somebody has changed. */
function reportOdd(draft: Draft, entry: JsonObject): void {
  for (const [key, value] of Object.entries(entry)) {
    const understood = Object.hasOwn(kinds, key) && kinds[key]?.(value) === true;
    if (!understood && value !== null) draft.problems.push(`has "${shortLabel(key)}", which is not understood: left out`);
  }
}

function readPast(draft: Draft, entry: JsonObject): void {
  const pending = pendingPassword.safeParse(entry['pending']);
  if (pending.success) draft.pending = pending.data;
  else if (entry['pending'] != null) draft.problems.push('has a pending password that is not understood: left out');
  for (const value of asList(entry['history'])) {
    const earlier = earlierRevision.safeParse(value);
    if (earlier.success) draft.history.push(earlier.data);
    else draft.problems.push('has an earlier revision that is not understood: left out');
  }
}

function readEntry(draft: Draft, entry: JsonObject): void {
  draft.literal = true;
  reportOdd(draft, entry);
  const { name, username, password, totp, notes } = entry;
  draft.name = isText(name) ? name : null;
  draft.username = isText(username) ? username : null;
  draft.password = isText(password) ? password : null;
  if (isText(totp)) draft.totp.push({ label: 'one-time code', text: totp });
  if (isText(notes)) draft.notes.push(notes);
  append(draft.urls, asList(entry['urls']).filter(isText));
  append(draft.tags, asList(entry['tags']).filter(isText));
  for (const { name: label, value, hidden } of asObjects(entry['fields'])) {
    if (isText(label) && isText(value)) draft.fields.push({ name: label, value, hidden: hidden === true });
  }
  for (const { name: file, data } of asObjects(entry['attachments'])) {
    if (isText(file) && isText(data)) draft.attachments.push({ name: file, size: null, read: () => Buffer.from(data, 'base64') });
  }
  readPast(draft, entry);
  draft.trashed = entry['trashed'] === true;
  draft.createdAt = fromIso(asText(entry['createdAt']));
  draft.updatedAt = fromIso(asText(entry['updatedAt']));
  draft.passwordChangedAt = fromIso(asText(entry['passwordChangedAt']));
}

function* readValue(value: unknown, number: number): Generator<ImportResult> {
  const draft = newDraft(`entry ${number}`);
  const entry = asObject(value);
  if (entry === null) draft.problems.push('is no entry: nothing of it could be read');
  else readEntry(draft, entry);
  yield* finished(draft);
}

function checkVersion(value: unknown): void {
  if (value !== version) {
    throw new VaultError('invalid_request', 'the export is of a newer version of Vault', { hint: 'import it with that version' });
  }
}

function* lines(source: ByteSource): Generator<string> {
  let parts: string[] = [];
  for (const text of textPieces(source, 'utf-8')) {
    let from = 0;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      yield parts.join('') + text.slice(from, at);
      parts = [];
      from = at + 1;
    }
    parts.push(text.slice(from));
  }
  const last = parts.join('');
  if (last !== '') yield last;
}

function* readWhole(json: unknown): Generator<ImportResult> {
  const file = asObject(json);
  if (file?.['format'] !== 'vault' || !Array.isArray(file['entries'])) {
    throw new VaultError('invalid_request', 'the file is no export of Vault');
  }
  checkVersion(file['version']);
  let number = 0;
  for (const value of asList(file['entries'])) yield* readValue(value, ++number);
}

/** The first lines, the others left where they are. */
function take(all: Iterator<string, unknown>, count: number): string[] {
  const taken: string[] = [];
  for (let next = all.next(); next.done !== true; next = all.next()) if (taken.push(next.value) === count) break;
  return taken;
}

/** Reads the document, as we write it a line at a time, in any other layout whole. */
export function* readVaultJson(source: ByteSource): Generator<ImportResult> {
  const all = lines(source);
  const [first = ''] = take(all, 1);
  if (!begins.test(first)) {
    yield* readWhole(parseJson([first, ...all].join('\n')));
    return;
  }
  checkVersion(asObject(parseJson(first + end))?.['version']);
  let number = 0;
  for (const line of all) {
    if (line === end) {
      if (all.next().done !== true) throw damaged();
      return;
    }
    yield* readValue(parseJson(line.endsWith(',') ? line.slice(0, -1) : line), ++number);
  }
  throw damaged();
}
