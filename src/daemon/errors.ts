import { RequestError } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, ErrorHandler, NotFoundHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ZodError } from 'zod';
import { type ErrorCode, errorBody, errorTable, VaultError } from '../core/errors.ts';
import type { AppEnv } from './environment.ts';
import { invalidInput } from './invalid-input.ts';
import type { Log } from './log.ts';
import { standardHeaders } from './observe.ts';

/** The HTTP status of an error that crosses the wire. */
function statusOf(code: ErrorCode): ContentfulStatusCode {
  return errorTable[code].status ?? 500;
}

/** What the system says when there is no room left, and SQLite's word for it. */
const fullCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);

/** The error to answer with. Whatever is no `VaultError` is a defect: `internal`, and not a word of what it says. */
export function toVaultError(error: unknown): VaultError {
  if (error instanceof VaultError) return error;
  if (error instanceof Error && 'code' in error && fullCodes.has(error.code)) {
    return new VaultError('storage_full', 'the disk is full, nothing was changed', { hint: 'free some space and try again', cause: error });
  }
  if (error instanceof HTTPException && error.status < 500) {
    return new VaultError('invalid_request', 'the request is malformed', { cause: error });
  }
  if (error instanceof RequestError) return new VaultError('invalid_request', 'the request is malformed', { cause: error });
  return new VaultError('internal', 'something went wrong in the daemon', { cause: error });
}

/** Answers a request with an error; the code goes to the log. */
export function answerWith(c: Context<AppEnv>, error: VaultError, status: ContentfulStatusCode = statusOf(error.code)): Response {
  c.set('code', error.code);
  const retryAfter = error.details?.['retryAfterSeconds'];
  if (typeof retryAfter === 'number') c.header('Retry-After', String(retryAfter));
  if (status === 401) c.header('WWW-Authenticate', 'Bearer realm="vault"');
  return c.json(errorBody(error), status);
}

/** Answers every error; a defect's type and place go to the log, never its message: that may hold values. */
export function answerError(log: Log): ErrorHandler<AppEnv> {
  return (thrown, c) => {
    const error = toVaultError(thrown);
    if (error.code === 'internal') log.defect(error.cause ?? thrown);
    return answerWith(c, error);
  };
}

/** Answers what never reached the app: a request that has no URL, or an answer that could not be made. */
export function bareErrorResponse(thrown: unknown): Response {
  const error = toVaultError(thrown);
  return Response.json(errorBody(error), { status: statusOf(error.code), headers: standardHeaders });
}

export function noSuchPath(): VaultError {
  return new VaultError('invalid_request', 'there is no such path');
}

/** A path that no route has is 404, a method that a path has not is 405; both are `invalid_request`. */
export function answerNotFound(app: OpenAPIHono<AppEnv>): NotFoundHandler<AppEnv> {
  return (c) => {
    const fitting = app.routes.filter(({ method, path }) => method !== 'ALL' && matches(path, c.req.path));
    if (fitting.length === 0) return answerWith(c, noSuchPath(), 404);
    c.header('Allow', [...new Set(fitting.map(({ method }) => method))].join(', '));
    return answerWith(c, new VaultError('invalid_request', 'this path does not take this method'), 405);
  };
}

/** Whether a path fits a route's pattern, whose parameters stand for one segment each. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split('/');
  const segments = path.split('/');
  return parts.length === segments.length && parts.every((part, i) => (part.startsWith(':') ? segments[i] !== '' : part === segments[i]));
}

/** Zod's hook: validation fails like everything else does. */
export function refuseInvalid(result: { readonly success: boolean; readonly error?: ZodError }): undefined {
  if (result.error !== undefined) throw invalidInput(result.error);
}
