import { z } from 'zod';
import { entry, text } from './schema.ts';

/** So many earlier revisions are kept of an entry: each later body lists them all. */
export const revisionsKept = 200;

/** What earlier revisions may weigh together, in bytes of JSON, where an entry goes out or comes in: the oldest are left out beyond it. */
const earlierBytes = 4 * 1024 * 1024;

/** A new password that is not in force yet. */
export const pendingPassword = z.object({ password: text, createdAt: entry.shape.createdAt });

/** An earlier revision of an entry, as it goes out and comes in: what it held, and since when. Keys that are not known are left out. */
export const earlierRevision = z
  .object({
    ...entry.omit({ id: true, revision: true, createdAt: true }).shape,
    trashed: z.boolean().default(false),
    /** Absent where none waited. */
    pending: pendingPassword.optional(),
    /** Names of those of the entry's files that this revision had. */
    attachments: z.array(z.string()).default([]),
  })
  .meta({ id: 'EarlierRevision' });

export type PendingPassword = z.infer<typeof pendingPassword>;
export type EarlierRevision = z.infer<typeof earlierRevision>;

/** Takes the latest revisions that may go together: asked with one after the other, the latest first, says which fit. */
export function fitting(): (revision: EarlierRevision) => boolean {
  let count = 0;
  let bytes = 0;
  return (revision) => {
    bytes += Buffer.byteLength(JSON.stringify(revision));
    count += 1;
    return count <= revisionsKept && bytes <= earlierBytes;
  };
}
