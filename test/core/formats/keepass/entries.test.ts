import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isKdbx, isKeepassXml } from '../../../../src/core/formats/keepass/read.ts';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import { only, readAs, readDetected, refusal, shownFields, whole } from '../support.ts';
import { writeKdbx3 } from './kdbx3.ts';
import { database, entry, text } from './xml.ts';

const password = { filePassword: () => Promise.resolve('password') };

const read = async (groups: string, meta = '') => await readDetected('keepass-xml', database(groups, meta));

const nothing = { username: null, password: null, urls: [], totp: null, notes: null, fields: [], tags: [] };

describe('an entry of KeePass', () => {
  it('comes over whole', async () => {
    const inner = [
      '<Tags> one; two ,three;;</Tags><OverrideURL>cmd://x</OverrideURL>',
      text('Notes', 'n'),
      text('URL', 'https://t.example'),
      text('Title', 'T'),
      text('Title', 'second title'),
      text('UserName', 'u'),
      text('Password', 'p', ' Protected="False" ProtectInMemory="true"'),
      text('KP2A_URL', 'https://u.example'),
      text('KP2A_URL_12', 'https://v.example'),
      text('KP2A_URL_x', 'https://w.example'),
      text('KP2A_URL_1_', 'https://x.example'),
      text('xKP2A_URL', 'https://y.example'),
      text('own', 'x', ' Protected=" TRUE "'),
      text('own', 'y', ' ProtectInMemory="no"'),
      text('empty', ''),
      '<String><Value>last</Value><Key>value first</Key></String><String><Value>no name</Value></String><String><Key>no value</Key></String>',
      '<Binary><Key>a.txt</Key><Value>aGk=</Value></Binary>',
      '<AutoType><DefaultSequence>{TAB}</DefaultSequence><DataTransferObfuscation>0</DataTransferObfuscation>',
      '<Association><Window>W</Window><KeystrokeSequence>{ENTER}</KeystrokeSequence></Association>',
      '<Association><Window>V</Window><KeystrokeSequence/></Association></AutoType>',
      '<CustomData>',
      ...['plugin', '_MINE', 'KPXC_X', 'KeePassXC-Browser Settings', 'FDO_SECRETS_X', 'KPH: x', 'my_data', 'xKPXC_'].map(
        (name) => `<Item><Key>${name}</Key><Value>of ${name}</Value></Item>`,
      ),
      '</CustomData><QualityCheck>True</QualityCheck>',
    ].join('');
    const times = '<ExpiryTime>2030-01-01T00:00:00Z</ExpiryTime><Expires>True</Expires><UsageCount>5</UsageCount></Times>';
    const { items, problems } = await read(
      `<Tags>of all</Tags><Group><Times><CreationTime>1999-01-01T00:00:00Z</CreationTime></Times><Name>A</Name><Tags>four</Tags><Group><Name/><Group><Group><Name>B</Name>${entry(inner).replace('</Times>', times)}</Group></Group></Group></Group>`,
    );
    expect(problems).toEqual([]);
    expect(items.map(whole)).toEqual([
      {
        content: {
          name: 'T',
          username: 'u',
          password: 'p',
          urls: ['https://t.example', 'https://u.example', 'https://v.example'],
          totp: null,
          notes: 'n',
          fields: [
            { name: 'KP2A_URL_x', value: 'https://w.example', hidden: false },
            { name: 'KP2A_URL_1_', value: 'https://x.example', hidden: false },
            { name: 'xKP2A_URL', value: 'https://y.example', hidden: false },
            { name: 'own', value: 'x', hidden: true },
            { name: 'value first', value: 'last', hidden: false },
            { name: 'field', value: 'no name', hidden: false },
            { name: 'Title', value: 'second title', hidden: false },
            { name: 'own', value: 'y', hidden: false },
            { name: 'expires', value: '2030-01-01T00:00:00.000Z', hidden: false },
            { name: 'override URL', value: 'cmd://x', hidden: false },
            { name: 'auto-type', value: '{TAB}', hidden: false },
            { name: 'auto-type in W', value: '{ENTER}', hidden: false },
            { name: 'auto-type in V', value: 'default', hidden: false },
            { name: 'plugin', value: 'of plugin', hidden: true },
            { name: 'my_data', value: 'of my_data', hidden: true },
            { name: 'xKPXC_', value: 'of xKPXC_', hidden: true },
          ],
          tags: ['A/B', 'one', 'two', 'three', 'four'],
        },
        createdAt: '2020-01-01T00:00:00.000Z',
        updatedAt: '2021-01-01T00:00:00.000Z',
        passwordChangedAt: null,
        trashed: false,
        pending: null,
        history: [],
        attachments: [['a.txt', 'hi']],
        place: 'entry 1 (T)',
      },
    ]);
  });

  it('has nothing of what stands outside of it', async () => {
    const item = '<Item><Key>k</Key><Value>v</Value></Item>';
    const outside = `<CustomData>${item}</CustomData>${text('x', 'y')}<Association><Window>W</Window></Association><Binary><Key>b</Key><Value>aGk=</Value></Binary>`;
    const { items, problems } = await read(`<Group>${outside}<Tags>t</Tags></Group>${entry(text('Title', 'T'))}`, outside);
    expect([items.map(({ content }) => content), problems]).toEqual([[{ name: 'T', ...nothing }], []]);
  });

  it('that has next to nothing comes over with that', async () => {
    const expiry = '<ExpiryTime>2030-01-01T00:00:00Z</ExpiryTime><Expires>False</Expires></Times>';
    const { items, problems } = await read(
      entry(text('Title', 'T')).replace('</Times>', expiry) +
        `<Entry>${text('Title', 'U')}</Entry>` +
        entry(text('Title', 'V')).replace('</Times>', '<ExpiryTime/><Expires>True</Expires></Times>') +
        entry(''),
    );
    expect(items.map(({ content, createdAt, updatedAt, place }) => [content, createdAt, updatedAt, place])).toEqual([
      [{ name: 'T', ...nothing }, '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z', 'entry 1 (T)'],
      [{ name: 'U', ...nothing }, null, null, 'entry 2 (U)'],
      [{ name: 'V', ...nothing }, '2020-01-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z', 'entry 3 (V)'],
    ]);
    expect(problems).toEqual([{ place: 'entry 4', message: 'holds nothing: left out' }]);
  });

  it('has times as texts and as seconds since the year 1, and none where there is no such time', async () => {
    const seconds = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(value);
      return bytes.toString('base64');
    };
    for (const [written, time] of [
      ['2022-03-04T05:06:07Z', '2022-03-04T05:06:07.000Z'],
      ['2022-03-04', '2022-03-04T00:00:00.000Z'],
      [seconds(62_135_596_800n + 86_400n), '1970-01-02T00:00:00.000Z'],
      [seconds(62_135_596_800n - 1n), '1969-12-31T23:59:59.000Z'],
      [seconds(2n ** 62n), null],
      [Buffer.alloc(4, 1).toString('base64'), null],
      ['05:06:07', null],
      ['', null],
    ] as const) {
      const xml = entry(text('Title', 'T')).replace('2020-01-01T00:00:00Z', written);
      expect([written, only((await read(xml)).items).createdAt]).toEqual([written, time]);
    }
  });
});

