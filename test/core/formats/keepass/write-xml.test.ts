import { createCipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { EarlierRevision } from '../../../../src/core/entry/earlier.ts';
import { exportFormat } from '../../../../src/core/formats/exporters.ts';
import type { ExportedEntry } from '../../../../src/core/formats/export.ts';
import { openDatabase } from '../../../../src/core/formats/keepass/body.ts';
import { readHeader } from '../../../../src/core/formats/keepass/header.ts';
import { arrange } from '../../../../src/core/formats/keepass/write-xml.ts';
import { writeKdbx } from '../../../../src/core/formats/keepass/write.ts';
import type { Argon2 } from '../../../../src/core/formats/options.ts';
import { overflowField } from '../../../../src/core/formats/overflow.ts';
import { bytesOf, exported, exportOptions } from '../entries.ts';
import { only, readDetected, whole } from '../support.ts';

const key = Buffer.alloc(32, 4);
const argon2: Argon2 = () => Promise.resolve(key);
const { options } = exportOptions('pw');

const write = async (...entries: ExportedEntry[]) => bytesOf(writeKdbx(entries, { ...options, argon2 }));
const read = async (file: Buffer) => readDetected('kdbx', file, { argon2, filePassword: () => Promise.resolve('pw') });

/** The XML of a database: its protected values in brackets, what is drawn by chance by its number. */
async function xmlOf(file: Buffer): Promise<string> {
  const { xml, unprotect } = await openDatabase(file, readHeader(file), { password: 'pw', keyFile: null }, argon2);
  const ids: string[] = [];
  return xml
    .toString()
    .replace(/ Protected="True">([^<]*)/g, (_, text: string) => `>[${unprotect(Buffer.from(text, 'base64')).toString()}]`)
    .replace(/(?<=UUID>)[^<]+/g, (id) => {
      if (!ids.includes(id)) ids.push(id);
      return String(ids.indexOf(id));
    });
}

function revision(more: Partial<EarlierRevision>): EarlierRevision {
  const { id: _, revision: __, createdAt: ___, ...held } = exported().entry;
  return { ...held, trashed: false, attachments: [], ...more };
}

describe('the XML of a database that we write', () => {
  const time = (iso: string) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(BigInt(Date.parse(iso) / 1000 + 62_135_596_800));
    return bytes.toString('base64');
  };
  const [created, updated, now] = ['2024-01-02T03:04:05Z', '2024-02-03T04:05:06Z', '2026-11-22T00:00:00Z'].map(time);

  const times = (begin: string | undefined, end: string | undefined) =>
    `<Times><CreationTime>${begin}</CreationTime><LastModificationTime>${end}</LastModificationTime><LastAccessTime>${end}</LastAccessTime><ExpiryTime>${end}</ExpiryTime><Expires>False</Expires><UsageCount>0</UsageCount><LocationChanged>${begin}</LocationChanged></Times>`;
  const group = (id: number, name: string, inner: string) =>
    `<Group><UUID>${id}</UUID><Name>${name}</Name><Notes/><IconID>48</IconID>${times(now, now)}<IsExpanded>True</IsExpanded><DefaultAutoTypeSequence/><EnableAutoType>null</EnableAutoType><EnableSearching>null</EnableSearching><LastTopVisibleEntry>AAAAAAAAAAAAAAAAAAAAAA==</LastTopVisibleEntry>${inner}</Group>`;
  const version = (id: number, end: string | undefined, tags: string, inner: string) =>
    `<Entry><UUID>${id}</UUID><IconID>0</IconID><ForegroundColor/><BackgroundColor/><OverrideURL/><Tags>${tags}</Tags>${times(created, end)}${inner}<AutoType><Enabled>True</Enabled><DataTransferObfuscation>0</DataTransferObfuscation><DefaultSequence/></AutoType>`;
  const text = (name: string, value: string) => `<String><Key>${name}</Key><Value>${value}</Value></String>`;

  it('is what KeePass expects: groups, entries with their texts, files and history, and a recycle bin', async () => {
    const file = { name: 'a<b>.txt', read: () => Buffer.from('hi') };
    const other = { name: 'b', read: () => Buffer.from('ho') };
    const full = exported(
      {
        name: 'A & B',
        urls: ['https://a.example/?a="b"', 'https://b.example', 'https://c.example'],
        totp: 'otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ',
        notes: 'two\r\nlines',
        fields: [
          { name: 'own', value: '<x>', hidden: false },
          { name: 'PIN', value: '1', hidden: true },
        ],
        tags: ['Work/Servers', 'one', 'two & three'],
      },
      {
        attachments: [file, other],
        history: [revision({ password: 'old', updatedAt: '2024-01-02T03:04:05.000Z', attachments: ['b'], tags: ['Work', 'x'] })],
      },
    );
    const second = exported({ id: '21111111-2222-4333-8444-555555555555', username: null, tags: ['Work'] });
    const gone = exported({ id: '31111111-2222-4333-8444-555555555555', name: 'gone', urls: [], tags: ['Old'] }, { trashed: true });
    const basic = text('Title', 'example.com') + text('UserName', 'me');
    const site = text('URL', 'https://example.com/');
    const ofFull = [
      text('Title', 'A &amp; B'),
      text('UserName', 'me'),
      text('Password', '[secret]'),
      text('Notes', 'two&#xD;\nlines'),
      text('otp', '[otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ]'),
      text('URL', 'https://a.example/?a=&quot;b&quot;'),
      text('KP2A_URL', 'https://b.example'),
      text('KP2A_URL_1', 'https://c.example'),
      text('own', '&lt;x&gt;'),
      text('PIN', '[1]'),
      '<Binary><Key>a&lt;b&gt;.txt</Key><Value Ref="0"/></Binary><Binary><Key>b</Key><Value Ref="1"/></Binary>',
    ].join('');
    const ofEarlier = `${basic}${text('Password', '[old]')}${site}<Binary><Key>b</Key><Value Ref="1"/></Binary>`;
    const work = [
      version(5, updated, '', `${text('Title', 'example.com')}${text('Password', '[secret]')}${site}`),
      '<History></History></Entry>',
      group(
        3,
        'Servers',
        `${version(4, updated, 'one;two &amp; three', ofFull)}<History>${version(4, created, 'Work;x', ofEarlier)}</Entry></History></Entry>`,
      ),
    ].join('');
    const bin = `${version(7, updated, '', `${text('Title', 'gone')}${text('UserName', 'me')}${text('Password', '[secret]')}`)}<History></History></Entry>`;
    const numbered = (await xmlOf(await write(full, gone, second))).replace(/(?<=UUID>)\d+/g, '#');
    expect(numbered).toBe(
      [
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<KeePassFile><Meta><Generator>Vault</Generator><DatabaseName>Vault</DatabaseName>',
        '<MemoryProtection><ProtectTitle>False</ProtectTitle><ProtectUserName>False</ProtectUserName><ProtectPassword>True</ProtectPassword><ProtectURL>False</ProtectURL><ProtectNotes>False</ProtectNotes></MemoryProtection>',
        `<RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>0</RecycleBinUUID><RecycleBinChanged>${now}</RecycleBinChanged>`,
        '<HistoryMaxItems>10</HistoryMaxItems><HistoryMaxSize>6291456</HistoryMaxSize></Meta><Root>',
        group(1, 'Root', group(2, 'Work', work)).slice(0, -'</Group>'.length),
        group(0, 'Recycle Bin', group(6, 'Old', bin)),
        '</Group><DeletedObjects/></Root></KeePassFile>',
      ]
        .join('')
        .replace(/(?<=UUID>)\d+/g, '#'),
    );
  });

  it('gives each group and each entry an id of its own, an entry the same as its earlier versions, and names the recycle bin', async () => {
    const xml = await xmlOf(await write(exported({ tags: ['A/B'] }, { history: [revision({})] }), exported({ tags: ['A'] })));
    const ids = [...xml.matchAll(/<(RecycleBin|Group><|Entry><)UUID>(\d+)/g)].map(([, what, id]) => [what, id]);
    expect(ids).toEqual([
      ['RecycleBin', '0'],
      ['Group><', '1'],
      ['Group><', '2'],
      ['Entry><', '3'],
      ['Group><', '4'],
      ['Entry><', '3'],
      ['Entry><', '3'],
      ['Group><', '0'],
    ]);
  });
});

