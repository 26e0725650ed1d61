import { z } from 'zod';
import { entry } from './schema.ts';

/** One line of `POST /exports`: a whole entry, secrets included. */
export const exportedLine = entry.extend({ trashed: z.boolean() }).meta({ id: 'ExportedEntry' });

export type ExportedLine = z.infer<typeof exportedLine>;
