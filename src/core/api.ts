import { z } from 'zod';
import { attachment, attachmentName } from './entry/attachment.ts';
import { entryId, entryName, entryReference, entrySummary, field, label, text } from './entry/schema.ts';
import { generatorOptions } from './generate/options.ts';
import { limits } from './limits.ts';
import { accessEvent } from './log/event.ts';

/*
 * What crosses the wire (DESIGN section 5). The daemon validates with these schemas and makes the OpenAPI document from them;
 * the command line imports their types only.
 */

export const account = label
  .refine((value) => Buffer.byteLength(value) <= limits.accountBytes, { error: 'must be at most 128 bytes' })
  .refine((value) => value === value.trim(), { error: 'must not begin or end with a space' });

/** A master password as it arrives: its bytes are checked where it is derived, so that it becomes a string only there. */
const masterPassword = z.string();

const variable = z.string().min(1).max(4096);

/** With what the SSH agent asks somebody to agree: `SSH_ASKPASS`, and the display. Heeded on the socket only. */
export const askpass = z
  .strictObject({
    program: variable.refine((path) => path.startsWith('/'), { error: 'must be an absolute path' }),
    display: variable.optional(),
    waylandDisplay: variable.optional(),
    xauthority: variable.optional(),
  })
  .refine(({ display, waylandDisplay }) => display !== undefined || waylandDisplay !== undefined, { error: 'needs a display' });

export const createUserRequest = z
  .strictObject({ account: account.optional(), password: masterPassword, recoveryKit: z.boolean().optional(), askpass: askpass.optional() })
  .meta({ id: 'CreateUserRequest' });

export const createUserResponse = z
  .strictObject({ token: z.string(), expiresAt: z.iso.datetime(), recoveryKit: z.string().optional() })
  .meta({ id: 'CreateUserResponse' });

export const loginRequest = z
  .strictObject({ account: account.optional(), password: masterPassword, acceptOlder: z.boolean().optional(), askpass: askpass.optional() })
  .meta({ id: 'LoginRequest' });

/** `accessLogBroken` is there, and true, where records of the access log were changed or taken away: `GET /log/verify` says which. */
export const loginResponse = z
  .strictObject({ token: z.string(), expiresAt: z.iso.datetime(), accessLogBroken: z.literal(true).optional() })
  .meta({ id: 'LoginResponse' });

/** `POST /confirm`: the password of the token's own account. */
export const confirmRequest = z.strictObject({ password: masterPassword }).meta({ id: 'ConfirmRequest' });

export const confirmResponse = z.strictObject({ confirmed: z.literal(true) }).meta({ id: 'ConfirmResponse' });

export const changePasswordRequest = z
  .strictObject({ currentPassword: masterPassword, newPassword: masterPassword, rotateKeys: z.boolean().optional() })
  .meta({ id: 'ChangePasswordRequest' });

/** Whether the disk refused to let go of what was replaced or deleted: it may be read there until the daemon ends with room to spare. */
const leftOnDisk = z.boolean();

export const changePasswordResponse = z
  .strictObject({
    sessionsEnded: z.int().nonnegative(),
    /** Older copies of the database that the daemon knows of: they still open with the old password. */
    copies: z.array(z.string()),
    leftOnDisk,
  })
  .meta({ id: 'ChangePasswordResponse' });

/** `POST /users/me/recovery-kit`. */
export const newKitRequest = z.strictObject({ password: masterPassword }).meta({ id: 'NewKitRequest' });

export const newKitResponse = z.strictObject({ recoveryKit: z.string(), leftOnDisk }).meta({ id: 'NewKitResponse' });

/** `POST /recover`: the kit says whose vault it is. */
export const recoverRequest = z
  .strictObject({ recoveryKit: z.string().max(1024), newPassword: masterPassword, acceptOlder: z.boolean().optional() })
  .meta({ id: 'RecoverRequest' });

export const recoverResponse = changePasswordResponse
  .extend({ account: z.string(), token: z.string(), expiresAt: z.iso.datetime(), recoveryKit: z.string() })
  .meta({ id: 'RecoverResponse' });

/** A file's whole path: the daemon has no directory that a path could start from. */
const absolutePath = z
  .string()
  .max(4096)
  .refine((path) => path.startsWith('/') && !path.includes('\0'), { error: 'must be an absolute path' });

/** `POST /backups`: the directory that the copy goes to; without one a directory beside the database. */
export const backupRequest = z.strictObject({ directory: absolutePath.optional() }).meta({ id: 'BackupRequest' });

