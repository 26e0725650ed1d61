import { describe, expect, it } from 'vitest';
import { finished } from '../../../src/core/formats/finish.ts';
import { addField, addTotp, type Draft, type ImportedItem, type ImportResult, newDraft } from '../../../src/core/formats/item.ts';
import { overflowField } from '../../../src/core/formats/overflow.ts';
import { limits } from '../../../src/core/limits.ts';
import { expectStorable } from './support.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

function finish(fill: (draft: Draft) => void): { item: ImportedItem; problems: string[] } {
  const draft = newDraft('item 1');
  draft.name = 'name';
  fill(draft);
  const results: ImportResult[] = [...finished(draft)];
  const last = results.at(-1);
  if (last === undefined || !('item' in last)) throw new Error('no item came');
  expectStorable(last.item);
  return { item: last.item, problems: results.flatMap((result) => ('problem' in result ? [result.problem.message] : [])) };
}

describe('an imported item', () => {
  it('keeps a sound name as it is, spaces and all', () => {
    const { item, problems } = finish((draft) => (draft.name = ' My  bank '));
    expect(item.content.name).toBe(' My  bank ');
    expect(problems).toEqual([]);
  });

  it('gets another name for ".", "..", nothing and blanks: its site, else its user', () => {
    for (const name of ['.', '..', '', ' ', null]) {
      const site = finish((draft) => {
        draft.name = name;
        draft.urls.push('not a url', 'https://www.example.com/login');
      });
      expect(site.item.content.name).toBe('www.example.com');
      expect(site.problems).toHaveLength(1);
      const user = finish((draft) => {
        draft.name = name;
        draft.username = 'me';
      });
      expect(user.item.content.name).toBe('me');
      const neither = finish((draft) => {
        draft.name = name;
        draft.password = 'pw';
      });
      expect(neither.item.content.name).toBe('unnamed');
    }
    const app = finish((draft) => {
      draft.name = null;
      draft.urls.push('android://hash==@com.example.app/');
    });
    expect(app.item.content.name).toBe('com.example.app');
  });

  it('that holds nothing is none, and reported', () => {
    const draft = newDraft('item 1');
    draft.createdAt = '2020-01-01T00:00:00.000Z';
    draft.tags.push('Work');
    expect([...finished(draft)]).toEqual([{ problem: { place: 'item 1', message: 'holds nothing: left out' } }]);
  });

  it('gets a similar name for one with newlines or control characters, and for one too long, and keeps the whole', () => {
    for (const [name, expected] of [
      ['two\nlines', 'two lines'],
      ['bell\u0007', 'bell '],
      ['ä'.repeat(600), 'ä'.repeat(512)],
    ] as const) {
      const { item, problems } = finish((draft) => (draft.name = name));
      expect(item.content.name).toBe(expected);
      expect(item.content.fields).toEqual([{ name: 'original name', value: name, hidden: false }]);
      expect(problems).toHaveLength(1);
    }
  });

  it('has a place that is short and one line, whatever the name', () => {
    expect(finish((draft) => (draft.name = `evil\u001B[2J\n${'x'.repeat(500)}`)).item.place).toMatch(/^item 1 \(evil \[2J x{1,80}\)$/);
  });

  it('keeps the first sound one-time code, further ones and what is none as hidden fields', () => {
    const { item, problems } = finish((draft) => {
      addTotp(draft, 'not a secret!', 'old');
      addTotp(draft, 'JBSWY3DPEHPK3PXP');
      addTotp(draft, 'GEZDGNBVGY3TQOJQ', 'backup');
      addTotp(draft, 'jbsw y3dp ehpk 3pxp', 'again');
    });
    expect(item.content.totp).toBe('otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP');
    expect(item.content.fields).toEqual([
      { name: 'old', value: 'not a secret!', hidden: true },
      { name: 'backup', value: 'otpauth://totp/vault?secret=GEZDGNBVGY3TQOJQ', hidden: true },
    ]);
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain('not a secret');
  });

  it('keeps texts over 1 MiB as attachments', () => {
    const long = 'é'.repeat(limits.textBytes / 2 + 1);
    const { item, problems } = finish((draft) => {
      draft.notes.push(long);
      addField(draft, 'a/b', long, true);
    });
    expect(item.content).toMatchObject({ notes: null, fields: [] });
    expect(item.attachments.map(({ name, size }) => [name, size])).toEqual([
      ['notes.txt', limits.textBytes + 2],
      ['field a_b.txt', limits.textBytes + 2],
    ]);
    expect(Buffer.from(item.attachments[0]?.read() ?? []).toString()).toBe(long);
    expect(problems).toHaveLength(2);
  });

  it('is of a size that can be handled, however many fields it has', () => {
    const many = finish((draft) => {
      for (let at = 0; at < 200_000; at++) addField(draft, `field ${at}`, 'x'.repeat(20), false);
    });
    expect(many.item.attachments.map(({ name }) => name)).toEqual(['fields.json']);
    const large = finish((draft) => {
      for (let at = 0; at < 8; at++) addField(draft, `field ${at}`, 'x'.repeat(1_000_000), true);
      for (let at = 0; at < 100; at++) draft.urls.push(`https://example.com/${at}${'y'.repeat(100_000)}`);
    });
    expect(Buffer.byteLength(JSON.stringify(large.item.content))).toBeLessThan(limits.bodyBytes);
    expect(large.item.attachments).toHaveLength(9);
    expect(large.problems).toHaveLength(1);
  });

  it('takes a file that has very many of everything, and does not hang', () => {
    const draft = newDraft('item 1');
    draft.name = 'name';
    for (let at = 0; at < 300_000; at++) {
      draft.urls.push(`https://${at}.example`);
      draft.tags.push(`tag ${at}`);
      addField(draft, `bad\nname ${at}`, 'x', false);
    }
    const begun = workSeconds();
    const results = [...finished(draft)];
    expect(workSeconds() - begun).toBeLessThan(muchWork);
    const items = results.flatMap((result) => ('item' in result ? [result.item] : []));
    expect(items.map(({ content }) => content.tags.length)).toEqual([1000]);
    expect(items[0]?.attachments.map(({ name }) => name)).toEqual(['fields.json', 'urls.txt', 'tags.txt']);
    expect(results.length).toBeLessThan(6);
  });

  it('has no broken Unicode, no empty tag, no tag twice, no field without a name', () => {
    const { item, problems } = finish((draft) => {
      draft.password = 'a\uD800b';
      draft.tags.push('a', 'a', '\n', 'b\nc');
      addField(draft, '', 'value', false);
    });
    expect(item.content).toMatchObject({ password: 'a\uFFFDb', tags: ['a', 'b c'], fields: [{ name: 'field', value: 'value' }] });
    expect(problems).toHaveLength(2);
  });

  it('names attachments by their last part alone', () => {
    const { item } = finish((draft) => {
      for (const name of ['../../etc/passwd', 'C:\\x\\y.txt', '', '..', 'a\nb']) {
        draft.attachments.push({ name, size: 0, read: () => new Uint8Array() });
      }
    });
    expect(item.attachments.map(({ name }) => name)).toEqual(['passwd', 'y.txt', 'file', 'file', 'a b']);
  });

  it('takes back what an export of ours had no place for', () => {
    const left = {
      tags: ['second'],
      fields: [{ name: 'twice', value: 'x', hidden: false }],
      notes: 'a\u0000b',
      urls: ['u'],
      name: 'n',
      username: 'me',
      password: 'p',
    };
    const { item } = finish((draft) => {
      draft.tags.push('first');
      addField(draft, overflowField, JSON.stringify(left), true);
    });
    expect(item.content).toMatchObject({ ...left, tags: ['first', 'second'] });
  });

  it('leaves a field alone that only looks like ours', () => {
    const { item } = finish((draft) => addField(draft, overflowField, 'not json', true));
    expect(item.content.fields).toEqual([{ name: overflowField, value: 'not json', hidden: true }]);
  });
});

describe('what could not stay as it was', () => {
  const files = ({ attachments }: ImportedItem) => attachments.map(({ name, read }) => [name, Buffer.from(read()).toString()]);

  it.each<[string, (draft: Draft) => void, string[]]>([
    [
      'a name of several lines',
      (draft) => (draft.name = 'a\n\nb'),
      ['has a name that is too long or holds control characters or newlines: kept under a similar one, the whole name as a field'],
    ],
    [
      'a name that cannot be addressed',
      (draft) => (draft.name = '..'),
      ['has the name "..", which cannot be addressed: kept under another'],
    ],
    ['no name', (draft) => (draft.name = ' '), ['has no name: kept under that of its site or user']],
    [
      'no name, where the format has none',
      (draft) => {
        draft.name = null;
        draft.nameless = true;
      },
      [],
    ],
    [
      'a one-time code that is none',
      (draft) => {
        addTotp(draft, '?');
      },
      ['has a one-time code that is not understood: kept as a hidden field'],
    ],
    [
      'a sound one-time code',
      (draft) => {
        addTotp(draft, 'GEZDGNBV');
      },
      [],
    ],
    ['half a character', (draft) => (draft.username = '\uD800'), ['has broken characters in its username: replaced']],
    ['half a character in the notes', (draft) => void draft.notes.push('\uD800'), ['has broken characters in its notes: replaced']],
    ['half a character in an address', (draft) => void draft.urls.push('\uD800'), ['has broken characters in its url: replaced']],
    [
      'half a character in a field',
      (draft) => {
        addField(draft, 'f', '\uD800', false);
      },
      ['has broken characters in its field f: replaced'],
    ],
    [
      'a field name of two lines',
      (draft) => {
        addField(draft, 'a\nb', 'x', false);
      },
      ['has a field whose name is too long or holds control characters: kept under a similar one'],
    ],
    [
      'a field without a name',
      (draft) => {
        addField(draft, ' ', 'x', false);
      },
      [],
    ],
    [
      'a tag of two lines',
      (draft) => void draft.tags.push('a\nb'),
      ['has a tag that is empty, too long or holds control characters: kept as a similar one where something is left'],
    ],
    ['sound tags', (draft) => void draft.tags.push('a', 'b'), []],
    [
      'the same thing twice',
      (draft) => {
        addTotp(draft, '?');
        addTotp(draft, '!');
      },
      ['has a one-time code that is not understood: kept as a hidden field'],
    ],
  ])('is said: %s', (_, fill, said) => {
    const { item, problems } = finish((draft) => {
      draft.password = 'pw';
      fill(draft);
    });
    expect(problems).toEqual(said);
    expect(item.content.password).toBe('pw');
  });

  it('is said at the item, by its name and at most twenty times', () => {
    const draft = newDraft('item 1');
    draft.password = 'pw';
    draft.problems.push(...Array.from({ length: 30 }, (_, at) => String(at)));
    draft.earlierPasswords.push({ password: 'old', until: '2020-01-01T00:00:00.000Z' });
    draft.passwordChangedAt = '2020-01-01T00:00:00.000Z';
    const results = [...finished(draft)];
    expect(results.slice(0, -1)).toEqual(Array.from({ length: 20 }, (_, at) => ({ problem: { place: 'item 1', message: String(at) } })));
    expect(results.at(-1)).toMatchObject({
      item: { place: 'item 1', passwordChangedAt: '2020-01-01T00:00:00.000Z', history: [{ password: 'old' }] },
    });
    const none = finish((other) => {
      other.notes.push('a', 'b');
      other.passwordChangedAt = '2020-01-01T00:00:00.000Z';
    });
    expect(none.item).toMatchObject({ passwordChangedAt: null, history: [], content: { username: null, password: null, notes: 'a\n\nb' } });
  });

  it('is kept as files: texts over 1 MiB, and tags beyond the thousandth', () => {
    const large = 'x'.repeat(limits.textBytes + 1);
    const { item, problems } = finish((draft) => {
      draft.username = large;
      draft.password = large;
      draft.urls.push(large, 'https://a.example');
      addField(draft, 'a/b', large, false);
      addField(draft, '', large, false);
      draft.tags.push(...Array.from({ length: 1002 }, (_, at) => `t${String(at)}`));
    });
    expect(problems).toEqual([
      'has username larger than 1 MiB: kept as an attachment',
      'has password larger than 1 MiB: kept as an attachment',
      'has url larger than 1 MiB: kept as an attachment',
      'has field a/b larger than 1 MiB: kept as an attachment',
      'has field field larger than 1 MiB: kept as an attachment',
      'has more than 1000 tags: the others are kept as an attachment',
    ]);
    expect(files(item)).toEqual([
      ...['username.txt', 'password.txt', 'url.txt', 'field a_b.txt', 'field field.txt'].map((name) => [name, large]),
      ['tags.txt', 't1000\nt1001'],
    ]);
    expect(item.content).toMatchObject({ username: null, password: null, urls: ['https://a.example'], fields: [] });
    const thousand = finish((draft) => void draft.tags.push(...Array.from({ length: 1000 }, (_, at) => String(at))));
    expect([thousand.problems, thousand.item.content.tags.length]).toEqual([[], 1000]);
    const whole = finish((draft) => void draft.notes.push('é'.repeat(limits.textBytes / 2)));
    expect(whole.problems).toEqual([]);
  });

  it('is kept as files, the largest first, where an entry would be too large as a whole', () => {
    const half = 'y'.repeat(700_000);
    const { item, problems } = finish((draft) => {
      for (const name of ['a/b', 'c', 'd', 'e', 'f', 'g']) addField(draft, name, half, false);
      addField(draft, 'small', 's', true);
      for (let at = 0; at < 4; at++) draft.urls.push(`https://${String(at)}.example/${half}`);
    });
    expect(problems).toEqual(['has more text than an entry can hold: the largest parts are kept as attachments']);
    expect(item.attachments.map(({ name }) => name)).toEqual([
      ...['a_b', 'c', 'd', 'e', 'f', 'g'].map((name) => `field ${name}.txt`),
      'urls.txt',
    ]);
    expect(files(item)[0]).toEqual(['field a_b.txt', half]);
    expect(files(item).at(-1)?.[1]?.split('\n')).toHaveLength(4);
    expect(item.content).toMatchObject({ urls: [], fields: [{ name: 'small', value: 's', hidden: true }] });
  });
});
