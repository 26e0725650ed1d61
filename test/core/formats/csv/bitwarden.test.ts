import { describe, expect, it } from 'vitest';
import { bitwardenColumns, csv, only, readDetected, shownFields } from '../support.ts';

describe('Bitwarden', () => {
  it('separates addresses only where another plainly begins', async () => {
    const cases: [string, string[]][] = [
      ['https://a.example,https://b.example/x', ['https://a.example', 'https://b.example/x']],
      ['https://a.example/x,y', ['https://a.example/x,y']],
      ['a.example,b.example', ['a.example', 'b.example']],
      ['https://a.example/?q=1,2.html,androidapp://com.a', ['https://a.example/?q=1,2.html', 'androidapp://com.a']],
    ];
    const rows = cases.map(([cell]) => ['', '', 'login', 'n', '', '', '0', cell, 'u', 'p', '']);
    const { items } = await readDetected('bitwarden', csv(bitwardenColumns, ...rows));
    expect(items.map(({ content }) => content.urls)).toEqual(cases.map(([, urls]) => urls));
  });

  it('reads own fields, one value over several lines, and the tables of organisations', async () => {
    const { items } = await readDetected(
      'bitwarden',
      csv(
        ['collections', 'type', 'name', 'notes', 'fields', 'login_uri', 'login_username', 'login_password', 'login_totp'],
        ['A,B/C', 'login', 'n', 'x\r\ny', 'pin: 1\nplain: a: b\nmore', '', 'u', 'p', ''],
      ),
    );
    expect(only(items).content).toMatchObject({ tags: ['A', 'B/C'], notes: 'x\ny' });
    expect(shownFields(only(items))).toEqual(['pin*=1', 'plain=a: b\nmore']);
  });

  it('tells notes from other kinds, and marks favourites and what is archived', async () => {
    const header = ['folder', 'favorite', 'type', 'name', 'fields', 'login_uri', 'login_password', 'archivedDate'];
    const { items } = await readDetected(
      'bitwarden',
      csv(
        header,
        ['Work', '1', 'note', 'N', 'alone\nmore\n: x', '', '', ''],
        ['', '', 'card', 'C', '', '', '', '2026-01-01'],
        ['', '', 'login', 'L', '', 'a.example/x,y.example, https://b.example ,sub.c.example,d', 'p', ''],
      ),
    );
    expect(items.map((item) => [item.content.tags, shownFields(item)])).toEqual([
      [
        ['Work', 'favorite'],
        ['field=alone\nmore', 'field=x'],
      ],
      [['archived'], ['kind=card']],
      [[], []],
    ]);
    expect(items[2]?.content.urls).toEqual(['a.example/x,y.example', 'https://b.example', 'sub.c.example,d']);
  });
});
