import { z } from '@hono/zod-openapi';
import { entryId } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';

/** `ETag: "REVISION"` (RFC 9110, section 8.8.3). */
export function entityTag(revision: number): string {
  return `"${String(revision)}"`;
}

export const revisionHeaders = z.object({ ETag: z.string().meta({ description: 'The entry’s revision, in quotes.', example: '"3"' }) });

/**
 * The revision that `If-Match` asks for; null without the header or for `*`, which any entry fits. What cannot be one of our
 * tags fits no entry: 412, as RFC 9110 has it, never ignored.
 */
export function expectedRevision(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '*') return null;
  const digits = /^"([1-9]\d{0,14})"$/.exec(header.trim())?.[1];
  if (digits === undefined) throw new VaultError('revision_conflict', 'the If-Match header names no revision of this entry');
  return Number(digits);
}

/** The id of a path that changes or removes; what is no id is the id of no entry. */
export function existingId(text: string): string {
  const id = text.toLowerCase();
  if (!entryId.safeParse(id).success) throw new VaultError('entry_not_found', 'there is no entry with this id');
  return id;
}
