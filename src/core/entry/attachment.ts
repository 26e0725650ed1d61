import { z } from 'zod';
import { limits } from '../limits.ts';
import { entryId, entryName } from './schema.ts';

/** A file's name without its directories: it may become the name of a file again. */
export const attachmentName = entryName.refine((value) => !value.includes('/'), { error: 'must not contain slashes' });

/** A file that belongs to an entry, as the API shows it. `size` is in bytes. */
export const attachment = z
  .strictObject({ id: entryId, name: attachmentName, size: z.int().nonnegative().max(limits.attachmentBytes) })
  .meta({ id: 'Attachment' });

/** The same as an entry's body lists it, with the SHA-256 of its blobs in their order: the entry proves them. */
export const listedAttachment = attachment.extend({ digest: z.base64().length(44) });

export type Attachment = z.infer<typeof attachment>;
export type ListedAttachment = z.infer<typeof listedAttachment>;

/** So many may belong to one entry. */
export const attachmentsAtMost = 1000;

/** Into how many chunks a file of this size is cut; an empty one is one empty chunk. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / limits.attachmentChunkBytes));
}

/** How many bytes the chunk `index` of a file of this size holds. */
export function chunkLength(size: number, index: number): number {
  return Math.min(limits.attachmentChunkBytes, size - index * limits.attachmentChunkBytes);
}
