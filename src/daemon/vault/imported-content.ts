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

/** What an entry has not of it, or has otherwise, by the names of the parts; it may have more of each. Files are known by name and size. */
export function lacking(body: EntryBody, { content, attachments, pending = body.pending }: Offered): string[] {
  const has = {
    name: content.name === body.name,
    username: content.username === body.username,
    password: content.password === body.password,
    'one-time code': content.totp === null || content.totp === body.totp,
    notes: content.notes === null || content.notes === body.notes,
    addresses: isWithin(content.urls, body.urls, (url) => url),
    tags: isWithin(content.tags, body.tags, (tag) => tag),
    fields: isWithin(content.fields, body.fields, ({ name, value, hidden }) => JSON.stringify([name, value, hidden])),
    files: isWithin<{ name: string; size: number }>(attachments, body.attachments ?? [], ({ name, size }) => JSON.stringify([name, size])),
    'pending password': isDeepStrictEqual(pending, body.pending),
  };
  return Object.entries(has).flatMap(([part, is]) => (is ? [] : [part]));
}
