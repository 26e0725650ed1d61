import type { Context } from 'hono';
import type { z } from 'zod';
import { chunkCount, chunkLength } from '../core/entry/attachment.ts';
import { importedChunk, importedEntry, type ImportedEntry } from '../core/entry/import.ts';
import { VaultError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import { bodyStream } from './body.ts';
import type { AppEnv } from './environment.ts';
import { invalidInput } from './invalid-input.ts';
import type { LastingRequest } from './sessions/session.ts';
import type { ArrivingEntry } from './vault/imported-files.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const newline = 0x0a;

/** The lines of a body as they come, without their ends; the last needs none. No line may be longer than a JSON body may be. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer[] = [];
  let restLength = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      yield Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      restLength = 0;
      from = end + 1;
    }
    rest.push(chunk.subarray(from));
    restLength += chunk.length - from;
    if (restLength > limits.bodyBytes) throw new VaultError('payload_too_large', 'a line must be at most 8 MiB');
  }
  if (restLength > 0) yield Buffer.concat(rest);
}

/** One line's JSON, and its number for errors. */
interface Line {
  readonly number: number;
  readonly value: unknown;
}

async function* valuesOf(c: Context<AppEnv>, request: LastingRequest): AsyncGenerator<Line> {
  let number = 0;
  for await (const bytes of linesOf(bodyStream(c, request))) {
    number += 1;
    const value = parsed(bytes, number);
    if (value !== undefined) yield { number, value };
  }
}

/**
 * The entries of an NDJSON body as they come. A line that is no entry ends it: `invalid_request` or `payload_too_large` with the
 * line's number in `details`.
 */
export async function* importedEntries(c: Context<AppEnv>, request: LastingRequest): AsyncGenerator<ArrivingEntry> {
  const lines = valuesOf(c, request);
  try {
    for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
      const entry = checked(importedEntry, next.value);
      if (entry.attachments.length === 0) {
        yield entry;
        continue;
      }
      const files = filesOf(lines, entry.attachments);
      yield { ...entry, files };
      for await (const file of files) for await (const _ of file);
    }
  } finally {
    await lines.return(undefined);
  }
}

async function* filesOf(lines: AsyncIterator<Line>, attachments: ImportedEntry['attachments']): AsyncGenerator<AsyncGenerator<Buffer>> {
  for (const { size } of attachments) {
    const file = chunksOf(lines, size);
    yield file;
    for await (const _ of file);
  }
}

async function* chunksOf(lines: AsyncIterator<Line>, size: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < chunkCount(size); index++) {
    const next = await lines.next();
    if (next.done === true) throw new VaultError('invalid_request', 'the last attachment is not whole');
    const line = next.value;
    const chunk = Buffer.from(checked(importedChunk, line).chunk, 'base64');
    if (chunk.length !== chunkLength(size, index)) {
      throw refusedLine(line.number, new VaultError('invalid_request', 'the chunk does not have the length that its attachment says'));
    }
    yield chunk;
  }
}

function checked<T extends z.ZodType>(schema: T, { number, value }: Line): z.output<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw refusedLine(number, invalidInput(error));
}

function refusedLine(line: number, { code, message, details }: VaultError): VaultError {
  return new VaultError(code, `line ${String(line)}: ${message}`, { details: { ...details, line } });
}

/** Undefined for a line of white space. */
function parsed(bytes: Buffer, line: number): unknown {
  try {
    const text = strictUtf8.decode(bytes);
    return text.trim() === '' ? undefined : JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw new VaultError('invalid_request', `line ${String(line)} is not valid JSON in UTF-8`, { details: { line } });
  }
}
