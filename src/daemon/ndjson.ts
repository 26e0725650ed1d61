import type { Context } from 'hono';
import { type ImportedEntry, importedEntry } from '../core/entry/import.ts';
import { VaultError } from '../core/errors.ts';
import { limits } from '../core/limits.ts';
import type { AppEnv } from './environment.ts';
import { invalidInput } from './invalid-input.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const newline = 0x0a;

async function* bodyOf(c: Context<AppEnv>): AsyncGenerator<Buffer> {
  const source: AsyncIterable<Uint8Array> | null = c.env.incoming ?? c.req.raw.body;
  if (source === null) return;
  for await (const chunk of source) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

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

/**
 * The entries of an NDJSON body as they come. A line that is no entry ends it: `invalid_request` or `payload_too_large` with the
 * line's number in `details`.
 */
export async function* importedEntries(c: Context<AppEnv>): AsyncGenerator<ImportedEntry> {
  let line = 0;
  for await (const bytes of linesOf(bodyOf(c))) {
    line += 1;
    if (bytes.toString().trim() === '') continue;
    const { success, data, error } = importedEntry.safeParse(parsed(bytes, line));
    if (!success) {
      const refusal = invalidInput(error);
      throw new VaultError(refusal.code, `line ${String(line)}: ${refusal.message}`, { details: { ...refusal.details, line } });
    }
    yield data;
  }
}

function parsed(bytes: Buffer, line: number): unknown {
  try {
    return JSON.parse(strictUtf8.decode(bytes));
  } catch {
    // The parser's own message quotes the text.
    throw new VaultError('invalid_request', `line ${String(line)} is not valid JSON in UTF-8`, { details: { line } });
  }
}