describe('the groups of KeePass', () => {
  it('are the paths of what is in them and behind them, but for the root group and the recycle bin', async () => {
    const one = (name: string) => entry(text('Title', name));
    const uuid = '<UUID>AAAAAAAAAAAAAAAAAAAABw==</UUID>';
    const groups = `${one('first')}<Group><Name>A</Name>${one('in A')}<Group>${uuid}<Name>B</Name><Group><Name>C</Name>${one('in C')}</Group>${one('in B')}</Group>${one('in A too')}</Group>${one('last')}`;
    const shown = async (meta: string) =>
      (await read(groups, meta)).items.map(({ content: { name, tags }, trashed }) => [name, tags.join(), trashed]);
    const place = (name: string, tags: string, trashed = false) => [name, tags, trashed];
    const bin = '<RecycleBinUUID>AAAAAAAAAAAAAAAAAAAABw==</RecycleBinUUID>';
    const around = [place('first', ''), place('in A', 'A')];
    const behind = [place('in A too', 'A'), place('last', '')];
    for (const meta of [bin, `${bin}<RecycleBinEnabled> true </RecycleBinEnabled>`]) {
      expect(await shown(meta)).toEqual([...around, place('in C', 'A/C', true), place('in B', 'A', true), ...behind]);
    }
    const none = '<RecycleBinUUID>AAAAAAAAAAAAAAAAAAAAAA==</RecycleBinUUID>';
    for (const meta of ['', none, `${bin}<RecycleBinEnabled>False</RecycleBinEnabled>`, `<Other>${bin}</Other>`]) {
      expect(await shown(meta)).toEqual([...around, place('in C', 'A/B/C'), place('in B', 'A/B'), ...behind]);
    }
    // Where there is none, groups without an id are not in it.
    expect((await read(`<Group><UUID>AAAAAAAAAAAAAAAAAAAAAA==</UUID>${one('x')}</Group>`, none)).items[0]?.trashed).toBe(false);
  });

  it('are reported where they have notes, but for the root group', async () => {
    const group = (name: string, notes: string) => `<Group><Name>${name}</Name><Notes>${notes}</Notes></Group>`;
    const { problems } = await read(
      `<Notes>of all</Notes>${group('blank', ' \n')}${group('empty', '')}${group(`a&#9;${'x'.repeat(100)}`, 'n')}`,
    );
    expect(problems).toEqual([{ place: `group a ${'x'.repeat(78)}`, message: 'has notes, for which there is no place' }]);
  });
});

