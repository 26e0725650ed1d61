import { z } from 'zod';
import { attachment } from './attachment.ts';
import { earlierRevision, pendingPassword } from './earlier.ts';
import { entry } from './schema.ts';

/** One line of `POST /exports`: a whole entry, secrets included. Its files are read one by one. */
export const exportedLine = entry
  .extend({
    trashed: z.boolean(),
    attachments: z.array(attachment),
    /** Absent where no new password waits. */
    pending: pendingPassword.optional(),
    /** Earlier revisions, the oldest first, where they were asked for. */
    history: z.array(earlierRevision).optional(),
    /** What of them did not come, where something did not: revisions that were too much, and files that only they had. */
    leftOut: z.strictObject({ revisions: z.int().nonnegative(), files: z.int().nonnegative() }).optional(),
  })
  .meta({ id: 'ExportedEntry' });

export type ExportedLine = z.infer<typeof exportedLine>;