describe('the header of a database that we write', () => {
  it('asks for Argon2id with a work that takes half a second, new seeds each time', async () => {
    const asked: unknown[] = [];
    const recording: Argon2 = (request) => {
      asked.push(request);
      return Promise.resolve(key);
    };
    const files = [];
    for (let copy = 0; copy < 2; copy++) {
      files.push(await bytesOf(exportFormat('kdbx')?.write([], { ...options, argon2: recording }) ?? writeKdbx([], options)));
    }
    const [first, second] = files.map((file) => readHeader(file));
    expect(first).toEqual({
      major: 4,
      bytes: expect.any(Buffer) as Buffer,
      cipher: 'aes256',
      compressed: true,
      masterSeed: expect.any(Buffer) as Buffer,
      iv: expect.any(Buffer) as Buffer,
      kdf: { kind: 'argon2id', version: 0x13, salt: expect.any(Buffer) as Buffer, memoryKiB: 64 * 1024, iterations: 10, parallelism: 2 },
      stream: null,
      startBytes: null,
    });
    expect(asked[0]).toMatchObject({ type: 'id', version: 0x13, memoryKiB: 64 * 1024, iterations: 10, parallelism: 2, length: 32 });
    expect(first?.kdf.kind === 'argon2id' && first.kdf.salt).toHaveLength(32);
    expect(second).not.toMatchObject({ masterSeed: first?.masterSeed });
    expect(second).not.toMatchObject({ iv: first?.iv });
    expect(second).not.toMatchObject({ kdf: first?.kdf });
  });
});

