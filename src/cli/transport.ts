import { request as httpRequest, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { VaultError } from '../core/errors.ts';

/** Where a daemon listens: a Unix socket, or a daemon elsewhere. */
export type Endpoint = { readonly kind: 'socket'; readonly path: string } | { readonly kind: 'https'; readonly url: URL };

export interface Request {
  readonly method: string;
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** A body that is not JSON at hand, but read as it goes out. */
  readonly upload?: Upload | undefined;
  readonly timeoutSeconds: number;
  /** Whether it may be sent again where nobody knows what became of it: it changes nothing that lasts. */
  readonly repeatable: boolean;
}

/** A body of any length. It is opened anew where the request is repeated. */
export interface Upload {
  readonly type: string;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An answer whose body is read as it comes: at the pace of whoever reads it. */
export interface StreamedAnswer extends Omit<Answer, 'body'> {
  /** Throws `daemon_unreachable` where it breaks off. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * There is no daemon at an endpoint, or it went away. `sent` says whether it may have seen the whole request: only where it
 * surely has not is it safe to send the request again.
 */
export class NoDaemonError extends Error {
  override readonly name = 'NoDaemonError';
  readonly sent: boolean;

  constructor(sent: boolean, cause: unknown) {
    super('no daemon', { cause });
    this.sent = sent;
  }
}

/** What `connect` and `write` say when nobody listens, or no longer. */
const gone: ReadonlySet<unknown> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTSOCK']);

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      resolve(Buffer.concat(chunks).toString('utf8'));
    });
    response.on('error', reject);
    response.on('aborted', () => {
      reject(new NoDaemonError(true, null));
    });
  });
}

async function* bodyOf(response: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response;
  } catch (cause) {
    throw new VaultError('daemon_unreachable', 'the daemon broke off its answer', {
      hint: 'vault status says whether it still runs',
      cause,
    });
  }
}

/** Opens the request: `node:https` is loaded only for a daemon elsewhere. */
async function open(endpoint: Endpoint, options: RequestOptions): Promise<ClientRequest> {
  if (endpoint.kind === 'socket') return httpRequest({ ...options, socketPath: endpoint.path });
  const { request: httpsRequest } = await import('node:https');
  const base = endpoint.url.pathname.replace(/\/+$/, '');
  return httpsRequest({
    ...options,
    host: endpoint.url.hostname.replace(/^\[|\]$/g, ''),
    port: endpoint.url.port === '' ? 443 : Number(endpoint.url.port),
    path: base + (options.path ?? ''),
  });
}

/** Sends a body at the daemon's pace. What fails on the way out shows in the answer, or as the request's own error; what fails in reading is thrown. */
async function sendOut(upload: Upload, request: ClientRequest): Promise<void> {
  const answered = new AbortController();
  const stop = () => {
    answered.abort();
  };
  request.once('response', stop).once('close', stop);
  for await (const bytes of upload.open()) {
    if (answered.signal.aborted) return;
    if (!request.write(bytes)) await once(request, 'drain', 'close', 'response');
  }
  request.end();
}

/** Resolves when the first of these events comes. */
async function once(request: ClientRequest, ...events: readonly string[]): Promise<void> {
  await new Promise<void>((resolve) => {
    const settle = () => {
      for (const event of events) request.off(event, settle);
      resolve();
    };
    for (const event of events) request.on(event, settle);
  });
}

/** Sends one request over a connection of its own, and gives what `read` makes of the response. */
async function exchange<T>(
  endpoint: Endpoint,
  { method, path, headers, body, upload, timeoutSeconds }: Request,
  read: (response: IncomingMessage) => T | Promise<T>,
): Promise<T> {
  const length = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) };
  const type = upload === undefined ? length : { 'Content-Type': upload.type, 'Transfer-Encoding': 'chunked' };
  const request = await open(endpoint, { method, path, agent: false, headers: { ...headers, ...type } });
  let sent = false;
  request.on('finish', () => {
    sent = true;
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request.on('response', resolve);
      request.on('error', reject);
      request.setTimeout(timeoutSeconds * 1000, () => {
        reject(
          new VaultError('daemon_unreachable', `the daemon did not answer within ${String(timeoutSeconds)} seconds`, {
            hint: 'vault daemon stop ends it',
          }),
        );
      });
      if (upload === undefined) request.end(body);
      else sendOut(upload, request).catch(reject);
    });
    return await read(response);
  } catch (error) {
    request.destroy();
    if (error instanceof VaultError || error instanceof NoDaemonError) throw error;
    const code = codeOf(error);
    // A body that could not be made.
    if (upload !== undefined && code === undefined) throw error;
    if (endpoint.kind === 'socket' && gone.has(code)) throw new NoDaemonError(sent, error);
    const reason = typeof code === 'string' ? ` (${code})` : '';
    throw new VaultError('daemon_unreachable', `cannot reach the daemon${reason}`, {
      hint: endpoint.kind === 'https' ? 'check VAULTD_URL' : 'vault daemon status says more',
      cause: error,
    });
  }
}

/** Sends one request. Throws `NoDaemonError`, or `daemon_unreachable` where there is no answer in time. */
export function send(endpoint: Endpoint, request: Request): Promise<Answer> {
  return exchange(endpoint, request, async (response) => {
    return { status: response.statusCode ?? 0, headers: response.headers, body: await readBody(response) };
  });
}

/** The same, without waiting for the answer's end. */
export function sendAndStream(endpoint: Endpoint, request: Request): Promise<StreamedAnswer> {
  return exchange(endpoint, request, (response) => {
    return { status: response.statusCode ?? 0, headers: response.headers, body: bodyOf(response) };
  });
}
