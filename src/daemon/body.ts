import type { IncomingMessage } from 'node:http';
import type { Context, MiddlewareHandler } from 'hono';
import { wipe } from '../core/crypto/bytes.ts';
import { VaultError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { AppEnv } from './environment.ts';
import type { LastingRequest } from './sessions/session.ts';

/** The limit of bodies that hold little: passwords, options. */
export const smallBodyBytes = 64 * 1024;

function tooLarge(limit: number): VaultError {
  return new VaultError('payload_too_large', `the request's body must be at most ${String(limit / 1024)} KiB`);
}

/** The chunks as node:http has read them, not copies: so that whoever zeroes them zeroes the only ones. */
function incomingChunks(incoming: IncomingMessage, limit: number): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (act: () => void) => {
      incoming.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
      act();
    };
    const fail = (error: VaultError) => {
      settle(() => {
        wipe(...chunks);
        reject(error);
      });
    };
    const onData = (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      incoming.pause();
      fail(tooLarge(limit));
    };
    const onEnd = () => {
      settle(() => {
        resolve(chunks);
      });
    };
    const onClose = () => {
      fail(new VaultError('invalid_request', "the request's body ended early"));
    };
    incoming.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
    if (incoming.destroyed) onClose();
  });
}

async function streamChunks(stream: ReadableStream<Uint8Array>, limit: number): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    chunks.push(bytes);
    size += bytes.length;
    if (size > limit) {
      wipe(...chunks);
      throw tooLarge(limit);
    }
  }
  return chunks;
}

/**
 * A request's body as raw chunks, at most `limit` bytes of it: `payload_too_large` otherwise, without reading on. The caller
 * zeroes them where they hold a secret.
 */
export async function bodyChunks(c: Context<AppEnv>, limit: number): Promise<Buffer[]> {
  // node:http keeps to this length; a body without one is counted.
  if (Number(c.req.header('content-length') ?? 0) > limit) throw tooLarge(limit);
  if (c.env.incoming !== undefined) return incomingChunks(c.env.incoming, limit);
  return c.req.raw.body === null ? [] : streamChunks(c.req.raw.body, limit);
}

/**
 * A request's body as it comes, of any length, until its session ends: `unauthenticated` then, however long the client is silent. Who
 * stops reading it half-way does not cut the connection: the answer, which says why, still has to go out.
 */
export async function* bodyStream(c: Context<AppEnv>, { ended, goesOn }: LastingRequest): AsyncGenerator<Buffer> {
  const source: AsyncIterable<Uint8Array> | null = c.env.incoming?.iterator({ destroyOnReturn: false }) ?? c.req.raw.body;
  if (source === null) return;
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await unlessAborted(ended, chunks.next());
      if (next.done === true) return;
      goesOn();
      yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
  } finally {
    const stopped = chunks.return?.();
    // While a chunk is awaited this waits for it, too.
    if (ended.aborted) stopped?.catch(() => undefined);
    else await stopped;
  }
}

/** What a promise gives, or the reason of a signal that is aborted before. */
async function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    if (!signal.aborted) await Promise.race([promise, aborted]);
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
    promise.catch(() => undefined);
  }
}

/** What is still read of a body that was refused, and for how long. */
const refusedBytes = 2 * limits.attachmentBytes;
const refusedMilliseconds = 10_000;

/**
 * For routes whose bodies may be long: lets a client send all of a body that was refused before it is told why. A connection that
 * closes on unread data takes the answer with it.
 */
export function readRefused(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    if (c.res.status >= 400 && c.env.incoming?.readableEnded === false) await passOver(c.env.incoming);
  };
}

function passOver(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let size = 0;
    const settle = () => {
      clearTimeout(patience);
      incoming.off('data', onData).off('end', settle).off('error', settle).off('close', settle);
      resolve();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > refusedBytes) settle();
    };
    const patience = setTimeout(settle, refusedMilliseconds);
    incoming.on('data', onData).on('end', settle).on('error', settle).on('close', settle).resume();
    if (incoming.destroyed) settle();
  });
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** A JSON body. Bytes that are no UTF-8 are refused: a lenient decoder would store replacement characters instead. */
async function readJson(c: Context<AppEnv>, limit: number): Promise<unknown> {
  const bytes = Buffer.concat(await bodyChunks(c, limit));
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    // The parser's own message quotes the text.
    throw new VaultError('invalid_request', "the request's body is not valid JSON in UTF-8");
  }
}

/**
 * Reads a request's JSON body, where it has one, for the validator that follows: strictly, and at most `limit` bytes of it.
 * Routes that want no token take small ones only: parsed, 8 MiB of JSON can fill 100 MiB, for anybody who asks.
 */
export function jsonBody(limit: number = limits.bodyBytes): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.header('content-type') !== undefined) {
      const parsed = await readJson(c, limit);
      c.req.json = <T>() => Promise.resolve(parsed as T);
    }
    await next();
  };
}
