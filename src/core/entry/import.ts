import { z } from 'zod';
import { attachment, attachmentsAtMost } from './attachment.ts';
import { earlierRevision, pendingPassword, revisionsKept } from './earlier.ts';
import { entry, field, text } from './schema.ts';

/** A line of `POST /imports`: an entry as another program kept it. Absent and null are "not set"; absent times are now. */
export const importedEntry = z
  .strictObject({
    name: entry.shape.name,
    username: text.nullable().default(null),
    password: text.nullable().default(null),
    urls: z.array(text).default([]),
    totp: text.nullable().default(null),
    notes: text.nullable().default(null),
    fields: z.array(field).default([]),
    tags: entry.shape.tags.default([]),
    createdAt: entry.shape.createdAt.optional(),
    updatedAt: entry.shape.updatedAt.optional(),
    passwordChangedAt: entry.shape.passwordChangedAt.optional(),
    trashed: z.boolean().default(false),
    /** A new password that is not in force yet. */
    pending: pendingPassword.optional(),
    /** Earlier revisions, the oldest first. */
    history: z.array(earlierRevision).max(revisionsKept).default([]),
    /** Files, whose contents follow on lines of their own, in this order, as `ImportedChunk`s. */
    attachments: z
      .array(attachment.pick({ name: true, size: true }))
      .max(attachmentsAtMost)
      .default([]),
    /** Where in its file the entry stood: what a problem is reported by. */
    place: z.string().max(256).optional(),
  })
  .meta({ id: 'ImportedEntry' });

/**
 * A line that follows an entry with attachments: the next 64 KiB of a file, of which only the last piece is shorter. An empty file is
 * one empty piece.
 */
export const importedChunk = z.strictObject({ chunk: z.base64() }).meta({ id: 'ImportedChunk' });

export type ImportedEntry = z.infer<typeof importedEntry>;

/** What becomes of an entry whose name and username are taken by one that differs. */
export const conflictPolicies = ['skip', 'replace', 'keep-both'] as const;

export type ConflictPolicy = (typeof conflictPolicies)[number];

const importProblem = z.strictObject({ place: z.string(), message: z.string() });

/**
 * `imported`: new entries and replaced ones. `skipped`: those the vault had already, by name, username and password; what they lack is a
 * problem. `conflicts`: those whose name and username an entry has that differs.
 */
export const importReport = z
  .strictObject({
    imported: z.int().nonnegative(),
    skipped: z.int().nonnegative(),
    conflicts: z.int().nonnegative(),
    problems: z.array(importProblem),
  })
  .meta({ id: 'ImportReport' });

export type ImportReport = z.infer<typeof importReport>;
