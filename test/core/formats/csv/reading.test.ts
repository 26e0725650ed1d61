import { describe, expect, it } from 'vitest';
import type { ByteSource } from '../../../../src/core/formats/source.ts';
import { fileFormat } from '../../../../src/core/formats/registry.ts';
import { vaultError } from '../../support.ts';
import { only, plainOptions, readAs, readDetected } from '../support.ts';
import { speedCounts, workSeconds } from '../../../support/work.ts';

const chrome = 'name,url,username,password,note\n"Müller, 💥",https://example.com/,me,"p,""w",zwei\n';

function expectRead(read: Awaited<ReturnType<typeof readAs>>): void {
  expect(read.problems).toEqual([]);
  expect(only(read.items).content).toMatchObject({
    name: 'Müller, 💥',
    username: 'me',
    password: 'p,"w',
    urls: ['https://example.com/'],
    notes: 'zwei',
  });
}

/** Bytes of UTF-16, big end first. */
function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

describe('a CSV file', () => {
  it('is read in UTF-8 and UTF-16, with and without a byte order mark', async () => {
    const files = [
      Buffer.from(chrome),
      Buffer.from(`\uFEFF${chrome}`),
      Buffer.from(chrome, 'utf16le'),
      Buffer.from(`\uFEFF${chrome}`, 'utf16le'),
      bigEndian(chrome),
      bigEndian(`\uFEFF${chrome}`),
    ];
    for (const file of files) expectRead(await readDetected('chrome', file));
  });

  it('is read in Windows-1252 where it is not UTF-8, and that is reported', async () => {
    const { items, problems } = await readDetected(
      'chrome',
      Buffer.from('name,url,username,password\nMüller,https://a.example,jürgen,x\n', 'latin1'),
    );
    expect(only(items).content).toMatchObject({ name: 'Müller', username: 'jürgen' });
    expect(problems).toEqual([{ place: 'the file', message: expect.stringContaining('Windows-1252') as unknown }]);
  });

  it('is read with semicolons, tabs and bars, and with the line that Excel puts first', async () => {
    for (const delimiter of [';', '\t', '|']) {
      const text = chrome.replace(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, delimiter);
      expectRead(await readDetected('chrome', text));
      expectRead(await readDetected('chrome', `sep=${delimiter}\r\n${text.replaceAll('\n', '\r\n')}`));
    }
  });

  it('is read with every line end', async () => {
    for (const end of ['\r\n', '\r', '\r\r\n']) expectRead(await readDetected('chrome', chrome.replaceAll('\n', end)));
  });

  it('is refused whole where a quote is never closed', async () => {
    await expect(readAs('chrome', chrome.slice(0, chrome.indexOf('",zwei')))).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused where it is of another program, empty or no text, without a word of it in the error', async () => {
    for (const file of ['', 'secret-text', 'a,b,c\n1,2,3\n', Buffer.from([0, 1, 2, 3, 255]), '{"password":"secret-text"}']) {
      for (const format of [
        'chrome',
        'firefox',
        'apple',
        'lastpass',
        'nordpass',
        'roboform',
        'keepassxc-csv',
        '1password-csv',
        'dashlane',
        'auto',
      ]) {
        const error: unknown = await readAs(format, file).then(
          () => null,
          (reason: unknown) => reason,
        );
        expect([format, error]).toEqual([format, vaultError('invalid_request')]);
        expect(String(error)).not.toContain('secret-text');
      }
    }
  });

  it('keeps what it has no place for: unknown columns by their names, cells beyond the header', async () => {
    const { items, problems } = await readAs(
      'chrome',
      'name,url,username,password,Colour,PIN code\na,https://a.example,u,p,red,1234,more\n',
    );
    expect(only(items).content.fields).toEqual([
      { name: 'Colour', value: 'red', hidden: false },
      { name: 'PIN code', value: '1234', hidden: true },
      { name: 'column without a name', value: 'more', hidden: true },
    ]);
    expect(problems).toEqual([{ place: 'line 2 (a)', message: expect.stringContaining('more cells') as unknown }]);
  });

  it.runIf(speedCounts)('of a million rows is read in bounded memory, at more than 50,000 rows a second', async () => {
    const row = 'example.com,https://www.example.com/login,somebody@example.com,"correct horse, battery staple"\n';
    const header = 'name,url,username,password\n';
    const rows = 1_000_000;
    const size = header.length + rows * row.length;
    // The file is made as it is read: nothing of it is in memory but the piece asked for.
    const source: ByteSource = {
      name: 'large.csv',
      size,
      read: (offset, length) => {
        const end = Math.min(size, offset + length);
        const first = Math.floor(Math.max(0, offset - header.length) / row.length);
        const text =
          offset < header.length ? header + row.repeat(Math.ceil(length / row.length)) : row.repeat(Math.ceil(length / row.length) + 2);
        const at = offset < header.length ? offset : offset - header.length - first * row.length;
        return Buffer.from(text.slice(at, at + (end - offset)), 'latin1');
      },
    };
    const before = process.memoryUsage().rss;
    const begun = workSeconds();
    let count = 0;
    for await (const result of fileFormat('chrome')?.read(source, plainOptions) ?? []) if ('item' in result) count++;
    expect(count).toBe(rows);
    expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 * 1024);
    expect(rows / (workSeconds() - begun)).toBeGreaterThan(50_000);
  });

  it('is separated as its first record is, whatever stands within quotes or further down', async () => {
    const content = {
      name: 'a',
      username: 'u',
      password: 'p,1,2,3,4,5,6,7,8,9,10,11,12,13',
      fields: [{ name: 'x,y,z,1,2,3', value: 'v', hidden: false }],
    };
    for (const end of ['\n', '\r']) {
      const text = `${end}Name ;"URL";username; PASSWORD;"x,y,z,1,2,3"${end}a;;u;p,1,2,3,4,5,6,7,8,9,10,11,12,13;v${end}`;
      expect(only((await readAs('chrome', text)).items).content).toMatchObject(content);
    }
    expect(only((await readAs('chrome', 'sep=|\nname|url|username|password|x,y\na|||p,q|sep=;')).items).content).toMatchObject({
      password: 'p,q',
      fields: [{ name: 'x,y', value: 'sep=;', hidden: false }],
    });
  });

  it('says where a text goes on after its closing quote, and which format it is not', async () => {
    const { items, problems } = await readAs('chrome', 'name,url,username,password\n"a"b,,u,p,\n\n"c",,u,"1\r2\r\n3"\n');
    expect(items.map(({ content }) => [content.name, content.password, content.fields])).toEqual([
      ['ab', 'p', []],
      ['c', '1\r2\r\n3', []],
    ]);
    expect(problems).toEqual([{ place: 'line 2 (ab)', message: 'goes on after a closing quote: check its texts' }]);
    await expect(readAs('firefox', 'a,b\n1,2\n')).rejects.toMatchObject({
      message: 'the file is no CSV export of Firefox: its first line does not name the columns',
      hint: 'the format auto finds out what a file is',
    });
  });
});
