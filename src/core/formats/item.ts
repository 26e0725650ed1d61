import type { EarlierRevision, PendingPassword } from '../entry/earlier.ts';
import type { EntryContent, Field } from '../entry/schema.ts';

/** A file that belongs to an imported entry. Read when it is wanted: a file of the import may hold many large ones. */
export interface ImportAttachment {
  readonly name: string;
  /** Bytes; null where the file does not say. */
  readonly size: number | null;
  /** The contents. `invalid_request` where the file's copy is damaged. */
  readonly read: () => Uint8Array;
}

/** An entry as another program's file has it, fit to be stored: names, sizes and the one-time code are within Vault's rules. */
export interface ImportedItem {
  readonly content: EntryContent;
  /** Times are ISO 8601 in UTC with milliseconds; null where the file has none. */
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly passwordChangedAt: string | null;
  readonly trashed: boolean;
  /** Our own formats: a new password that is not in force yet. */
  readonly pending: PendingPassword | null;
  /** Our own formats: earlier revisions, the oldest first. */
  readonly history: readonly EarlierRevision[];
  readonly attachments: readonly ImportAttachment[];
  /** Where in the file it stands, for reports: a line or a number, and its name. */
  readonly place: string;
}

/** What was not understood or not kept as it was. Neither part holds a secret, nor text of the file but names. */
export interface ImportProblem {
  readonly place: string;
  readonly message: string;
}

export type ImportResult = { readonly item: ImportedItem } | { readonly problem: ImportProblem };

/** A one-time code's secret as the file spells it, with the name to keep it under where the entry already has one. */
export interface DraftTotp {
  readonly label: string;
  readonly text: string;
}

/** A password that was in force, and until when (ISO 8601; null where nobody knows). */
export interface EarlierPassword {
  readonly password: string;
  readonly until: string | null;
}

/** What a reader has gathered of an item: texts as they stand in the file. `finished` makes an `ImportedItem` of it. */
export interface Draft {
  /** `line 12`, `item 3`: the name is added to it. */
  readonly place: string;
  name: string | null;
  username: string | null;
  password: string | null;
  readonly urls: string[];
  readonly totp: DraftTotp[];
  readonly notes: string[];
  readonly fields: Field[];
  readonly tags: string[];
  createdAt: string | null;
  updatedAt: string | null;
  passwordChangedAt: string | null;
  trashed: boolean;
  pending: PendingPassword | null;
  readonly history: EarlierRevision[];
  /** Earlier passwords, the oldest first, that are to become revisions. */
  readonly earlierPasswords: EarlierPassword[];
  readonly attachments: ImportAttachment[];
  readonly problems: string[];
  /** Set where the format has no names, so that finding one is no problem to report. */
  nameless: boolean;
  /** Set for our own format: its fields are nothing but fields. */
  literal: boolean;
}

/** A name from the file that is fit for a report. */
export function shortLabel(text: string): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 80)
    .toWellFormed();
}

export function newDraft(place: string): Draft {
  return {
    place,
    name: null,
    username: null,
    password: null,
    urls: [],
    totp: [],
    notes: [],
    fields: [],
    tags: [],
    createdAt: null,
    updatedAt: null,
    passwordChangedAt: null,
    trashed: false,
    pending: null,
    history: [],
    earlierPasswords: [],
    attachments: [],
    problems: [],
    nameless: false,
    literal: false,
  };
}

/** Adds all to a list. (Spreading them into arguments would overflow the stack where a file has very many.) */
export function append<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}

/**
 * Tells fields of one name in several sections apart: what it gives is called at the end of each section, and puts the section's
 * heading before those names that a field before the section has.
 */
export function endOfSections({ fields }: Draft): (heading: string | null) => void {
  const names = new Set<string>();
  let begin = 0;
  const end = (heading: string | null): void => {
    const section = fields.splice(begin).map((field) => {
      const isTaken = heading !== null && names.has(field.name);
      return isTaken ? { ...field, name: `${heading} ${field.name}` } : field;
    });
    append(fields, section);
    for (const { name } of section) names.add(name);
    begin = fields.length;
  };
  end(null);
  return end;
}

/** Adds a field unless it is empty: other programs write every field of a form. */
export function addField(draft: Draft, name: string | null, value: string | null, hidden: boolean): void {
  if (value !== null && value !== '') draft.fields.push({ name: name ?? '', value, hidden });
}

export function addTag(draft: Draft, tag: string | null): void {
  if (tag !== null && tag !== '') draft.tags.push(tag);
}

/** Adds an address; one that comes again is left out when the item is finished. */
export function addUrl(draft: Draft, url: string | null): void {
  if (url !== null && url !== '') draft.urls.push(url);
}

export function addNotes(draft: Draft, notes: string | null): void {
  if (notes !== null && notes !== '') draft.notes.push(notes);
}

export function addTotp(draft: Draft, text: string | null, label = 'one-time code'): void {
  if (text !== null && text.trim() !== '') draft.totp.push({ label, text });
}

/** An earlier password, kept as a hidden field that says when it was replaced. */
export function addEarlierPassword(draft: Draft, password: string | null, until: string | null): void {
  addField(draft, until === null ? 'earlier password' : `password until ${until.slice(0, 10)}`, password, true);
}

/** Sets the username, or keeps a second, different one as a field. */
export function setUsername(draft: Draft, username: string | null, label = 'username'): void {
  if (username === null || username === '' || username === draft.username) return;
  if (draft.username === null) draft.username = username;
  else addField(draft, label, username, false);
}

/** Sets the password, or keeps a second, different one as a hidden field. */
export function setPassword(draft: Draft, password: string | null, label = 'password'): void {
  if (password === null || password === '' || password === draft.password) return;
  if (draft.password === null) draft.password = password;
  else addField(draft, label, password, true);
}

const secretName =
  /pass(?!port|enger)|secret|private|token|credential|\bpin\b|\bcv[vcn]2?\b|security (?:code|answer)|verification|api.?key|recovery|(?<!public )\bkey$|\bssn\b|social ?security|card ?number|account ?number|\biban\b|seed|totp|\botp/i;

/** Whether a field's name says that its value is one to hide, where the file does not say it itself. */
export function looksSecret(name: string): boolean {
  return secretName.test(name);
}
