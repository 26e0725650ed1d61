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
