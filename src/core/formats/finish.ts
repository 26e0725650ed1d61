import type { Field } from '../entry/schema.ts';
import { limits } from '../limits.ts';
import { hostOf, reduceName } from '../lookup/hosts.ts';
import { asRevisions } from './earlier-passwords.ts';
import { takeOverflow } from './overflow.ts';
import { append, type Draft, type ImportAttachment, type ImportedItem, type ImportResult } from './item.ts';
import { toOtpauth } from './totp-spelling.ts';

/** What all texts of one entry may weigh together; more goes into attachments. An entry is sealed and answered whole. */
const entryBytes = 4 * 1024 * 1024;

/** Texts from this size on become an attachment each when an entry is too large; smaller ones together. */
const largeText = 64 * 1024;

/** More tags than anybody gives are an attack, and more problems than anybody reads. */
const mostTags = 1000;
const mostProblems = 20;

const controlCharacters = /[\p{Cc}\u2028\u2029]+/gu;

function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function exceeds(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && byteLength(text) > bytes;
}

/** The longest beginning of a text that fits, whole characters only. */
function cut(text: string, bytes: number): string {
  return exceeds(text, bytes) ? new TextDecoder().decode(Buffer.from(text).subarray(0, bytes)).replace(/\uFFFD+$/, '') : text;
}

/** One line that Vault takes as a name: nothing else than necessary is changed. Empty where nothing is left. */
function asLabel(text: string): string {
  const line = cut(text.toWellFormed().replace(controlCharacters, ' '), limits.labelBytes);
  return line.trim() === '' ? '' : line;
}

function textAttachment(name: string, text: string): ImportAttachment {
  const data = Buffer.from(text.toWellFormed(), 'utf8');
  return { name, size: data.length, read: () => data };
}

/** A label that is fit for a report: short, and no more than a line. */
function place(draft: Draft): string {
  const name = draft.name === null ? '' : asLabel(draft.name).slice(0, 80).toWellFormed();
  return name === '' ? draft.place : `${draft.place} (${name})`;
}

/** What an item without a usable name is called: its site, else its user, else what it is. */
function substituteName(draft: Draft): string {
  for (const url of draft.urls) {
    const app = /^android(?:app)?:\/\/(?:[^@/]*@)?([\w.]+)/i.exec(url)?.[1];
    if (app !== undefined) return app;
    const site = reduceName(url).url === null ? hostOf(url)?.hostname : reduceName(url).name;
    const label = asLabel(site ?? '');
    if (label !== '') return label;
  }
  const username = asLabel(draft.username ?? '');
  return username === '' || username === '.' || username === '..' ? 'unnamed' : username;
}

function nameOf(draft: Draft, problems: string[]): string {
  const given = draft.name ?? '';
  const label = asLabel(given);
  if (label !== '' && label !== '.' && label !== '..') {
    if (label !== given) {
      problems.push(
        'has a name that is too long or holds control characters or newlines: kept under a similar one, the whole name as a field',
      );
      draft.fields.push({ name: 'original name', value: given, hidden: false });
    }
    return label;
  }
  const name = substituteName(draft);
  if (label !== '') problems.push(`has the name "${label}", which cannot be addressed: kept under another`);
  else if (!draft.nameless) problems.push('has no name: kept under that of its site or user');
  return name;
}

/** Sets the first sound one-time code; others stay as hidden fields, and what is no such secret is reported. */
function totpOf(draft: Draft, problems: string[]): string | null {
  let totp: string | null = null;
  for (const { label, text } of draft.totp) {
    const uri = toOtpauth(text);
    if (uri === null) problems.push('has a one-time code that is not understood: kept as a hidden field');
    if (uri !== null && totp === null) totp = uri;
    else if (uri === null || uri !== totp) draft.fields.push({ name: label, value: uri ?? text, hidden: true });
  }
  return totp;
}

/** Keeps a text within its limit; one that is larger becomes an attachment. */
function textWithin(draft: Draft, what: string, text: string | null, problems: string[]): string | null {
  if (text === null) return null;
  if (!text.isWellFormed()) problems.push(`has broken characters in its ${what}: replaced`);
  const sound = text.toWellFormed();
  if (!exceeds(sound, limits.textBytes)) return sound;
  problems.push(`has ${what} larger than 1 MiB: kept as an attachment`);
  draft.attachments.push(textAttachment(`${what.replaceAll('/', '_')}.txt`, sound));
  return null;
}

function fieldsWithin(draft: Draft, problems: string[]): Field[] {
  return draft.fields.flatMap(({ name, value, hidden }) => {
    const label = asLabel(name);
    if (label !== name && name.trim() !== '') {
      problems.push('has a field whose name is too long or holds control characters: kept under a similar one');
    }
    const text = textWithin(draft, `field ${label === '' ? 'field' : label}`, value, problems);
    return text === null ? [] : [{ name: label === '' ? 'field' : label, value: text, hidden }];
  });
}

