import { z } from 'zod';
import { label } from '../entry/schema.ts';
import { limits } from '../limits.ts';

/* On the wire (DESIGN section 5): accounts and their master passwords. The command line imports types only. */

export const account = label
  .refine((value) => Buffer.byteLength(value) <= limits.accountBytes, { error: 'must be at most 128 bytes' })
  .refine((value) => value === value.trim(), { error: 'must not begin or end with a space' });

/** A master password as it arrives: its bytes are checked where it is derived, so that it becomes a string only there. */
export const masterPassword = z.string();

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
export const leftOnDisk = z.boolean();

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

export type Askpass = z.infer<typeof askpass>;
export type CreateUserResponse = z.infer<typeof createUserResponse>;
export type LoginResponse = z.infer<typeof loginResponse>;
export type ChangePasswordResponse = z.infer<typeof changePasswordResponse>;
export type NewKitResponse = z.infer<typeof newKitResponse>;
export type RecoverResponse = z.infer<typeof recoverResponse>;
