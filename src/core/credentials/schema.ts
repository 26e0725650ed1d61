import { z } from 'zod';
import { label, text } from '../entry/schema.ts';

/*
 * What the credential helpers of git and docker ask (`/credentials`): a site, and the secret for it.
 */

const site = {
  protocol: z.string().max(64),
  host: z.string().max(1024),
  path: z.string().max(8192).optional(),
  username: text.optional(),
};

/** Entries with this tag come first to be read, are the only ones to be erased, and one is kept for each site. */
const tag = label.optional();

export const credentialQuery = z.strictObject({ ...site, tag, authtype: z.enum(['true', 'false']).optional() });

const secret = {
  password: text,
  /** Seconds since 1970 after which the password is of no use. */
  passwordExpiry: z.int().nonnegative(),
  refreshToken: text,
  /** With `credential`: an Authorization header's scheme and value, in place of a password. */
  authtype: text,
  credential: text,
};

/** A credential as a helper hands it out; what is not set is null. Empty username and password are a site's that wants neither. */
export const credential = z
  .strictObject({
    username: text.nullable(),
    password: secret.password.nullable(),
    passwordExpiry: secret.passwordExpiry.nullable(),
    refreshToken: secret.refreshToken.nullable(),
    authtype: secret.authtype.nullable(),
    credential: secret.credential.nullable(),
  })
  .meta({ id: 'Credential' });

export const storeCredentialRequest = z
  .strictObject({
    ...site,
    tag,
    /** How a new entry's URL is written, where that is not `protocol://host/path`. */
    url: text.optional(),
    password: secret.password.optional(),
    passwordExpiry: secret.passwordExpiry.optional(),
    refreshToken: secret.refreshToken.optional(),
    authtype: secret.authtype.optional(),
    credential: secret.credential.optional(),
  })
  .refine((body) => body.password !== undefined || (body.authtype !== undefined && body.credential !== undefined), {
    error: 'needs a password, or authtype and credential',
  })
  .meta({ id: 'StoreCredentialRequest' });

export const eraseCredentialRequest = z
  .strictObject({ ...site, tag, password: secret.password.optional(), credential: secret.credential.optional() })
  .meta({ id: 'EraseCredentialRequest' });

export const eraseCredentialResponse = z.strictObject({ removed: z.int().nonnegative() }).meta({ id: 'EraseCredentialResponse' });

export type Credential = z.infer<typeof credential>;
export type CredentialQuery = z.infer<typeof credentialQuery>;
export type StoreCredentialRequest = z.infer<typeof storeCredentialRequest>;
export type EraseCredentialRequest = z.infer<typeof eraseCredentialRequest>;
