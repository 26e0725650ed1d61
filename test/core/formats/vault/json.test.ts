import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import { writeVaultJson } from '../../../../src/core/formats/vault/json.ts';
import { isVaultExport } from '../../../../src/core/formats/vault/read.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions } from '../entries.ts';
import { only, readAs, readDetected, refusal, whole } from '../support.ts';

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
    const afterEntries = text.slice(0, text.indexOf('\n]}'));
    for (const damaged of [`${text}more`, `${text}\n`, afterEntries, `${afterEntries}\n`]) {
      await expect(readAs('vault', damaged)).rejects.toThrow(refusal('the export was cut short or damaged'));
    }
    const newer = text.replace('"version":1', '"version":22');
    for (const file of [newer, JSON.stringify(JSON.parse(newer))]) {
      const refused = readAs('vault', file);
      await expect(refused).rejects.toThrow(refusal('the export is of a newer version of Vault'));
      await expect(refused).rejects.toThrow(vaultError('invalid_request', 'import it with that version'));
    }
  });

  it('is refused where it is some other JSON', async () => {
    for (const other of [
      '{"format":"safe","version":1,"entries":[]}',
      '{"format":"vault","version":1}',
      '{"format":"vault","entries":{}}',
    ]) {
      await expect(readAs('vault', other)).rejects.toThrow(refusal('the file is no export of Vault'));
    }
  });

  it('holds all of an entry', async () => {
    const { id: _, revision: __, createdAt: ___, ...held } = exported({ password: 'old' }).entry;
    const earlier = { ...held, passwordChangedAt: null, trashed: false, attachments: ['a'] };
    const pending = { password: 'new', createdAt: '2024-05-01T00:00:00.000Z' };
    const attachments = [
      { name: 'a', read: () => Buffer.from('hi') },
      { name: 'b', read: () => Buffer.from('ho') },
    ];
    const fields = [
      { name: 'f', value: 'v', hidden: true },
      { name: 'g', value: '', hidden: false },
    ];
    const full = exported({ notes: '', fields, tags: ['t'] }, { trashed: true, pending, history: [earlier], attachments });
    const text = (await bytesOf(writeVaultJson([full, exported()], exportOptions().options))).toString();
    expect(JSON.parse(text)).toEqual({
      format: 'vault',
      version: 1,
      exportedAt: '2026-11-22T00:00:00.000Z',
      entries: [
        {
          ...full.entry,
          trashed: true,
          pending,
          history: [earlier],
          attachments: [
            { name: 'a', data: 'aGk=' },
            { name: 'b', data: 'aG8=' },
          ],
        },
        { ...exported().entry, trashed: false, attachments: [] },
      ],
    });
    for (const file of [text, JSON.stringify(JSON.parse(text))]) {
      const { items, problems } = await readDetected('vault', file);
      const { id: ____, revision: _____, createdAt, updatedAt, passwordChangedAt, ...content } = full.entry;
      expect(items.slice(0, 1).map(whole)).toEqual([
        {
          content,
          createdAt,
          updatedAt,
          passwordChangedAt,
          trashed: true,
          pending,
          history: [earlier],
          attachments: [
            ['a', 'hi'],
            ['b', 'ho'],
          ],
          place: 'entry 1 (example.com)',
        },
      ]);
      expect([items[1]?.place, problems]).toEqual(['entry 2 (example.com)', []]);
    }
  });

  it('is read where a line ends with what is read at a time, or just behind it', async () => {
    const write = async (notes: string) =>
      bytesOf(writeVaultJson([exported({ notes }), exported({ name: 'second' })], exportOptions().options));
    const start = (await write('')).indexOf('\n');
    const end = (await write('')).indexOf('\n', start + 1);
    for (const place of [256 * 1024 - 1, 256 * 1024]) {
      const text = await write('x'.repeat(place - end));
      expect(text[place]).toBe(10);
      expect((await readDetected('vault', text)).items.map(({ content }) => content.name)).toEqual(['example.com', 'second']);
    }
  });

  it('is read where an entry is longer than what is read at a time', async () => {
    const notes = 'ä\n'.repeat(300_000);
    const text = await bytesOf(writeVaultJson([exported({ notes }), exported({ name: 'second' })], exportOptions().options));
    const { items } = await readDetected('vault', text);
    expect(items.map(({ content }) => [content.name, content.notes === notes])).toEqual([
      ['example.com', true],
      ['second', false],
    ]);
  });

  describe('that somebody has changed', () => {
    const read = (...entries: unknown[]) => readDetected('vault', JSON.stringify({ format: 'vault', version: 1, entries }));
    const place = 'entry 1 (n)';

    it('gives what is understood of an entry, and reports the rest', async () => {
      const texts = ['username', 'password', 'totp', 'notes', 'createdAt', 'updatedAt', 'passwordChangedAt'];
      const odd = {
        ...Object.fromEntries(texts.map((key) => [key, 5])),
        urls: 'u',
        tags: ['t', 5],
        fields: 'f',
        attachments: {},
        history: {},
      };
      const { items, problems } = await read({ name: 'n', id: 5, ...odd, trashed: 'yes', pending: 'p', 'more\u0007': {}, constructor: 1 });
      expect(items.map(whole)).toEqual([
        {
          content: { name: 'n', username: null, password: null, urls: [], totp: null, notes: null, fields: [], tags: ['t'] },
          createdAt: null,
          updatedAt: null,
          passwordChangedAt: null,
          trashed: false,
          pending: null,
          history: [],
          attachments: [],
          place,
        },
      ]);
      const keys = ['id', ...Object.keys(odd), 'trashed', 'more ', 'constructor'];
      expect(problems).toEqual([
        ...keys.map((key) => ({ place, message: `has "${key}", which is not understood: left out` })),
        { place, message: 'has a pending password that is not understood: left out' },
      ]);
    });

    it('gives the sound ones of its lists, and reports the others', async () => {
      const { id: _, revision: __, createdAt: ___, ...held } = exported().entry;
      const earlier = { ...held, trashed: false, attachments: [] };
      const field = { name: 'f', value: 'v', hidden: false };
      const file = { name: 'a', data: 'aGk=' };
      const whether = async (entry: object) => {
        const { items, problems } = await read({ name: 'n', ...entry });
        const { content, history, attachments } = only(items);
        const kept = [content.urls, content.tags, content.fields, history, attachments.map(({ name }) => name)];
        return [kept.flat(), problems.map(({ message }) => message)];
      };
      const left = (key: string) => [`has "${key}", which is not understood: left out`];
      for (const key of ['urls', 'tags']) expect(await whether({ [key]: ['u', 5, 'v'] })).toEqual([['u', 'v'], left(key)]);
      for (const odd of [{ name: 'g' }, { value: 'v' }, { name: 5, value: 'v' }, { name: 'g', value: null }, 'h', null]) {
        expect(await whether({ fields: [{ ...field, hidden: 1 }, odd, { ...field, hidden: true }] })).toEqual([
          [field, { ...field, hidden: true }],
          left('fields'),
        ]);
      }
      for (const odd of [{ name: 'g' }, { data: 'aGk=' }, { name: 5, data: '' }, { name: 'g', data: null }, 'h', null]) {
        expect(await whether({ attachments: [odd, file] })).toEqual([['a'], left('attachments')]);
      }
      const unknown = 'has an earlier revision that is not understood: left out';
      expect(await whether({ history: [5, earlier, { password: 'old' }] })).toEqual([[earlier], [unknown]]);
    });

    it('says which value is no entry, and reads on', async () => {
      const { items, problems } = await read({ name: 'n' }, 'text', { name: 'm' });
      expect(items.map(({ place: where }) => where)).toEqual(['entry 1 (n)', 'entry 3 (m)']);
      expect(problems).toEqual([{ place: 'entry 2', message: 'is no entry: nothing of it could be read' }]);
    });

    it('keeps a one-time code that is none as a field, and what looks like our own field for other formats as it stands', async () => {
      const fields = [{ name: 'vault.extra', value: '{"name":"other"}', hidden: true }];
      const { items } = await read({ name: 'n', totp: '?', urls: ['u', 'u', ''], fields, pending: null, username: null });
      expect(only(items).content).toEqual({
        name: 'n',
        username: null,
        password: null,
        urls: ['u', 'u', ''],
        totp: null,
        notes: null,
        fields: [...fields, { name: 'one-time code', value: '?', hidden: true }],
        tags: [],
      });
    });
  });
});

