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
}

/** Whether an entry has all of it already; files are known by name and size. */
export function holds(body: EntryBody, { content, attachments, pending = body.pending }: Offered): boolean {
  const has = ({ name, size }: { name: string; size: number }) => body.attachments?.some((own) => own.name === name && own.size === size);
  return (
    isDeepStrictEqual({ ...body, ...content, pending }, { ...body, pending: body.pending }) &&
    attachments.every((attachment) => has(attachment) === true)
  );
}
