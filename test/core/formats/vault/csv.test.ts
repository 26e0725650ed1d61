import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guarded, writeVaultCsv } from '../../../../src/core/formats/vault/csv.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions } from '../entries.ts';
import { only, readAs } from '../support.ts';

describe("Vault's CSV", () => {
  it('comes back but for attachments and earlier revisions', async () => {
    const { options } = exportOptions();
    await fc.assert(
      fc.asyncProperty(entries, (all) =>
        expectRoundTrip((list) => writeVaultCsv(list, options), 'vault', { attachments: true, history: 'all' }, all),
      ),
      { numRuns: 200 },
    );
  });

  it('has no cell that a spreadsheet would run, and gives every cell back', () => {
    for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', "'=1", "''=1", '＝1', '\n-1']) {
      expect(guarded(cell)).toBe(`'${cell}`);
    }
    for (const cell of ['', 'a=1', "'a", '1-1', 'https://a.example/?a=b', ' a']) expect(guarded(cell)).toBe(cell);
  });

  it('begins no cell with a formula, whatever the entry holds', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (all) => {
        const text = (await bytesOf(writeVaultCsv(all, exportOptions().options))).toString();
        expect(text).not.toMatch(/(?:^|","|\r\n")[\s]*[=+\-@]/);
      }),
      { numRuns: 50 },
    );
  });

  it('is a table that others read: name, url, username, password, notes', async () => {
    const text = (
      await bytesOf(writeVaultCsv([exported({ notes: 'n', urls: ['https://a.example'] })], exportOptions().options))
    ).toString();
    expect(only((await readAs('chrome', text)).items).content).toMatchObject({
      name: 'example.com',
      username: 'me',
      password: 'secret',
      urls: ['https://a.example'],
      notes: 'n',
    });
  });
});