describe("a line of Vault's JSON", () => {
  const file = (name: string, bytes: number) => ({ name, read: () => Buffer.alloc(bytes, name) });
  const attachments = [file('a', 600), file('large', 3000), file('b', 600)];

  async function written(longest?: number) {
    const { options, problems } = exportOptions();
    const bytes = await bytesOf(writeVaultJson([exported({}, { attachments })], options, longest));
    const { items } = await readDetected('vault', bytes);
    const line = bytes.toString().split('\n')[1] ?? '';
    return { line, files: only(items).attachments.map((each) => [each.name, each.read().length]), problems };
  }

  it('is never longer than whoever reads it can take: files beyond that are left out and reported', async () => {
    const all = await written();
    expect(all.files).toEqual([
      ['a', 600],
      ['large', 3000],
      ['b', 600],
    ]);
    expect(await written(all.line.length)).toEqual(all);
    const { files, problems } = await written(3000);
    expect(files).toEqual([
      ['a', 600],
      ['b', 600],
    ]);
    expect(problems).toEqual([
      { place: 'example.com', message: 'has more files than a line of JSON can hold: large is left out, vault backup has it' },
    ]);
    const short = await written(all.line.length - 1);
    expect(short.line.length).toBeLessThan(all.line.length);
    expect([short.files.length, short.problems.length]).toEqual([2, 1]);
  });
});

describe('a file of our own', () => {
  const known = (begin: string) => isVaultExport(bytesSource(Buffer.from(begin)));

  it('is known by how it begins', () => {
    const table = 'name,url,username,password,totp,notes,tags,fields,created,modified,password changed,trashed';
    for (const begin of [
      '{"format":"vault"',
      ' \n{ \n"format" :\t"vault"',
      'age-encryption.org/v1\n',
      '-----BEGIN AGE ENCRYPTED FILE-----\n',
      table,
      `\uFEFF"${table.replaceAll(',', '";"')}"\n`,
    ]) {
      expect([begin, known(begin)]).toEqual([begin, true]);
    }
    for (const begin of [
      '',
      '{"format":"safe"',
      '{"more":{"format":"vault"',
      'x{"format":"vault"',
      '{"format"x:"vault"',
      'age-encryption.org/v2\n',
      'name,url,username,password',
      `  [${table}`,
      `{,${table}`,
      `<,${table}`,
    ]) {
      expect([begin, known(begin)]).toEqual([begin, false]);
    }
  });

  it('is read with blanks before it', async () => {
    const text = (await bytesOf(writeVaultJson([exported()], exportOptions().options))).toString();
    expect((await readAs('vault', ` \n${text}`)).items).toHaveLength(1);
  });
});