describe('earlier versions of an entry', () => {
  const version = (time: string, ...texts: string[]) =>
    `<Entry><Times>${time === '' ? '' : `<LastModificationTime>${time}T00:00:00Z</LastModificationTime>`}</Times>${texts.join('')}</Entry>`;
  const withHistory = async (present: string, ...versions: string[]) =>
    only((await read(entry(`${text('Title', 'T')}${present}<History>${versions.join('')}</History>`))).items);

  it('give their passwords, in the order of their times, and when the present one came', async () => {
    const versions = [
      version('2020-03-01', text('Password', 'two')),
      version('2020-05-01', text('Password', 'now'), '<Tags>old</Tags><Binary><Key>old</Key><Value>aGk=</Value></Binary>'),
      version('', text('Password', 'none')),
      version('2020-02-01', text('Password', 'one'), text('own', 'old')),
      version('2020-04-01', text('Password', 'two')),
    ];
    const item = await withHistory(text('Password', 'now'), ...versions);
    expect(shownFields(item)).toEqual([
      'password until 2020-02-01*=none',
      'password until 2020-03-01*=one',
      'password until 2020-05-01*=two',
    ]);
    expect([item.passwordChangedAt, item.updatedAt]).toEqual(['2020-05-01T00:00:00.000Z', '2021-01-01T00:00:00.000Z']);
    expect([item.content.tags, item.attachments, item.history]).toEqual([[], [], []]);
  });

  it('say nothing where the password was always the same, or there was none', async () => {
    const same = await withHistory(text('Password', 'p'), version('2020-03-01', text('Password', 'p')));
    expect([shownFields(same), same.passwordChangedAt]).toEqual([[], null]);
    const none = await withHistory('', version('2020-03-01'));
    expect([shownFields(none), none.passwordChangedAt]).toEqual([[], null]);
    const came = await withHistory(text('Password', 'p'), version('2020-03-01'), version('2020-04-01', text('Password', 'p')));
    expect([shownFields(came), came.passwordChangedAt]).toEqual([[], '2020-04-01T00:00:00.000Z']);
  });
});

