import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeVaultJson } from '../../../../src/core/formats/vault/json.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions } from '../entries.ts';
import { only, readAs, readDetected } from '../support.ts';

describe("Vault's JSON", () => {
  it('comes back exactly', async () => {
    const { options } = exportOptions();
    await fc.assert(
      fc.asyncProperty(entries, (all) => expectRoundTrip((list) => writeVaultJson(list, options), 'vault', {}, all)),
      { numRuns: 200 },
    );
  });

  it('is one document whose entries have lines of their own', async () => {
    const text = (
      await bytesOf(
        writeVaultJson(
          [exported({}, { attachments: [{ name: 'a', read: () => Buffer.from('hi') }] }), exported()],
          exportOptions().options,
        ),
      )
    ).toString();
    expect(text.split('\n')).toHaveLength(5);
    const document = JSON.parse(text) as { format: string; version: number; entries: { name: string; attachments: unknown[] }[] };
    expect(document).toMatchObject({ format: 'vault', version: 1, exportedAt: '2026-11-22T00:00:00.000Z' });
    expect(document.entries[0]).toMatchObject({ name: 'example.com', trashed: false, attachments: [{ name: 'a', data: 'aGk=' }] });
  });

  it('is read in any other layout too', async () => {
    const text = (await bytesOf(writeVaultJson([exported()], exportOptions().options))).toString();
    const pretty = JSON.stringify(JSON.parse(text), null, 2);
    expect(only((await readDetected('vault', pretty)).items).content.password).toBe('secret');
  });

  it('is refused where it is cut short, goes on behind its end, or comes from a newer version', async () => {
    const text = (await bytesOf(writeVaultJson([exported(), exported()], exportOptions().options))).toString();
    for (let length = 0; length < text.length - 1; length += 50) {
      await expect(readAs('vault', text.slice(0, length))).rejects.toThrow(vaultError('invalid_request'));
    }
    await expect(readAs('vault', `${text}more`)).rejects.toThrow(vaultError('invalid_request'));
    await expect(readAs('vault', text.replace('"version":1', '"version":2'))).rejects.toThrow('newer version');
  });

  it('leaves out, and reports, files that would make a line longer than whoever reads it can take', async () => {
    const file = (name: string, bytes: number) => ({ name, read: () => Buffer.alloc(bytes, name) });
    const attachments = [file('a', 600), file('large', 3000), file('b', 600)];
    const { options, problems } = exportOptions();
    const written = await bytesOf(writeVaultJson([exported({}, { attachments })], options, 3000));
    const { items } = await readDetected('vault', written);
    expect(items[0]?.attachments.map(({ name, read }) => [name, read().length])).toEqual([
      ['a', 600],
      ['b', 600],
    ]);
    expect(problems).toEqual([{ place: 'example.com', message: expect.stringContaining('large is left out') as string }]);
  });
});
