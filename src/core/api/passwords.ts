import { z } from 'zod';
import { entryId, entryName, field, label, text } from '../entry/schema.ts';
import { generatorOptions } from '../generate/options.ts';

/* On the wire (DESIGN section 5): entries. The command line imports types only. */

const either = (first: string, second: string) => ({ error: `give one of ${first} and ${second}` });

const settable = {
  urls: z.array(text).max(1000),
  totp: text.min(1),
  notes: text,
  fields: z.array(field).max(10_000),
  tags: z.array(label).max(10_000),
};

/** `POST /passwords`: `website` is `name` (an http(s) URL is reduced to its host and kept in `urls`), `email` is `username`. */
export const createEntryRequest = z
  .strictObject({
    website: z.string().optional(),
    name: z.string().optional(),
    username: text.nullable().optional(),
    email: text.nullable().optional(),
    password: text.min(1, { error: 'must not be empty' }).nullable().optional(),
    generate: generatorOptions.optional(),
    urls: settable.urls.optional(),
    totp: settable.totp.nullable().optional(),
    notes: settable.notes.nullable().optional(),
    fields: settable.fields.optional(),
    tags: settable.tags.optional(),
  })
  .refine((body) => (body.website === undefined) !== (body.name === undefined), either('website', 'name'))
  .refine((body) => body.username === undefined || body.email === undefined, either('username', 'email'))
  .refine((body) => body.password == null || body.generate === undefined, either('password', 'generate'))
  .refine((body) => [body.password, body.generate, body.totp, body.notes, body.fields?.[0]].some((value) => value != null), {
    error: 'needs something to keep: password, generate, totp, notes or fields',
  })
  .meta({ id: 'CreateEntryRequest' });

/** `PATCH /passwords/{id}`: a JSON merge patch (RFC 7396): null unsets, arrays are replaced whole. */
export const patchEntryRequest = z
  .strictObject({
    name: entryName.optional(),
    username: text.nullable().optional(),
    password: text.min(1, { error: 'must not be empty' }).nullable().optional(),
    generate: generatorOptions.optional(),
    urls: settable.urls.nullable().optional(),
    totp: settable.totp.nullable().optional(),
    notes: settable.notes.nullable().optional(),
    fields: settable.fields.nullable().optional(),
    tags: settable.tags.nullable().optional(),
  })
  .refine((body) => body.password === undefined || body.generate === undefined, either('password', 'generate'))
  .meta({ id: 'PatchEntryRequest' });

/** `GET /passwords`: `query` looks through every field that is no secret, `pattern` through names (`*` and `?` are wildcards). */
export const listQuery = z.strictObject({
  query: z.string().optional(),
  pattern: z.string().optional(),
  tag: z.string().optional(),
});

/**
 * `GET /passwords/{website}`: `exact` leaves out lookup steps 3 and 4 (hosts), as everything that changes an entry must. `field` is the one
 * that is wanted: a token for one field refuses the others.
 */
export const readQuery = z.strictObject({
  username: z.string().optional(),
  exact: z.enum(['true', 'false']).optional(),
  field: z.string().optional(),
});

/** `POST /fingerprints`: what references gave, to be told from what they give later. */
export const fingerprintRequest = z
  .strictObject({
    references: z.array(z.strictObject({ reference: z.string().max(16_384), id: entryId, value: text })).max(1000),
  })
  .meta({ id: 'FingerprintRequest' });

export const fingerprint = z.strictObject({ reference: z.string(), value: z.string() }).meta({ id: 'Fingerprint' });

export const generateResponse = z.strictObject({ password: z.string() }).meta({ id: 'GenerateResponse' });

export type CreateEntryRequest = z.infer<typeof createEntryRequest>;
export type PatchEntryRequest = z.infer<typeof patchEntryRequest>;