function tagsWithin(draft: Draft, problems: string[]): string[] {
  const labels = draft.tags.map(asLabel);
  if (labels.some((label, at) => label !== draft.tags[at])) {
    problems.push('has a tag that is empty, too long or holds control characters: kept as a similar one where something is left');
  }
  const tags = [...new Set(labels.filter((label) => label !== ''))];
  if (tags.length <= mostTags) return tags;
  problems.push(`has more than ${mostTags} tags: the others are kept as an attachment`);
  draft.attachments.push(textAttachment('tags.txt', tags.slice(mostTags).join('\n')));
  return tags.slice(0, mostTags);
}

/** Moves the largest texts into attachments until the entry is of a size that can be handled. */
function shrink(draft: Draft, content: { notes: string | null; urls: string[]; fields: Field[] }, problems: string[]): typeof content {
  const weigh = (fields: readonly Field[], urls: readonly string[], notes: string | null) =>
    fields.reduce((sum, { name, value }) => sum + byteLength(name) + byteLength(value) + 48, 0) +
    urls.reduce((sum, url) => sum + byteLength(url) + 8, 0) +
    byteLength(notes ?? '');
  const { notes } = content;
  let { urls, fields } = content;
  if (weigh(fields, urls, notes) <= entryBytes) return content;
  problems.push('has more text than an entry can hold: the largest parts are kept as attachments');
  const isLarge = ({ value }: Field) => byteLength(value) >= largeText;
  for (const { name, value } of fields.filter(isLarge)) {
    draft.attachments.push(textAttachment(`field ${name.replaceAll('/', '_')}.txt`, value));
  }
  fields = fields.filter((field) => !isLarge(field));
  if (weigh(fields, [], null) > entryBytes / 2) {
    draft.attachments.push(textAttachment('fields.json', JSON.stringify(fields)));
    fields = [];
  }
  if (weigh([], urls, notes) > entryBytes / 2) {
    draft.attachments.push(textAttachment('urls.txt', urls.join('\n')));
    urls = [];
  }
  return { notes, urls, fields };
}

function* attachmentsWithin(draft: Draft): Generator<ImportAttachment> {
  for (const attachment of draft.attachments) {
    const name = asLabel(attachment.name.replace(/^.*[/\\]/s, ''));
    yield { name: name === '' || name === '.' || name === '..' ? 'file' : name, size: attachment.size, read: () => attachment.read() };
  }
}

/** Whether there is anything to keep of an item. Places and times alone are nothing. */
function isEmpty({ name, username, password, urls, totp, notes, fields, attachments }: Draft): boolean {
  const texts = [name, username, password].every((text) => text === null || text.trim() === '');
  return texts && [urls, totp, notes, fields, attachments].every((list) => list.length === 0);
}

/** Makes an entry of what a reader gathered, within all of Vault's rules, and reports what could not stay as it was. */
export function* finished(draft: Draft): Generator<ImportResult> {
  const problems = draft.problems;
  if (isEmpty(draft)) {
    yield { problem: { place: draft.place, message: problems[0] ?? 'holds nothing: left out' } };
    return;
  }
  if (!draft.literal) {
    append(draft.urls, new Set(draft.urls.splice(0)));
    takeOverflow(draft);
  }
  const reported = place(draft);
  const name = nameOf(draft, problems);
  const totp = totpOf(draft, problems);
  const username = textWithin(draft, 'username', draft.username, problems);
  const password = textWithin(draft, 'password', draft.password, problems);
  const notes = textWithin(draft, 'notes', draft.notes.length === 0 ? null : draft.notes.join('\n\n'), problems);
  const urls = draft.urls.flatMap((url) => textWithin(draft, 'url', url, problems) ?? []);
  const rest = shrink(draft, { notes, urls, fields: fieldsWithin(draft, problems) }, problems);
  const tags = tagsWithin(draft, problems);
  const item: ImportedItem = {
    content: { name, username, password, urls: rest.urls, totp, notes: rest.notes, fields: rest.fields, tags },
    createdAt: draft.createdAt,
    updatedAt: draft.updatedAt,
    passwordChangedAt: password === null ? null : draft.passwordChangedAt,
    trashed: draft.trashed,
    pending: draft.pending,
    history: draft.history,
    attachments: [...attachmentsWithin(draft)],
    place: reported,
  };
  for (const message of [...new Set(problems)].slice(0, mostProblems)) yield { problem: { place: reported, message } };
  yield { item: draft.earlierPasswords.length === 0 ? item : { ...item, history: asRevisions(draft.earlierPasswords, item) } };
}
