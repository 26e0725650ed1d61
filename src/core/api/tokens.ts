import { z } from 'zod';
import { entryId, entryReference, label } from '../entry/schema.ts';
import { limits } from '../limits.ts';

/* On the wire (DESIGN section 5): scoped tokens. The command line imports types only. */

const secondsInDay = 86_400;

/** `POST /tokens`: `entries` are names, hosts or ids, as for reading; `tag` adds all that have it now. */
export const createTokenRequest = z
  .strictObject({
    entries: z.array(z.string().min(1)).max(256).optional(),
    tag: label.optional(),
    /** The one field to hand out, by the name that `-f` takes. */
    field: label.optional(),
    ttlSeconds: z
      .int()
      .positive()
      .max(limits.tokenDays * secondsInDay)
      .optional(),
    uses: z.int().positive().max(limits.tokenUses).optional(),
    surviveLock: z.boolean().optional(),
  })
  .refine((body) => (body.entries?.length ?? 0) > 0 || body.tag !== undefined, { error: 'needs entries or a tag' })
  .refine((body) => body.surviveLock !== true || body.ttlSeconds !== undefined, { error: 'with surviveLock needs ttlSeconds' })
  .meta({ id: 'CreateTokenRequest' });

/** A scoped token as its owner is told about it. */
export const tokenSummary = z
  .strictObject({
    id: entryId,
    createdAt: z.iso.datetime(),
    /** Null: with the session that made it. */
    expiresAt: z.iso.datetime().nullable(),
    uses: z.int().nullable(),
    usesLeft: z.int().nullable(),
    field: z.string().nullable(),
    survivesLock: z.boolean(),
    /** As they were called when it was made. */
    entries: z.array(entryReference.omit({ revision: true })),
  })
  .meta({ id: 'TokenSummary' });

export const createTokenResponse = tokenSummary.extend({ token: z.string() }).meta({ id: 'CreateTokenResponse' });

export const revokeResponse = z.strictObject({ revoked: z.int().nonnegative() }).meta({ id: 'RevokeResponse' });

export type CreateTokenRequest = z.infer<typeof createTokenRequest>;
export type TokenSummary = z.infer<typeof tokenSummary>;
