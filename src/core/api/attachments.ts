import { z } from 'zod';
import { attachment, attachmentName } from '../entry/attachment.ts';
import { entryReference } from '../entry/schema.ts';

/* On the wire (DESIGN section 5): files. The command line imports types only. */

/** `POST /attachments`: which entry the file is for, by its id, and what it is called there. */
export const attachQuery = z.strictObject({ entry: z.string(), name: attachmentName });

/** Attachments are reached through their entry. */
export const attachmentQuery = z.strictObject({ entry: z.string().meta({ description: 'The entry’s id.' }) });

/** The entry's new revision, and the attachment. */
export const attachResponse = entryReference.extend({ attachment }).meta({ id: 'AttachResponse' });
