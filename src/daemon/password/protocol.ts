import { z } from 'zod';
import { askpass } from '../../core/api/accounts.ts';
import type { StoredCredential } from '../../core/crypto/credential.ts';
import type { KdfParameters } from '../../core/crypto/header.ts';
import type { SealContext } from '../../core/crypto/context.ts';
import { errorTable, type ErrorCode, isErrorCode, VaultError } from '../../core/errors.ts';

/*
 * What the daemon and the child process that sees a password say to each other, over the child's stdin and stdout:
 *
 *   daemon -> child   one-time key 32 | u8 operation | frame: the request's body, raw
 *   child -> daemon   frame: sealed JSON `Asked`: what the body asks for besides its passwords, or why it is refused
 *   daemon -> child   frame: JSON `Task`: what to derive for
 *   child -> daemon   frame: sealed parts: JSON `Outcome`, and after a success the secrets (answer.ts)
 *
 * A frame is `u32 length | bytes`. Sealed is what the child says, because a pipe's buffers are not wiped.
 */

/** Numbers of the operations on the wire. */
export const operations = { login: 1, createUser: 2, changePassword: 3, newKit: 4, recover: 5, openBackup: 6 } as const;

export type Operation = keyof typeof operations;

export const oneTimeKeyLength = 32;

/** No message is longer: a body holds little more than passwords, an answer little more than keys. */
export const frameLimit = 1024 * 1024;

const nobody = Buffer.alloc(16);

/** The context of the child's `index`-th message. */
export function answerContext(index: number): SealContext {
  return { purpose: 'passwordAnswer', userId: nobody, extra: Buffer.of(index) };
}

const base64 = z.codec(z.base64(), z.instanceof(Buffer), {
  decode: (text) => Buffer.from(text, 'base64'),
  encode: (bytes) => bytes.toString('base64'),
});

const credential = z.strictObject({
  header: base64,
  verifier: base64,
  wrappedVaultKey: base64,
  recoveryWrap: base64.nullable(),
  checksum: base64,
});

const kdf = z.strictObject({ memoryKiB: z.int(), iterations: z.int(), parallelism: z.int() });

const failure = z.strictObject({
  code: z.enum(Object.keys(errorTable)).transform((code, context): ErrorCode => {
    if (isErrorCode(code)) return code;
    context.addIssue('unknown code');
    return z.NEVER;
  }),
  message: z.string(),
  details: z.record(z.string(), z.unknown()).optional(),
});

const asked = z.strictObject({
  account: z.string().optional(),
  acceptOlder: z.boolean().optional(),
  recoveryKit: z.boolean().optional(),
  rotateKeys: z.boolean().optional(),
  askpass: askpass.optional(),
  /** Whose a recovery kit is, in hexadecimal. */
  userId: z.hex().length(32).optional(),
  /** The file that a copy of the database is in. */
  path: z.string().optional(),
});

const askedOrFailure = z.union([z.strictObject({ asked }), z.strictObject({ error: failure })]);

/** `create` makes a vault key; `open` opens one, under a stronger KDF where the stored one falls short; `change` sets another password; `newKit` makes a recovery kit, and `recover` opens by one, sets another password and makes the next. */
const task = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), userId: base64, kdf }),
  z.strictObject({ kind: z.literal('open'), credential, kdf }),
  z.strictObject({ kind: z.literal('change'), credential, kdf }),
  z.strictObject({ kind: z.literal('newKit'), credential, kdf }),
  z.strictObject({ kind: z.literal('recover'), credential, kdf }),
]);

const outcome = z.union([z.strictObject({ credential: credential.nullable() }), z.strictObject({ error: failure })]);

/** What a body asks for besides its passwords. */
export type Asked = z.output<typeof asked>;

export type Task =
  | { readonly kind: 'create'; readonly userId: Buffer; readonly kdf: KdfParameters }
  | { readonly kind: 'open' | 'change' | 'newKit' | 'recover'; readonly credential: StoredCredential; readonly kdf: KdfParameters };

export type Failure = z.input<typeof failure>;

/** An error as it crosses the pipe. Whatever is no `VaultError` says nothing: a message could quote a password. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof VaultError)) return { code: 'internal', message: 'the key derivation failed: the machine may be short of memory' };
  const { code, message, details } = error;
  return details === undefined ? { code, message } : { code, message, details: { ...details } };
}

function fromFailure({ code, message, details }: z.output<typeof failure>): VaultError {
  return new VaultError(code, message, details === undefined ? {} : { details });
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function parsed<T extends z.ZodType>(schema: T, bytes: Buffer): z.output<T> {
  return schema.parse(JSON.parse(bytes.toString()));
}

export function encodeAsked(message: { readonly asked: Asked } | { readonly error: Failure }): Buffer {
  return json(message);
}

/** Throws the child's refusal. */
export function decodeAsked(bytes: Buffer): Asked {
  const message = parsed(askedOrFailure, bytes);
  if ('error' in message) throw fromFailure(message.error);
  return message.asked;
}

export function encodeTask(message: Task): Buffer {
  return json(z.encode(task, message));
}

export function decodeTask(bytes: Buffer): Task {
  return parsed(task, bytes);
}

export function encodeOutcome(message: { readonly credential: StoredCredential | null } | { readonly error: Failure }): Buffer {
  return json('error' in message ? message : { credential: message.credential && z.encode(credential, message.credential) });
}

/** Throws the child's refusal. */
export function decodeOutcome(bytes: Buffer): StoredCredential | null {
  const message = parsed(outcome, bytes);
  if ('error' in message) throw fromFailure(message.error);
  return message.credential;
}
