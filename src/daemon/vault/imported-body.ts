import { type EntryBody, newBody, settled } from '../../core/entry/body.ts';
import type { EarlierRevision } from '../../core/entry/earlier.ts';
import type { ListedAttachment } from '../../core/entry/attachment.ts';
import type { ImportedEntry } from '../../core/entry/import.ts';
import type { EntryContent } from '../../core/entry/schema.ts';
import { withAttachments } from './attachments.ts';
import type { Caller } from './context.ts';
import { blobDigest, sealBody } from './entry-seal.ts';

/** What a new entry is to hold, its times as it brought them. */
export function bodyOf(
  { createdAt, updatedAt, passwordChangedAt, trashed, pending }: ImportedEntry,
  content: EntryContent,
  now: string,
): EntryBody {
  return settled({
    ...newBody(content, now),
    createdAt: createdAt ?? now,
    updatedAt: updatedAt ?? createdAt ?? now,
    passwordChangedAt: content.password === null ? null : (passwordChangedAt ?? updatedAt ?? createdAt ?? now),
    trashedAt: trashed ? now : null,
    ...(pending === undefined ? {} : { pending }),
  });
}

/** An earlier revision, and what of its content can be kept. */
export interface EarlierContent {
  readonly revision: EarlierRevision;
  readonly content: EntryContent;
}

/** Seals an entry's earlier revisions, the oldest first, and then the present one, each of which proves those before it. */
export function sealRevisions(
  caller: Caller,
  place: { readonly id: Buffer; readonly key: Buffer },
  present: EntryBody,
  earlier: readonly EarlierContent[],
  attachments: readonly ListedAttachment[],
): { readonly past: Buffer[]; readonly body: Buffer } {
  const past: Buffer[] = [];
  const history: EntryBody['history'] = [];
  const seal = (body: EntryBody, files: readonly ListedAttachment[]) =>
    sealBody(caller, place.key, { id: place.id, revision: past.length + 1 }, { ...withAttachments(body, files), history: [...history] });
  for (const { revision, content } of earlier) {
    const { updatedAt, passwordChangedAt, trashed, pending, attachments: names } = revision;
    const times = { createdAt: present.createdAt, updatedAt, passwordChangedAt, trashedAt: trashed ? updatedAt : null };
    const body: EntryBody = { version: 1, ...content, ...times, history: [], ...(pending === undefined ? {} : { pending }) };
    const files = attachments.filter(({ name }) => names.includes(name));
    const blob = seal(body, files);
    past.push(blob);
    history.push({ revision: past.length, digest: blobDigest(blob) });
  }
  return { past, body: seal(present, attachments) };
}
