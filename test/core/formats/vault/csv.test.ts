import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guarded, writeVaultCsv } from '../../../../src/core/formats/vault/csv.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions } from '../entries.ts';
import { csv, only, readAs, readDetected, whole } from '../support.ts';

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

  const header =
    'name,url,username,password,totp,notes,tags,fields,created,modified,password changed,trashed,pending password,pending since';

  it('is a line for each entry, every cell quoted', async () => {
    const fields = [{ name: 'f', value: 'v', hidden: true }];
    const pending = { password: '=new', createdAt: '2024-05-01T00:00:00.000Z' };
    const full = exported(
      {
        notes: 'a "b"\nc',
        totp: 'otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ',
        urls: ['https://a.example', 'https://b.example'],
        tags: ['one', 'two'],
        fields,
        passwordChangedAt: '2024-03-01T00:00:00.000Z',
      },
      { trashed: true, pending },
    );
    const rest = [['', 'a'], ['a\nb'], ['a\rb'], ['[1]']].map((tags) => exported({ username: null, password: null, urls: tags }));
    const text = (await bytesOf(writeVaultCsv([full, ...rest], exportOptions().options))).toString();
    const times = '"2024-01-02T03:04:05.678Z","2024-02-03T04:05:06.789Z"';
    expect(text).toBe(
      [
        header,
        `"example.com","https://a.example\nhttps://b.example","me","secret","otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ","a ""b""\nc","one\ntwo","[{""name"":""f"",""value"":""v"",""hidden"":true}]",${times},"2024-03-01T00:00:00.000Z","true","'=new","2024-05-01T00:00:00.000Z"`,
        ...['["""",""a""]', '[""a\\nb""]', '[""a\\rb""]', '[""[1]""]'].map(
          (urls) => `"example.com","${urls}","","","","","","",${times},"","","",""`,
        ),
        '',
      ].join('\r\n'),
    );
    const { items } = await readDetected('vault', text);
    expect(items.map(({ content, pending: waiting, trashed }) => [content.urls, content.tags, waiting, trashed])).toEqual([
      [full.entry.urls, full.entry.tags, pending, true],
      ...rest.map(({ entry }) => [entry.urls, [], null, false]),
    ]);
  });

  describe('that somebody has changed', () => {
    const read = (cells: Readonly<Record<string, string>>, columns = header) =>
      readDetected(
        'vault',
        csv(
          columns.split(','),
          columns.split(',').map((column) => cells[column] ?? ''),
        ),
      );

    it('gives whatever stands in its cells, and columns that are not known as fields', async () => {
      const { items, problems } = await read(
        {
          name: "'=n",
          url: "'+1\nhttps://a.example\nhttps://a.example",
          username: "'@me",
          password: "'-pw",
          totp: '?',
          notes: "'\t x",
          tags: '["one","two"]',
          fields: '[{"name":"f","value":"v"},{"name":"f","value":"","hidden":true}]',
          created: '2024-01-02T03:04:05Z',
          modified: '2024-01-03',
          'password changed': '2024-01-04 01:02:03',
          trashed: 'x',
          'pending password': "'=new",
          'pending since': '2024-01-05',
          mine: 'x',
        },
        `${header},mine`,
      );
      expect(items.map(whole)).toEqual([
        {
          content: {
            name: '=n',
            username: '@me',
            password: '-pw',
            urls: ['+1', 'https://a.example', 'https://a.example'],
            totp: null,
            notes: '\t x',
            fields: [
              { name: 'f', value: 'v', hidden: false },
              { name: 'f', value: '', hidden: true },
              { name: 'mine', value: 'x', hidden: false },
              { name: 'one-time code', value: '?', hidden: true },
            ],
            tags: ['one', 'two'],
          },
          createdAt: '2024-01-02T03:04:05.000Z',
          updatedAt: '2024-01-03T00:00:00.000Z',
          passwordChangedAt: '2024-01-04T01:02:03.000Z',
          trashed: true,
          pending: { password: '=new', createdAt: '2024-01-05T00:00:00.000Z' },
          history: [],
          attachments: [],
          place: 'line 2 (=n)',
        },
      ]);
      expect(problems.map(({ message }) => message)).toEqual(['has a one-time code that is not understood: kept as a hidden field']);
    });

    it('gives cells as they stand that have lost the quote before a formula', async () => {
      const { items } = await read({ name: '=n', username: '@me', password: '-pw', url: '+1', notes: '\t x', tags: '=t' });
      expect(only(items).content).toMatchObject({
        name: '=n',
        username: '@me',
        password: '-pw',
        urls: ['+1'],
        notes: '\t x',
        tags: ['=t'],
      });
    });

    it('keeps fields that are not understood as one hidden field, and lists that are no JSON as lines', async () => {
      for (const fields of ['a=b', '{"name":"f","value":"v"}', '[{"name":"f","value":"v"},{"name":"g"}]', '[5]']) {
        const { items, problems } = await read({ name: 'n', fields });
        expect(only(items).content.fields).toEqual([{ name: 'fields', value: fields, hidden: true }]);
        expect(problems.map(({ message }) => message)).toEqual(['has fields that are not understood: kept as a hidden field']);
      }
      for (const [cell, urls] of [
        ['[::1]\n[::2]', ['[::1]', '[::2]']],
        ['["a",5]', ['["a",5]']],
        ['[1]', ['[1]']],
        ['"a"', ['"a"']],
        ['["a"]', ['a']],
        [' ["a"]', [' ["a"]']],
      ] as const) {
        expect(only((await read({ name: 'n', url: cell, tags: cell })).items).content).toMatchObject({ urls, tags: urls });
      }
    });

    it('takes a pending password to have come with the last change, else with the entry, else keeps it as a field', async () => {
      const [created, modified] = ['2024-01-01T00:00:00.000Z', '2024-02-01T00:00:00.000Z'];
      const pending = async (times: Record<string, string>) => only((await read({ name: 'n', 'pending password': 'new', ...times })).items);
      expect((await pending({ created, modified })).pending).toEqual({ password: 'new', createdAt: modified });
      expect((await pending({ created })).pending).toEqual({ password: 'new', createdAt: created });
      const without = await pending({});
      expect([without.pending, without.content.fields]).toEqual([null, [{ name: 'pending password', value: 'new', hidden: true }]]);
    });

    it('is known without the last two columns, which came later, but not without others', async () => {
      const older = header.split(',').slice(0, -2);
      const cells = { name: 'n', password: 'pw' };
      expect(only((await read(cells, older.join())).items)).toMatchObject({ content: cells, pending: null });
      await expect(readAs('vault', header.split(',').slice(0, 4).join())).rejects.toThrow(vaultError('invalid_request'));
      await expect(readAs('vault', older.slice(1).join())).rejects.toThrow(/^the file is no CSV export of Vault: /);
    });
  });
});
