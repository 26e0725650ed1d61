import { z } from 'zod';
import { VaultError } from '../errors.ts';
import { withoutPassword } from '../lookup/userinfo.ts';
import { listedAttachment } from './attachment.ts';
import { pendingPassword } from './earlier.ts';
import { type Entry, type EntryContent, type EntrySummary, entry } from './schema.ts';

const digest = z.base64().length(44);

/**
 * What an entry's sealed body holds: all that was typed, all times, and proof of the entry's earlier revisions. Version 1 of
 * the body's form; keys that later versions add are optional there, and shipped ones never change their meaning.
 */
const entryBody = entry.omit({ id: true, revision: true }).extend({
  version: z.literal(1),
  /** When it went to the trash; null while it is not there. */
  trashedAt: z.iso.datetime({ precision: 3 }).nullable(),
  /** Kept earlier revisions, oldest first, each with the SHA-256 of its blob. */
  history: z.array(z.strictObject({ revision: z.int().positive(), digest })),
  /** A new password that is not in force yet; absent where none waits. */
  pending: pendingPassword.strict().optional(),
  /** The files of this revision; absent where there are none. */
  attachments: z.array(listedAttachment).optional(),
});

export type EntryBody = z.infer<typeof entryBody>;

/** JSON in UTF-8: the data that is sealed. */
export function encodeBody(body: EntryBody): Buffer {
  return Buffer.from(JSON.stringify(body));
}

/** Reads an opened body. `vault_corrupt` where it is none; what it holds is never part of the error. */
export function decodeBody(data: Buffer): EntryBody {
  try {
    return entryBody.parse(JSON.parse(data.toString('utf8')));
  } catch {
    throw new VaultError('vault_corrupt', 'an entry opened to something that is no entry', {
      hint: 'a newer version of vault may have written it',
    });
  }
}

/** The entry as the API shows it. */
export function toEntry(id: string, revision: number, body: EntryBody): Entry {
  const { name, username, password, urls, totp, notes, fields, tags, createdAt, updatedAt, passwordChangedAt } = body;
  return { id, name, username, password, urls, totp, notes, fields, tags, createdAt, updatedAt, passwordChangedAt, revision };
}

/** The entry without its secrets; passwords inside URLs are taken out. */
export function toSummary({ id, name, username, urls, tags, createdAt, updatedAt, passwordChangedAt, revision }: Entry): EntrySummary {
  return { id, name, username, urls: urls.map(withoutPassword), tags, createdAt, updatedAt, passwordChangedAt, revision };
}

/** What a user set in a body. */
export function contentOfBody({ name, username, password, urls, totp, notes, fields, tags }: EntryBody): EntryContent {
  return { name, username, password, urls, totp, notes, fields, tags };
}

/** A body without a password that waits. */
export function withoutPending({ pending: _, ...body }: EntryBody): EntryBody {
  return body;
}

/** A password that was pending and is in force now, whoever set it, waits no more. */
export function settled(body: EntryBody): EntryBody {
  return body.pending?.password === body.password ? withoutPending(body) : body;
}

/** The first revision's body. `now` is ISO 8601 in UTC with milliseconds. */
export function newBody(content: EntryContent, now: string): EntryBody {
  const passwordChangedAt = content.password === null ? null : now;
  return { version: 1, ...content, createdAt: now, updatedAt: now, passwordChangedAt, trashedAt: null, history: [] };
}