describe('what a database cannot hold', () => {
  const arranged = (more: Parameters<typeof exported>[0], grouped = true) => {
    const { path, tags, texts } = arrange(exported({ name: 'n', username: null, password: null, urls: [], ...more }).entry, null, {
      grouped,
    });
    const overflow = texts.find(({ name }) => name === overflowField)?.value ?? 'null';
    return {
      path,
      tags,
      texts: texts.filter(({ name }) => name !== overflowField && name !== 'Title'),
      left: JSON.parse(overflow) as unknown,
    };
  };

  it('goes into our own field: texts that are no XML or would be references, and addresses that are not read back', () => {
    for (const wrong of ['a\u0000', 'a\u000Bb', '\u001F', '\uFFFE', '{REF:P@I:00}', '{ref:']) {
      expect(arranged({ username: wrong, password: wrong, notes: wrong, urls: ['u', wrong] })).toEqual({
        path: [],
        tags: [],
        texts: [],
        left: { username: wrong, password: wrong, notes: wrong, urls: ['u', wrong] },
      });
    }
    for (const urls of [['u', 'u'], ['']]) expect(arranged({ urls })).toMatchObject({ texts: [], left: { urls } });
    const fine = '\t\n\r {REF} \u{1F4A5}';
    expect(arranged({ notes: fine, urls: ['u'] })).toMatchObject({
      texts: [
        { name: 'Notes', value: fine, hidden: false },
        { name: 'URL', value: 'u', hidden: false },
      ],
      left: null,
    });
    expect(arranged({ username: '', notes: '' })).toMatchObject({ texts: [], left: null });
  });

  it('goes into our own field: fields that mean something to KeePass, come twice, are empty, or are no XML', () => {
    const field = (name: string, value = 'v') => ({ name, value, hidden: true });
    const reserved = [
      'Title',
      'username',
      'Password',
      'URL',
      'Notes',
      'otp',
      'OTPAuth',
      'TOTP Seed',
      'totp settings',
      'TimeOtp-Length',
      'HmacOtp-',
      'KP2A_URL',
      'KP2A_URL_12',
      '_etm_position',
    ];
    const free = ['My Title', 'Titles', 'otp2', 'TimeOtp', 'KP2A_URL_x', 'KP2A_URLs', 'my_etm_'];
    expect(arranged({ fields: [...reserved, ...free].map((name) => field(name)) })).toEqual({
      path: [],
      tags: [],
      texts: free.map((name) => field(name)),
      left: { fields: reserved.map((name) => field(name)) },
    });
    const odd = [field('a', 'again'), field('b', ''), field('c', '\u0000'), field('\uFFFF'), field(overflowField)];
    const { texts } = arrange(exported({ username: null, password: null, urls: [], fields: [field('a'), ...odd] }).entry, null, {
      grouped: true,
    });
    expect(texts.slice(1, -1)).toEqual([field('a')]);
    expect(texts.at(-1)).toEqual({ name: overflowField, value: JSON.stringify({ fields: odd }), hidden: true });
  });

  it('goes into our own field: tags with separators or blanks around; the first is the group where it can be one', () => {
    const odd = ['a;b', 'a,b', ' a', 'a ', '\u0000'];
    expect(arranged({ tags: ['A/B', 'c', ...odd] })).toEqual({ path: ['A', 'B'], tags: ['c'], texts: [], left: { tags: odd } });
    expect(arranged({ tags: ['A/B', 'c'] }, false)).toMatchObject({ path: [], tags: ['A/B', 'c'], left: null });
    const deep = (depth: number) => Array.from({ length: depth }, (_, at) => String(at)).join('/');
    expect(arranged({ tags: [deep(32)] })).toMatchObject({ path: deep(32).split('/'), tags: [] });
    for (const tag of [deep(33), 'a//b', '/a', 'a/', 'a/ /b']) {
      expect(arranged({ tags: [tag, 'c'] })).toMatchObject({ path: [], tags: [tag, 'c'], left: null });
    }
    expect(arranged({ tags: ['{REF:'] })).toMatchObject({ path: [], tags: [], left: { tags: ['{REF:'] } });
    expect(arranged({ tags: ['a;b'] })).toMatchObject({ path: ['a;b'], tags: [], left: null });
  });

  it('is the name of a file that another has, or that is no XML: it gets a similar one', async () => {
    const attachments = ['a', 'b\uFFFEc\uFFFF', 'b_c_', 'a', 'a', 'a (2)'].map((name, at) => ({
      name,
      read: () => Buffer.from(String(at)),
    }));
    const { items } = await read(await write(exported({}, { attachments })));
    expect(items.map(whole)).toMatchObject([
      {
        attachments: [
          ['a', '0'],
          ['b_c_', '1'],
          ['b_c_ (2)', '2'],
          ['a (2)', '3'],
          ['a (3)', '4'],
          ['a (2) (2)', '5'],
        ],
      },
    ]);
  });
});

