import { z } from 'zod';
import { account, leftOnDisk, masterPassword } from './accounts.ts';

/* On the wire (DESIGN section 5): copies of the database. The command line imports types only. */

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

export type RestoreResponse = z.infer<typeof restoreResponse>;
export type BackupReport = z.infer<typeof backupReport>;
