import { z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler, TypedResponse } from 'hono';
import { errorTable } from '../../core/errors.ts';
import type { AppEnv } from '../environment.ts';

/*
 * Helpers that put a route into the OpenAPI document: its types, its validation and its documentation come from one place.
 */

const codes = z.enum(Object.keys(errorTable)).meta({ id: 'ErrorCode', description: 'Stable: scripts may rely on it.' });

const errorResponse = z
  .strictObject({
    error: z.strictObject({ code: codes, message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
  })
  .meta({ id: 'Error' });

const refusals = {
  400: 'The request is malformed or does not fit the schema.',
  401: 'No valid token, or a wrong master password.',
  403: 'The request comes from somewhere that may not ask this.',
  404: 'There is no such thing in the caller’s vault.',
  409: 'It collides with something that is there.',
  412: 'The entry has changed since: the revision in `If-Match` is stale.',
  413: 'The body, or a text in it, is too large.',
  429: 'Too many attempts: wait as many seconds as `Retry-After` says.',
  500: 'The vault is damaged, or the daemon has failed.',
  507: 'The disk is full.',
} as const;

type Refusal = keyof typeof refusals;

function json<S extends z.ZodType>(description: string, schema: S) {
  return { description, content: { 'application/json': { schema } } };
}

/** Describes the answers of a route that fails. 403, 413 and 500 can happen anywhere. */
export function refused<const S extends Refusal>(...statuses: readonly S[]) {
  const all: readonly (S | 403 | 500)[] = [...statuses, 403, 500];
  const entries = all.map((status) => [status, json(refusals[status], errorResponse)] as const);
  return Object.fromEntries(entries) as Record<S | 403 | 500, ReturnType<typeof json<typeof errorResponse>>>;
}

/** Describes the answer of a route that succeeds. */
export function answered<S extends z.ZodType>(description: string, schema: S) {
  return json(description, schema);
}

/** Describes an answer that is streamed, a JSON value of this schema on each line. Its type says nothing of them: no value is ever at hand whole. */
export function answeredByLines(description: string, schema: z.ZodType): { readonly description: string } {
  const response = { description, content: { 'application/x-ndjson': { schema } } };
  return response;
}

/** Answers with JSON that is at hand as text, of a type that only whoever wrote it knows. */
export function jsonText<T>(context: Context<AppEnv>, text: Uint8Array<ArrayBuffer>): TypedResponse<T, 200, 'json'> & Response {
  const response: Response = context.body(text, 200, { 'Content-Type': 'application/json' });
  return response as TypedResponse<T, 200, 'json'> & Response;
}

/** Describes a JSON body. */
export function body<S extends z.ZodType>(schema: S, options: { readonly optional?: boolean } = {}) {
  return { required: options.optional !== true, content: { 'application/json': { schema } } };
}

/** Headers that every protected route of the vault's data takes. Read by hand: a validator would look at all the headers there are. */
const background = {
  name: 'Vault-Background',
  in: 'header' as const,
  description: 'With `true` the request is no use of the session: for what nobody asked for, such as a completion.',
  schema: { type: 'string' as const, enum: ['true'] },
};

const ifMatch = {
  name: 'If-Match',
  in: 'header' as const,
  description: 'The revision that the change was made for, in quotes, as in `ETag`.',
  schema: { type: 'string' as const },
};

export const headersToRead = [background];
export const headersToWrite = [background, ifMatch];

/** The security requirement of protected routes: the lock icon of the documentation. */
export const protectedBy = [{ bearerAuth: [] }];

/** That of the others: none, said explicitly. */
export const open: Record<string, string[]>[] = [];

/**
 * Gives a route its body's type without reading the body: for routes whose body holds a password, which goes to the
 * process that derives the key as raw bytes and is validated there, with the same schema.
 */
export function unread<S extends z.ZodType>(_schema: S): MiddlewareHandler<AppEnv, string, { in: { json: z.input<S> }; out: object }> {
  return (_context, next) => next();
}