describe('one-time codes of KeePass', () => {
  const secret = 'GEZDGNBVGY3TQOJQ';
  const code = async (...texts: string[]) => {
    const item = only((await read(entry(text('Title', 'T') + texts.join('')))).items);
    return [item.content.totp, ...shownFields(item)];
  };

  it('come from each of the ways they are kept in, the texts around them taken along', async () => {
    const base32 = text('TimeOtp-Secret-Base32', secret);
    for (const [texts, uri] of [
      [[text('OTPAuth', secret)], `otpauth://totp/vault?secret=${secret}`],
      [[base32, text('TimeOtp-Period', '60'), text('TimeOtp-Length', '')], `otpauth://totp/vault?secret=${secret}&period=60`],
      [
        [base32, text('TimeOtp-Secret', 'x'), text('TimeOtp-Secret-Hex', '00'), text('TimeOtp-Secret-Base64', 'AA==')],
        `otpauth://totp/vault?secret=${secret}`,
      ],
      [[text('TimeOtp-Secret-Hex', '31 32\n33343536373839 30')], `otpauth://totp/vault?secret=${secret}`],
      [[text('TOTP Seed', secret), text('TOTP Settings', '60;8;more')], `otpauth://totp/vault?secret=${secret}&digits=8&period=60`],
      [[text('TOTP Seed', secret), text('TOTP Settings', 'x30;6x')], `otpauth://totp/vault?secret=${secret}`],
      [[text('TOTP Seed', secret), text('TOTP Settings', '30x;x6')], `otpauth://totp/vault?secret=${secret}`],
      [[text('TOTP Seed', secret), text('TOTP Settings', '30; s ')], `otpauth://totp/vault?secret=${secret}&digits=5&encoder=steam`],
      [[text('TOTP Seed', secret), text('TOTP Settings', '30;10')], `otpauth://totp/vault?secret=${secret}&digits=10`],
      [[text('TOTP Seed', secret)], `otpauth://totp/vault?secret=${secret}`],
    ] as const) {
      expect(await code(...texts)).toEqual([uri]);
    }
  });

  it('stay as fields where an entry has several, and texts without a secret stay what they are', async () => {
    const other = 'JBSWY3DPEHPK3PXP';
    expect(await code(text('TOTP Seed', other), text('otp', secret))).toEqual([
      `otpauth://totp/vault?secret=${secret}`,
      `one-time code*=otpauth://totp/vault?secret=${other}`,
    ]);
    expect(await code(text('TOTP Settings', '30;6'), text('TimeOtp-Length', '8'), text('otp', ''))).toEqual([
      null,
      'TOTP Settings=30;6',
      'TimeOtp-Length=8',
    ]);
  });
});