export const backupResponse = z.strictObject({ path: z.string(), bytes: z.int().positive() }).meta({ id: 'BackupResponse' });

/** `POST /backups/verify` and `POST /backups/restore`: a copy and the master password that it was made under. */
export const backupPasswordRequest = z
  .strictObject({ path: absolutePath, account: account.optional(), password: masterPassword })
  .meta({ id: 'BackupPasswordRequest' });

/** What a copy turned out to hold. */
export const backupReport = z
  .strictObject({
    account: z.string(),
    entries: z.int().nonnegative(),
    trashed: z.int().nonnegative(),
    revisions: z.int().nonnegative(),
    attachments: z.int().nonnegative(),
    /** When the newest change in it was made; null where nothing was ever stored. */
    newestChange: z.iso.datetime().nullable(),
  })
  .meta({ id: 'BackupReport' });

export const restoreResponse = backupReport
  .extend({
    sessionsEnded: z.int().nonnegative(),
    /** The copy that was made of what was there; null where nothing was. */
    before: z.string().nullable(),
    leftOnDisk,
  })
  .meta({ id: 'RestoreResponse' });

export const lockRequest = z.strictObject({ all: z.boolean().optional() }).meta({ id: 'LockRequest' });

/** `ended`: sessions this request ended; `others`: sessions the account still has. */
export const lockResponse = z.strictObject({ ended: z.int().nonnegative(), others: z.int().nonnegative() }).meta({ id: 'LockResponse' });

/** `GET /status`. Through TCP without a token only `version` and `protocol` are there. */
export const statusResponse = z
  .strictObject({
    version: z.string(),
    protocol: z.int(),
    daemon: z
      .strictObject({
        pid: z.int(),
        startedAt: z.iso.datetime(),
        socket: z.string(),
        port: z.int().nullable(),
        database: z.string(),
        sessions: z.int().nonnegative(),
      })
      .optional(),
    /** Names of the accounts; empty means that no vault exists yet. */
    accounts: z.array(z.string()).optional(),
    locked: z.boolean().optional(),
    /** The caller's own session, where its token is valid. */
    session: z
      .strictObject({
        account: z.string(),
        createdAt: z.iso.datetime(),
        idleExpiresAt: z.iso.datetime(),
        expiresAt: z.iso.datetime(),
      })
      .nullable()
      .optional(),
  })
  .meta({ id: 'StatusResponse' });

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
      .max(366 * secondsInDay)
      .optional(),
    uses: z.int().positive().max(1_000_000).optional(),
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

export const generateResponse = z.strictObject({ password: z.string() }).meta({ id: 'GenerateResponse' });

/** `POST /attachments`: which entry the file is for, by its id, and what it is called there. */
export const attachQuery = z.strictObject({ entry: z.string(), name: attachmentName });

/** Attachments are reached through their entry. */
export const attachmentQuery = z.strictObject({ entry: z.string().meta({ description: 'The entry’s id.' }) });

/** The entry's new revision, and the attachment. */
export const attachResponse = entryReference.extend({ attachment }).meta({ id: 'AttachResponse' });

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

export type Askpass = z.infer<typeof askpass>;
export type CreateUserResponse = z.infer<typeof createUserResponse>;
export type LoginResponse = z.infer<typeof loginResponse>;
export type ChangePasswordResponse = z.infer<typeof changePasswordResponse>;
export type NewKitResponse = z.infer<typeof newKitResponse>;
export type RecoverResponse = z.infer<typeof recoverResponse>;
export type EmptyTrashResponse = z.infer<typeof emptyTrashResponse>;
export type RestoreResponse = z.infer<typeof restoreResponse>;
export type BackupReport = z.infer<typeof backupReport>;
export type StatusResponse = z.infer<typeof statusResponse>;
export type CreateEntryRequest = z.infer<typeof createEntryRequest>;
export type PatchEntryRequest = z.infer<typeof patchEntryRequest>;
export type RotateRequest = z.infer<typeof rotateRequest>;
export type RotateResponse = z.infer<typeof rotateResponse>;
export type RotationResponse = z.infer<typeof rotationResponse>;
export type HistoryItem = z.infer<typeof historyItem>;
export type TrashedEntry = z.infer<typeof trashedEntry>;
export type CreateTokenRequest = z.infer<typeof createTokenRequest>;
export type TokenSummary = z.infer<typeof tokenSummary>;
export type LogEvent = z.infer<typeof logEvent>;
