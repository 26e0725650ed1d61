import { z } from 'zod';

/* On the wire (DESIGN section 5): the daemon and its sessions. The command line imports types only. */

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

export type StatusResponse = z.infer<typeof statusResponse>;