describe('files of KeePass', () => {
  const file = (name: string, value: string) => `<Binary><Key>${name}</Key>${value}</Binary>`;

  it('come from the entry or from the database, packed and plain', async () => {
    const packed = gzipSync('packed').toString('base64');
    const meta = `<Binaries><Binary ID="0" Compressed="True">${packed}</Binary><Binary ID="5">aGk=</Binary><Binary Compressed="True"/></Binaries>`;
    const files = [
      file('a', '<Value Ref="0"/>'),
      file('b', `<Value Compressed="True">${packed}</Value>`),
      file('c', '<Value Ref="5"/>'),
      file('d', '<Value/>'),
      file(`e&#9;${'x'.repeat(100)}`, '<Value Ref="7"/>'),
    ];
    const { items, problems } = await read(entry(text('Title', 'T') + files.join('')), meta);
    expect(items.map(whole)).toMatchObject([
      {
        attachments: [
          ['a', 'packed'],
          ['b', 'packed'],
          ['c', 'hi'],
          ['d', ''],
        ],
      },
    ]);
    expect(only(items).attachments.map(({ size }) => size)).toEqual([null, null, null, null]);
    expect(problems).toEqual([{ place: 'entry 1 (T)', message: `has an attachment that is not in the file: "e ${'x'.repeat(78)}"` }]);
  });

  it('are refused when they are read where they are damaged, not before', async () => {
    const { items } = await read(entry(text('Title', 'T') + file('a', '<Value Compressed="True">aGk=</Value>')));
    expect(() => only(items).attachments[0]?.read()).toThrow(refusal('the database is damaged, or inflates beyond all measure'));
  });

  it('that a KDBX 3 database protects come in the order of its key stream, as do texts of earlier versions', async () => {
    const xml = writeKdbx3((protect, hash) => {
      const hidden = (value: string | Buffer) => protect(Buffer.from(value)).toString('base64');
      const binaries = `<Binaries><Binary ID="0" Protected="True" Compressed="True">${hidden(gzipSync('hidden'))}</Binary></Binaries>`;
      const texts = text('Title', hidden('T'), ' Protected="True"');
      const history = `<History><Entry>${text('Password', hidden('old'), ' Protected="True"')}</Entry></History>`;
      const own = file('b', `<Value Protected="True">${hidden('own')}</Value>`);
      return database(entry(texts + history + own + file('a', '<Value Ref="0"/>')), `<HeaderHash>${hash}</HeaderHash>${binaries}`);
    });
    const { items } = await readDetected('kdbx', xml, password);
    expect(items.map(whole)).toMatchObject([
      {
        content: { name: 'T' },
        attachments: [
          ['b', 'own'],
          ['a', 'hidden'],
        ],
      },
    ]);
  });
});

describe('a file of KeePass', () => {
  it('is known by how it begins', () => {
    const known = (begin: string) => isKeepassXml(bytesSource(Buffer.from(begin)));
    for (const begin of [
      '<KeePassFile>',
      '\uFEFF \n<?xml version="1.0"?>\n<KeePassFile a="b">',
      '<?xml?><!-- a --> <!-- b\n --><KeePassFile/>',
      '<!DOCTYPE KeePassFile>',
    ]) {
      expect([begin, known(begin)]).toEqual([begin, true]);
    }
    for (const begin of ['', 'x<KeePassFile>', '<KeePassFiles>', '<pwlist>', '<?xml?>x<KeePassFile>', '{"KeePassFile":1}']) {
      expect([begin, known(begin)]).toEqual([begin, false]);
    }
    const isDatabase = (hex: string) => isKdbx(bytesSource(Buffer.from(hex, 'hex')));
    expect(['03d9a29a', '03d9a29a65fb4bb5', '03d9a2', '', '03d9a29b'].map(isDatabase)).toEqual([true, true, false, false, false]);
  });

  it('is refused by name where it is the XML of KeePass 1 or of something else', async () => {
    await expect(readAs('keepass-xml', '<pwlist><KeePassFile/></pwlist>')).rejects.toThrow(
      refusal('the file is the XML of KeePass 1, which is not supported'),
    );
    await expect(readAs('keepass-xml', '<html><KeePassFile/></html>')).rejects.toThrow(refusal('the file is no XML of KeePass 2'));
  });

  it('of version 3 is refused where its header was changed, but not where it does not say', async () => {
    const one = entry(text('Title', 'T'));
    const changed = writeKdbx3(() => database(one, `<HeaderHash>${Buffer.alloc(32).toString('base64')}</HeaderHash>`));
    await expect(readAs('kdbx', changed, password)).rejects.toThrow(
      refusal('the header of the database was changed by somebody who did not know its key'),
    );
    expect(
      (
        await readAs(
          'kdbx',
          writeKdbx3(() => database(one)),
          password,
        )
      ).items,
    ).toHaveLength(1);
  });
});
