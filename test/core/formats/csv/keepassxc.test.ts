import { describe, expect, it } from 'vitest';
import { csv, readAs, readDetected } from '../support.ts';

describe('KeePassXC', () => {
  it('is told from KeePass 1, which puts a backslash before quotes and backslashes: they are what was typed', async () => {
    const rows =
      '"Account","Login Name","Password","Web Site","Comments"\r\n"T","u","p\\"q\\\\","https://a.example","\\\\\\"x"\r\n"U","","r","",""\r\n';
    const { items, problems } = await readDetected('keepassxc-csv', rows);
    expect(problems).toEqual([]);
    expect(items.map(({ content: { password, notes } }) => [password, notes])).toEqual([
      ['p"q\\', '\\"x'],
      ['r', null],
    ]);
  });

  it('gives back what KeePass 1 wrote wherever the text is cut into pieces, and backslashes of others as they are', async () => {
    const passwords = Array.from({ length: 20_000 }, (_, at) => `${'x'.repeat(at % 7)}"\\${'\\'.repeat(at % 3)}`);
    const rows = passwords.map((password) => `"T","u","${password.replace(/["\\]/g, '\\$&')}","",""\n`);
    const { items } = await readDetected('keepassxc-csv', `"Account","Login Name","Password","Web Site","Comments"\n${rows.join('')}`);
    expect(items.map(({ content }) => content.password)).toEqual(passwords);
    const other = await readDetected('keepassxc-csv', csv(['Group', 'Title', 'Password'], ['Root', 't', 'a\\\\b\\"c']));
    expect(other.items.map(({ content }) => content.password)).toEqual(['a\\\\b\\"c']);
  });

  const header = ['Group', 'Title', 'Username', 'Password', 'URL', 'Notes', 'TOTP', 'Icon', 'Last Modified', 'Created'];

  it('drops the root group, and knows the recycle bin and the times', async () => {
    const { items } = await readDetected(
      'keepassxc-csv',
      csv(
        header,
        ['Root/A/B', 't', 'u', 'p', 'https://t.example', 'n', '', '0', '2021-03-07T20:12:48Z', '2020-01-01T00:00:00Z'],
        ['Root', 'top', '', '', '', '', '', '0', '', ''],
        ['Root/Recycle Bin/Old', 'gone', '', '', '', '', '', '0', '', ''],
      ),
    );
    expect(items.map(({ content, trashed, updatedAt }) => [content.name, content.tags, trashed, updatedAt])).toEqual([
      ['t', ['A/B'], false, '2021-03-07T20:12:48.000Z'],
      ['top', [], false, null],
      ['gone', ['Old'], true, null],
    ]);
  });

  it('reports references to other entries, which it cannot follow', async () => {
    const { problems } = await readAs('keepassxc-csv', csv(header, ['Root', 't', 'u', '{REF:P@I:00}', '', '', '', '', '', '']));
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('.kdbx')]);
  });
});
