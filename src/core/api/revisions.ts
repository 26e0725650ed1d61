import { z } from 'zod';
import { entryReference, entrySummary, text } from '../entry/schema.ts';
import { generatorOptions } from '../generate/options.ts';
import { leftOnDisk } from './accounts.ts';

/* On the wire (DESIGN section 5): earlier and pending states of entries, and the trash. The command line imports types only. */

/** What `POST /rotations/{id}` makes the new password from, where none is pending yet. */
export const rotateRequest = z.strictObject({ generate: generatorOptions.optional() }).meta({ id: 'RotateRequest' });

const pendingPassword = { password: text, createdAt: z.iso.datetime() };

/** The password that is pending; `created` is false where an earlier request made it. */
export const rotateResponse = z
  .strictObject({ ...entryReference.shape, ...pendingPassword, created: z.boolean() })
  .meta({ id: 'RotateResponse' });

/** `previous`: what was in force before the newest password; while that is pending, what is in force. */
export const rotationResponse = z
  .strictObject({ pending: z.strictObject(pendingPassword).nullable(), previous: text.nullable() })
  .meta({ id: 'Rotation' });

export const historyQuery = z.strictObject({
  secrets: z.enum(['true', 'false']).optional().meta({ description: 'With `true` the passwords too.' }),
});

/** What a revision can have changed of the one before. */
export const historyChanges = [
  'created',
  'removed',
  'restored',
  'name',
  'username',
  'password',
  'pending',
  'urls',
  'totp',
  'notes',
  'fields',
  'tags',
  'attachments',
] as const;

/** One revision of an entry. `password` and `pending` (a new password that was not in force yet) are there where secrets were asked for. */
export const historyItem = z
  .strictObject({
    revision: z.int().positive(),
    updatedAt: z.iso.datetime(),
    changed: z.array(z.enum(historyChanges)),
    passwordChangedAt: z.iso.datetime().nullable(),
    password: text.nullable().optional(),
    pending: text.nullable().optional(),
  })
  .meta({ id: 'HistoryItem' });

/** `POST /restore/{id}`: without a revision, out of the trash; with one, that revision's content as a new one. */
export const restoreRequest = z.strictObject({ revision: z.int().positive().optional() }).meta({ id: 'RestoreRequest' });

/** An entry in the trash, until it goes for good. */
export const trashedEntry = entrySummary
  .pick({ id: true, name: true, username: true, urls: true, tags: true, revision: true })
  .extend({ trashedAt: z.iso.datetime(), expiresAt: z.iso.datetime() })
  .meta({ id: 'TrashedEntry' });

export const emptyTrashResponse = z.strictObject({ removed: z.int().nonnegative(), leftOnDisk }).meta({ id: 'EmptyTrashResponse' });

export type EmptyTrashResponse = z.infer<typeof emptyTrashResponse>;
export type RotateRequest = z.infer<typeof rotateRequest>;
export type RotateResponse = z.infer<typeof rotateResponse>;
export type RotationResponse = z.infer<typeof rotationResponse>;
export type HistoryItem = z.infer<typeof historyItem>;
export type TrashedEntry = z.infer<typeof trashedEntry>;
