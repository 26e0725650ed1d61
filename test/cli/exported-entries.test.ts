import { describe, expect, it } from 'vitest';
import type { Client } from '../../src/cli/client.ts';
import { exportedEntries } from '../../src/cli/exported-entries.ts';

const entries = [{ name: 'a', notes: 'two\nlines' }, { name: 'grüße 🔑' }, { name: 'c'.repeat(5000) }];

/** A daemon whose answer comes in pieces of so many bytes. */
function answering(text: string, bytes: number): Pick<Client, 'stream'> {
  const data = Buffer.from(text);
  return {
    stream: () =>
      Promise.resolve(
        (async function* pieces() {
          for (let at = 0; at < data.length; at += bytes) yield await Promise.resolve(data.subarray(at, at + bytes));
        })(),
      ),
  };
}

async function read(client: Pick<Client, 'stream'>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const entry of exportedEntries(client)) read.push(entry);
  return read;
}

describe('entries from the daemon', () => {
  it.each([1, 7, 4096, 1_000_000])('are the same in pieces of %i bytes', async (bytes) => {
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    expect(await read(answering(text, bytes))).toEqual(entries);
  });

  it('that end with an error throw it', async () => {
    const text = '{"name":"a"}\n{"error":{"code":"unauthenticated","message":"locked"}}\n';
    await expect(read(answering(text, 10))).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
