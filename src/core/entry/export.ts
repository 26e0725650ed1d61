import { z } from 'zod';
import { attachment } from './attachment.ts';
import { entry } from './schema.ts';

/** One line of `POST /exports`: a whole entry, secrets included. Its files are read one by one. */
export const exportedLine = entry.extend({ trashed: z.boolean(), attachments: z.array(attachment) }).meta({ id: 'ExportedEntry' });

export type ExportedLine = z.infer<typeof exportedLine>;