describe('a database that we wrote', () => {
  it('brings back a file that takes several blocks', async () => {
    const zeros = Buffer.alloc(2.5 * 1024 * 1024);
    const random = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16)).update(zeros);
    const file = await write(exported({}, { attachments: [{ name: 'large', read: () => random }] }));
    expect(file.length).toBeLessThan(random.length + 10_000);
    const [back] = only((await read(file)).items).attachments;
    expect(Buffer.from(back?.read() ?? []).equals(random)).toBe(true);
  });

  it('brings earlier revisions back as they were, each with its files and what was pending, but for groups and trash', async () => {
    const pending = { password: 'new', createdAt: '2024-05-01T00:00:00.000Z' };
    const history = [
      revision({ name: 'first', password: null, updatedAt: '2023-01-01T00:00:00.000Z', tags: ['Work', 'x'] }),
      revision({ password: 'one', updatedAt: '2023-03-01T00:00:00.000Z', pending, attachments: ['a'] }),
      // As times may be after a clock was set back.
      revision({ password: 'one', updatedAt: '2023-02-01T00:00:00.000Z', notes: '{REF:P@I:00}', attachments: ['a', 'b'] }),
    ];
    const attachments = ['a', 'b'].map((name) => ({ name, read: () => Buffer.from(name) }));
    const present = exported(
      { password: 'two', tags: ['Work'], createdAt: '2022-01-01T00:00:00.000Z', updatedAt: '2024-01-01T00:00:00.000Z' },
      { history, attachments },
    );
    const { items, problems } = await read(await write(present));
    expect(problems).toEqual([]);
    const item = only(items);
    expect(item.history).toEqual([
      { ...history[0], passwordChangedAt: null },
      { ...history[1], passwordChangedAt: '2023-03-01T00:00:00.000Z' },
      { ...history[2], passwordChangedAt: '2023-03-01T00:00:00.000Z' },
    ]);
    expect([item.passwordChangedAt, item.updatedAt, item.content.tags, item.content.fields]).toEqual([
      '2024-01-01T00:00:00.000Z',
      '2024-01-01T00:00:00.000Z',
      ['Work'],
      [],
    ]);
  });

  it('takes the first password to have come with the entry', async () => {
    const present = exported({ createdAt: '2022-01-01T00:00:00.000Z' }, { history: [revision({ updatedAt: '2023-01-01T00:00:00.000Z' })] });
    const { items } = await read(await write(present));
    expect(only(items).history).toEqual([
      revision({ updatedAt: '2023-01-01T00:00:00.000Z', passwordChangedAt: '2022-01-01T00:00:00.000Z' }),
    ]);
  });
});
