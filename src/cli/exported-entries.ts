import type { ExportedLine } from '../core/entry/export.ts';
import { errorOf } from './api.ts';
import type { Client } from './client.ts';

/** The lines of a stream of UTF-8, without their ends. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  for await (const chunk of chunks) {
    const [first = '', ...others] = decoder.decode(chunk, { stream: true }).split('\n');
    rest.push(first);
    for (const line of others) {
      yield rest.join('');
      rest = [line];
    }
  }
  if (rest.some((part) => part !== '')) yield rest.join('');
}

/**
 * Every entry of the vault with its secrets, one after the other, as the daemon reads them: whatever the vault's size, a few are in
 * memory. Where the vault is locked, the master password is asked for first. An error on the way is thrown: what came is not all.
 */
export async function* exportedEntries(
  client: Pick<Client, 'stream'>,
  { trash = false, history = false }: { readonly trash?: boolean; readonly history?: boolean } = {},
): AsyncGenerator<ExportedLine> {
  const query = { ...(trash ? ({ trash: 'true' } as const) : {}), ...(history ? ({ history: 'true' } as const) : {}) };
  for await (const line of linesOf(await client.stream({ path: '/exports', method: '$post', query }))) {
    const value: unknown = JSON.parse(line);
    const error = errorOf(value);
    if (error !== null) throw error;
    // The daemon is the same program: its lines are trusted to be what its schema says.
    yield value as ExportedLine;
  }
}
