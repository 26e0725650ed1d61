import type { ExtractSchema } from 'hono/types';
import type { AppType } from '../daemon/app.ts';
import { isErrorCode, VaultError, type ErrorDetails } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { clientClaim } from './caller.ts';
import type { Answer, Request, Upload } from './transport.ts';

/*
 * The typed client. The app's own type says which routes there are, what each takes and what it answers, as with Hono's `hc`;
 * nothing of Hono runs, because the Fetch classes it builds on cost a fifth of the time that `vault get` takes.
 */

type Routes = ExtractSchema<AppType>;
export type Path = keyof Routes;
export type Method<P extends Path> = keyof Routes[P] & `$${string}`;
type Input<P extends Path, M extends Method<P>> = Routes[P][M] extends { input: infer I } ? I : never;
type Part<I, K extends string> = I extends Record<K, infer V> ? V : undefined;

/** What a route answers when it succeeds. */
export type Success<P extends Path, M extends Method<P>> =
  Extract<Routes[P][M], { status: 200 | 201 }> extends { output: infer O } ? O : never;

/** A route and what it is given. */
export interface Call<P extends Path, M extends Method<P>> {
  readonly path: P;
  readonly method: M;
  readonly param?: Part<Input<P, M>, 'param'>;
  readonly query?: Part<Input<P, M>, 'query'>;
  readonly json?: Part<Input<P, M>, 'json'>;
}

export interface CallOptions {
  readonly token?: string | null;
  /** The revision a change starts from. */
  readonly ifMatch?: number;
  /** Marks a request that does not keep the vault open. */
  readonly background?: boolean;
  /** A body that is no JSON. */
  readonly upload?: Upload;
  /** What an entry is read for, where its owner named it beforehand: such reads are exempt from the brake on reading much. */
  readonly purpose?: 'run' | 'inject';
  /** How long an answer may take: key derivation queues. */
  readonly timeoutSeconds?: number;
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

/** `/passwords/:website` with its parameters filled in; a segment is encoded, slashes included. */
function fill(path: string, parameters: unknown): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(property(parameters, name))));
}

function queryString(query: unknown): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(key, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Routes that keep nothing: an answer that got lost is asked for again. */
const repeatable: ReadonlySet<string> = new Set<Path>(['/login', '/lock', '/generate', '/exports']);

/** The request on the wire. */
export function encodeCall<P extends Path, M extends Method<P>>(call: Call<P, M>, options: CallOptions): Request {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (options.token != null) headers['Authorization'] = `Bearer ${options.token}`;
  if (options.ifMatch !== undefined) headers['If-Match'] = `"${String(options.ifMatch)}"`;
  headers['Vault-Client'] = clientClaim();
  if (options.background === true) headers['Vault-Background'] = 'true';
  if (options.purpose !== undefined) headers['Vault-Purpose'] = options.purpose;
  const body = call.json === undefined ? undefined : JSON.stringify(call.json);
  // The daemon refuses it too, but may hang up before it has read all of it, and the answer would be lost.
  if (body !== undefined && Buffer.byteLength(body) > limits.bodyBytes) {
    throw new VaultError('payload_too_large', 'this is more than the 8 MiB that a request may hold');
  }
  return {
    method: call.method.slice(1).toUpperCase(),
    path: fill(call.path, call.param) + queryString(call.query),
    headers,
    body,
    upload: options.upload,
    timeoutSeconds: options.timeoutSeconds ?? 30,
    repeatable: call.method === '$get' || repeatable.has(call.path),
  };
}

/** The details of an error answer, where it has any. */
function detailsOf(error: unknown): ErrorDetails | undefined {
  const details = property(error, 'details');
  return typeof details === 'object' && details !== null ? Object.fromEntries(Object.entries(details)) : undefined;
}

/** The error that a value from the daemon is; null where it is none. */
export function errorOf(value: unknown): VaultError | null {
  const error = property(value, 'error');
  const [code, message] = [property(error, 'code'), property(error, 'message')];
  if (typeof code !== 'string' || !isErrorCode(code) || typeof message !== 'string') return null;
  const details = detailsOf(error);
  return new VaultError(code, message, details === undefined ? {} : { details });
}

/** What an answer means: the route's value, or its error thrown. The daemon is the same program: its JSON is trusted to be what its type says. */
export function decodeAnswer<P extends Path, M extends Method<P>>({ status, body }: Answer): Success<P, M> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new VaultError('daemon_unreachable', 'what answered is no vault daemon', { cause });
  }
  if (status >= 200 && status < 300) return value as Success<P, M>;
  throw errorOf(value) ?? new VaultError('daemon_unreachable', 'what answered is no vault daemon, or a much newer one');
}
