import { z } from 'zod';
import { entryId } from '../entry/schema.ts';
import { accessEvent } from '../log/event.ts';

/* On the wire (DESIGN section 5): the access log. The command line imports types only. */

/** `GET /log`: so many of the newest events. */
export const logQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,5}$/, { error: 'must be a whole number from 1 to 999999' })
    .default('100'),
});

/** An event of the access log. Entries as they are called now; a name of null is an entry that is gone for good. */
export const logEvent = accessEvent
  .omit({ segment: true })
  .extend({
    entries: z.array(z.strictObject({ id: entryId, name: z.string().nullable(), username: z.string().nullable() })),
    /** Where the record stands. */
    segment: z.int().positive(),
    record: z.int().nonnegative(),
  })
  .meta({ id: 'LogEvent' });

/** `GET /log/verify`. `record` is null where the segment itself is missing or altered. */
export const logCheck = z
  .strictObject({
    segments: z.int().nonnegative(),
    records: z.int().nonnegative(),
    broken: z
      .strictObject({ segment: z.int().positive(), record: z.int().nonnegative().nullable(), problem: z.enum(['missing', 'altered']) })
      .nullable(),
    /** Segments that no last record ends: the daemon was killed, or their end was cut off before the next login. */
    unclosed: z.array(z.int().positive()),
  })
  .meta({ id: 'LogCheck' });

export type LogEvent = z.infer<typeof logEvent>;
