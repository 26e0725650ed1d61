import { describe, expect, it } from 'vitest';
import type { KeepassEntry } from '../../../../src/core/formats/keepass/model.ts';
import { resolver } from '../../../../src/core/formats/keepass/references.ts';
import { readAs } from '../support.ts';
import { database, entry, text } from './xml.ts';

function keepassEntry(uuid: string, texts: Readonly<Record<string, string>>): KeepassEntry {
  return {
    uuid,
    texts: Object.entries(texts).map(([name, value]) => ({ name, value, hidden: false })),
    files: [],
    tags: '',
    created: null,
    modified: null,
    expiry: null,
    expires: false,
    overrideUrl: '',
    autoType: '',
    associations: [],
    customData: [],
    history: [],
  };
}

const id = 'ab'.repeat(16);

describe('a reference of KeePass', () => {
  const texts = { Title: 'My Site', UserName: 'Me', Password: 'pw', URL: 'https://a.example', Notes: 'a note' };
  const resolve = resolver([keepassEntry(id, texts), keepassEntry('cd'.repeat(16), { Title: 'my site', UserName: 'me too' })]);

  it('means any standard text of the entry that has an id or a text, in any case, the first of several', () => {
    for (const [by, value] of [
      ['I', id],
      ['I', id.toUpperCase()],
      ['T', 'MY site'],
      ['U', 'me'],
      ['P', 'pw'],
      ['A', 'https://a.example'],
      ['N', 'a note'],
    ] as const) {
      for (const [wanted, found] of [
        ['T', 'My Site'],
        ['U', 'Me'],
        ['P', 'pw'],
        ['A', 'https://a.example'],
        ['N', 'a note'],
        ['I', id.toUpperCase()],
      ] as const) {
        expect(resolve(`{REF:${wanted}@${by}:${value}}`)).toBe(found);
      }
    }
    expect(resolve(`{ref:u@i:${id}}`)).toBe('Me');
    expect(resolve(`a {REF:U@I:${id}} {b} {REF:P@T:my site}.`)).toBe('a Me {b} pw.');
    expect(resolve(`{REF:N@I:${'cd'.repeat(16)}}`)).toBe('');
  });

  it('leaves alone what is none', () => {
    for (const plain of ['', 'plain', '{}', '{TAB}', '{REF:X@I:00}', '{REF:P@I}', `{REF:P@I:${id}`, `REF:P@I:${id}}`]) {
      expect(resolve(plain)).toBe(plain);
    }
  });

  it('leads nowhere where there is no such entry, one of several too', () => {
    expect(resolve('{REF:P@T:other}')).toBeNull();
    expect(resolve(`{REF:P@I:${id}} {REF:P@T:other}`)).toBeNull();
  });

  it('leads on to further references, ten deep and no deeper, and not in circles', () => {
    const chain = Array.from({ length: 12 }, (_, at) =>
      keepassEntry(String(at), { Title: `e${at}`, Notes: at === 0 ? 'end' : `${at} {REF:N@T:e${at - 1}}` }),
    );
    const follow = resolver([...chain, keepassEntry('x', { Title: 'circle', Notes: '{REF:N@T:circle}' })]);
    expect(follow('{REF:N@T:e9}')).toBe('9 8 7 6 5 4 3 2 1 end');
    expect(follow('{REF:N@T:e10}')).toBeNull();
    expect(follow('{REF:N@T:circle}')).toBeNull();
    // A circle costs the next text nothing.
    expect(follow('{REF:N@T:e9}')).toBe('9 8 7 6 5 4 3 2 1 end');
  });

  it('gives a text of 1 MiB and of a thousand references, and no more', () => {
    const half = 'x'.repeat(512 * 1024);
    const follow = resolver([keepassEntry('1', { Title: 'half', Notes: half }), keepassEntry('2', { Title: 'one', Notes: '1' })]);
    const twice = '{REF:N@T:half}{REF:N@T:half}';
    expect(follow(twice) === half + half).toBe(true);
    expect(follow(`${twice}{REF:N@T:one}`)).toBeNull();
    expect(follow('{REF:N@T:one}'.repeat(1001))).toBe('1'.repeat(1001));
    expect(follow('{REF:N@T:one}'.repeat(1002))).toBeNull();
  });

  it('gives no more than 64 MiB in a database, and then only texts without references', () => {
    const follow = resolver([keepassEntry('1', { Title: 'large', Notes: 'x'.repeat(1024 * 1024) })]);
    for (let at = 0; at < 65; at++) expect(follow('{REF:N@T:large}')?.length).toBe(1024 * 1024);
    expect(follow('{REF:N@T:large}')).toBeNull();
    expect([follow('plain'), follow('{TAB}')]).toEqual(['plain', '{TAB}']);
  });

  it('that leads nowhere stays as it stands, and is reported', async () => {
    const lost = '{REF:P@T:other}';
    const { items, problems } = await readAs('keepass-xml', database(entry(text('Title', 'T') + text('Password', lost))));
    expect([items[0]?.content.password, problems]).toEqual([
      lost,
      [{ place: 'entry 1 (T)', message: 'refers to another entry that was not found: kept as it stands' }],
    ]);
  });
});
