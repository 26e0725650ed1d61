import { isDeepStrictEqual } from 'node:util';
import type { EntryBody } from '../../core/entry/body.ts';
import type { ImportedEntry } from '../../core/entry/import.ts';
import type { EntryContent } from '../../core/entry/schema.ts';
import { normalizeTotp } from '../../core/totp.ts';

/** The content to keep. A TOTP secret that cannot be read becomes a hidden field, and is reported. */
export function contentOf(imported: EntryContent, problem: (message: string) => void): EntryContent {
  const { name, username, password, urls, totp, notes, fields, tags } = imported;
  const content = {
    name,
    username: username === '' ? null : username,
    password: password === '' ? null : password,
    urls,
    notes: notes === '' ? null : notes,
    tags,
  };
  if (totp === null || totp === '') return { ...content, totp: null, fields };
  try {
    return { ...content, totp: normalizeTotp(totp), fields };
  } catch {
    problem('its one-time code secret cannot be read: it is kept as a hidden field');
    return { ...content, totp: null, fields: [...fields, { name: 'totp', value: totp, hidden: true }] };
  }
}

/** What comes in of an entry, as far as it can be compared before its files are read. */
export interface Offered {
  readonly content: EntryContent;
  readonly attachments: ImportedEntry['attachments'];
  readonly pending: ImportedEntry['pending'];
  readonly trashed: boolean;
}

function isWithin<T>(some: readonly T[], all: readonly T[], key: (one: T) => string): boolean {
  const known = new Set(all.map(key));
  return some.every((one) => known.has(key(one)));
}

/** Whether an entry has all of it already, and perhaps more; files are known by name and size. */
export function holds(body: EntryBody, { content, attachments, pending = body.pending }: Offered): boolean {
  return (
    content.name === body.name &&
    content.username === body.username &&
    content.password === body.password &&
    (content.totp === null || content.totp === body.totp) &&
    (content.notes === null || content.notes === body.notes) &&
    isWithin(content.urls, body.urls, (url) => url) &&
    isWithin(content.tags, body.tags, (tag) => tag) &&
    isWithin(content.fields, body.fields, ({ name, value, hidden }) => JSON.stringify([name, value, hidden])) &&
    isWithin<{ name: string; size: number }>(attachments, body.attachments ?? [], ({ name, size }) => JSON.stringify([name, size])) &&
    isDeepStrictEqual(pending, body.pending)
  );
}
