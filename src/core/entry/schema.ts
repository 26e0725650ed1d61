import { z } from 'zod';
import { limits } from '../limits.ts';

/** Marks an issue that means "too large" (413) rather than "wrong" (400). */
export const tooLarge = { tooLarge: true } as const;

const encoder = new TextEncoder();

/** Whether a text is at most `bytes` long in UTF-8, without encoding what is plainly within. */
function fits(text: string, bytes: number): boolean {
  return text.length * 3 <= bytes || (text.length <= bytes && encoder.encode(text).length <= bytes);
}

/** Any text of an entry: well-formed (no unpaired surrogate, which UTF-8 cannot carry) and at most 1 MiB. */
export const text = z
  .string()
  .refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode' })
  .refine((value) => fits(value, limits.textBytes), { error: 'must be at most 1 MiB', params: tooLarge });

const controlCharacter = /[\p{Cc}\u2028\u2029]/u;

/** One line that people type: no control characters, not blank, at most 1 KiB. */
export const label = z
  .string()
  .refine((value) => value.isWellFormed(), { error: 'must be well-formed Unicode' })
  .refine((value) => value.trim() !== '', { error: 'must not be empty' })
  .refine((value) => fits(value, limits.labelBytes), { error: 'must be at most 1024 bytes' })
  .refine((value) => !controlCharacter.test(value), { error: 'must not contain control characters or newlines' });

/** An entry's name. `.` and `..` cannot be addressed in a URL and are refused. */
export const entryName = label.refine((value) => value !== '.' && value !== '..', { error: 'must not be "." or ".."' });

export const field = z.strictObject({ name: label, value: text, hidden: z.boolean().default(false) }).meta({ id: 'Field' });

export const entryId = z.uuid({ version: 'v4' });

const timestamp = z.iso.datetime({ precision: 3 });

/** An entry as the API and `--json` show it. Every key is always there; what is not set is null or empty. */
export const entry = z
  .strictObject({
    id: entryId,
    name: entryName,
    username: text.nullable(),
    password: text.nullable(),
    urls: z.array(text),
    totp: text.nullable(),
    notes: text.nullable(),
    fields: z.array(field),
    tags: z.array(label),
    createdAt: timestamp,
    updatedAt: timestamp,
    passwordChangedAt: timestamp.nullable(),
    revision: z.int().positive(),
  })
  .meta({ id: 'Entry' });

/** An entry without what is secret: the rows of `list` and `find`. Passwords inside URLs are taken out. */
export const entrySummary = entry.omit({ password: true, totp: true, notes: true, fields: true }).meta({ id: 'EntrySummary' });

/** What a command that writes answers. */
export const entryReference = entry.pick({ id: true, name: true, username: true, revision: true }).meta({ id: 'EntryReference' });

export type Field = z.infer<typeof field>;
export type Entry = z.infer<typeof entry>;
export type EntrySummary = z.infer<typeof entrySummary>;
export type EntryReference = z.infer<typeof entryReference>;

/** The part of an entry that a user sets; id, revision and times are the vault's. */
export type EntryContent = Omit<Entry, 'id' | 'revision' | 'createdAt' | 'updatedAt' | 'passwordChangedAt'>;
