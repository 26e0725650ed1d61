import { createCipheriv } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inflateWithin } from '../../../../src/core/formats/keepass/body.ts';
import { aesKdf, compositeKey, sha256 } from '../../../../src/core/formats/keepass/keys.ts';
import { streamIds } from '../../../../src/core/formats/keepass/stream.ts';
import { VaultError } from '../../../../src/core/errors.ts';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, refusal, shownFields } from '../support.ts';
import { muchWork, workSeconds } from '../../../support/work.ts';
import { writeKdbx3 } from './kdbx3.ts';
import { database, entry, text } from './xml.ts';

const password = { filePassword: () => Promise.resolve('password') };

describe('the XML of KeePass', () => {
  it('gives entries under the path of their groups, texts, tags of both programs and times', async () => {
    const inner =
      text('Title', 'T') +
      text('UserName', 'u') +
      text('Password', 'p', ' ProtectInMemory="True"') +
      text('URL', 'https://t.example') +
      text('Notes', 'n') +
      text('own', 'x', ' ProtectInMemory="True"') +
      text('KP2A_URL_1', 'https://u.example');
    const { items, problems } = await readDetected(
      'keepass-xml',
      database(`<Group><Name>A</Name><Group><Name>B</Name>${entry(`<Tags>one;two,three</Tags>${inner}`)}</Group></Group>`),
    );
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        name: 'T',
        username: 'u',
        password: 'p',
        urls: ['https://t.example', 'https://u.example'],
        notes: 'n',
        tags: ['A/B', 'one', 'two', 'three'],
        fields: [{ name: 'own', value: 'x', hidden: true }],
      },
      createdAt: '2020-01-01T00:00:00.000Z',
      updatedAt: '2021-01-01T00:00:00.000Z',
      trashed: false,
    });
  });

  it('takes protected values as they stand: only a database encrypts them', async () => {
    const { items } = await readAs('keepass-xml', database(entry(text('Title', 'T') + text('Password', 'plain', ' Protected="True"'))));
    expect(only(items).content.password).toBe('plain');
  });

  it('knows times in seconds since the year 1', async () => {
    const xml = database(entry(text('Title', 'T'))).replace('2020-01-01T00:00:00Z', 'ANid1Q4AAAA=');
    expect(only((await readAs('keepass-xml', xml)).items).createdAt).toBe('2020-01-01T00:00:00.000Z');
  });

  it('knows what is in the recycle bin, at any depth', async () => {
    const bin =
      '<Group><UUID>AAAAAAAAAAAAAAAAAAAABw==</UUID><Name>Bin</Name><Group><Name>Old</Name>' +
      entry(text('Title', 'gone')) +
      '</Group></Group>';
    const meta = '<RecycleBinEnabled>True</RecycleBinEnabled><RecycleBinUUID>AAAAAAAAAAAAAAAAAAAABw==</RecycleBinUUID>';
    expect(only((await readAs('keepass-xml', database(bin, meta))).items)).toMatchObject({ trashed: true, content: { tags: ['Old'] } });
    expect(only((await readAs('keepass-xml', database(bin, meta.replace('True', 'False')))).items).trashed).toBe(false);
  });

  it('gives earlier passwords with the time each was replaced, and when the present one came', async () => {
    const version = (time: string, value: string) =>
      `<Entry><Times><LastModificationTime>${time}</LastModificationTime></Times>${text('Password', value)}</Entry>`;
    const history = `<History>${version('2018-01-01T00:00:00Z', 'one')}${version('2019-01-01T00:00:00Z', 'two')}${version('2020-06-01T00:00:00Z', 'now')}</History>`;
    const item = only((await readAs('keepass-xml', database(entry(text('Title', 'T') + text('Password', 'now') + history)))).items);
    expect(shownFields(item)).toEqual(['password until 2019-01-01*=one', 'password until 2020-06-01*=two']);
    expect(item.passwordChangedAt).toBe('2020-06-01T00:00:00.000Z');
  });

  it('understands one-time codes in all four ways they are kept in', async () => {
    const secret = 'GEZDGNBVGY3TQOJQ';
    const ways: [string, string][] = [
      [text('otp', `otpauth://totp/a?secret=${secret}`), `otpauth://totp/a?secret=${secret}`],
      [text('otp', `key=${secret}&amp;size=8&amp;step=25`), `otpauth://totp/vault?secret=${secret}&digits=8&period=25`],
      [text('TOTP Seed', secret) + text('TOTP Settings', '60;8'), `otpauth://totp/vault?secret=${secret}&digits=8&period=60`],
      [text('TOTP Seed', secret) + text('TOTP Settings', '30;S'), `otpauth://totp/vault?secret=${secret}&digits=5&encoder=steam`],
      [
        text('TimeOtp-Secret-Base32', secret) + text('TimeOtp-Length', '8') + text('TimeOtp-Algorithm', 'HMAC-SHA-256'),
        `otpauth://totp/vault?secret=${secret}&algorithm=SHA256&digits=8`,
      ],
      [text('TimeOtp-Secret', '1234567890'), `otpauth://totp/vault?secret=${secret}`],
      [text('TimeOtp-Secret-Hex', '31323334353637383930'), `otpauth://totp/vault?secret=${secret}`],
      [text('TimeOtp-Secret-Base64', 'MTIzNDU2Nzg5MA=='), `otpauth://totp/vault?secret=${secret}`],
    ];
    for (const [inner, uri] of ways) {
      const item = only((await readAs('keepass-xml', database(entry(text('Title', 'T') + inner)))).items);
      expect([item.content.totp, item.content.fields]).toEqual([uri, []]);
    }
  });

  it('follows references to other entries, and reports those that lead nowhere or in circles', async () => {
    const other = entry(text('Title', 'Other') + text('UserName', 'boss') + text('Password', 'pw'), 'AAAAAAAAAAAAAAAAAAAAAg==');
    const refers = (value: string) =>
      entry(text('Title', 'T') + text('UserName', '{REF:U@T:other}@host') + text('Password', value), 'AAAAAAAAAAAAAAAAAAAAAw==');
    const found = await readAs('keepass-xml', database(other + refers('{REF:P@I:00000000000000000000000000000002}')));
    expect(found.items[1]?.content).toMatchObject({ username: 'boss@host', password: 'pw' });
    expect(found.problems).toEqual([]);
    for (const lost of ['{REF:P@I:00}', '{REF:P@I:00000000000000000000000000000003}']) {
      const { items, problems } = await readAs('keepass-xml', database(other + refers(lost)));
      expect(items[1]?.content.password).toBe(lost);
      expect(problems).toHaveLength(1);
    }
  });

  it('does not let references grow without end', async () => {
    const uuid = (at: number) => Buffer.concat([Buffer.alloc(15), Buffer.from([at])]);
    const ref = (at: number) => `{REF:N@I:${uuid(at).toString('hex')}}`;
    const entries = Array.from({ length: 9 }, (_, at) =>
      entry(text('Title', `e${at}`) + text('Notes', at === 0 ? 'x'.repeat(1000) : ref(at - 1).repeat(10)), uuid(at).toString('base64')),
    );
    const begun = workSeconds();
    await readAs('keepass-xml', database(entries.join('')));
    expect(workSeconds() - begun).toBeLessThan(muchWork);
  });

  it('keeps expiry, auto-type and data of plugins', async () => {
    const inner = `<OverrideURL>cmd://x</OverrideURL><AutoType><Enabled>True</Enabled><DefaultSequence>{TAB}</DefaultSequence><Association><Window>W</Window><KeystrokeSequence>{ENTER}</KeystrokeSequence></Association></AutoType><CustomData><Item><Key>plugin</Key><Value>v</Value></Item><Item><Key>_LAST_MODIFIED</Key><Value>x</Value></Item></CustomData>`;
    const xml = database(entry(text('Title', 'T') + inner)).replace(
      '</Times>',
      '<ExpiryTime>2030-01-01T00:00:00Z</ExpiryTime><Expires>True</Expires></Times>',
    );
    expect(shownFields(only((await readAs('keepass-xml', xml)).items))).toEqual([
      'expires=2030-01-01T00:00:00.000Z',
      'override URL=cmd://x',
      'auto-type={TAB}',
      'auto-type in W={ENTER}',
      'plugin*=v',
    ]);
  });

  it('brings attachments, packed, plain and empty, and reports those that are not in the file', async () => {
    const packed = gzipSync('hello').toString('base64');
    const meta = `<Binaries><Binary ID="0" Compressed="True">${packed}</Binary><Binary ID="1" Compressed="True"/></Binaries>`;
    const file = (name: string, value: string) => `<Binary><Key>${name}</Key>${value}</Binary>`;
    const { items, problems } = await readAs(
      'keepass-xml',
      database(
        entry(
          text('Title', 'T') +
            file('a', '<Value Ref="0"/>') +
            file('b', '<Value Ref="1"/>') +
            file('c', '<Value>aGk=</Value>') +
            file('d', '<Value Ref="9"/>'),
        ),
        meta,
      ),
    );
    expect(only(items).attachments.map(({ name, read }) => [name, Buffer.from(read()).toString()])).toEqual([
      ['a', 'hello'],
      ['b', ''],
      ['c', 'hi'],
    ]);
    expect(problems.map(({ message }) => message)).toEqual(['has an attachment that is not in the file: "d"']);
  });

  it('gives the tags of groups to what is in them', async () => {
    const inner = `<Group><Name>H</Name><Tags>two, three</Tags>${entry(`${text('Title', 'T')}<Tags>own</Tags>`)}</Group>`;
    const { items } = await readAs('keepass-xml', database(`<Group><Name>G</Name><Tags>one;</Tags>${inner}</Group>`));
    expect(only(items).content.tags).toEqual(['G/H', 'own', 'one', 'two', 'three']);
  });

  it('reports notes of groups, for which there is no place', async () => {
    const { problems } = await readAs(
      'keepass-xml',
      database('<Notes>of all</Notes><Group><Name>G</Name><Notes>secret-note</Notes></Group>'),
    );
    expect(problems).toEqual([{ place: 'group G', message: 'has notes, for which there is no place' }]);
  });

  it('is refused with a document type, so that no entity is ever expanded', async () => {
    const bomb = '<!DOCTYPE KeePassFile [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
    await expect(readDetected('keepass-xml', `<?xml version="1.0"?>${bomb}<KeePassFile><Meta>&b;</Meta></KeePassFile>`)).rejects.toThrow(
      'document type',
    );
    await expect(readAs('keepass-xml', `<KeePassFile><Meta>&nbsp;</Meta></KeePassFile>`)).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused where it is cut short, nested without end or of something else', async () => {
    const whole = database(entry(text('Title', 'T')));
    for (const xml of [whole.slice(0, -5), '<KeePassFile>'.repeat(50_000), '<html></html>', '<pwlist></pwlist>', '']) {
      await expect(readAs('keepass-xml', xml)).rejects.toThrow(vaultError('invalid_request'));
    }
  });
});

describe('a KDBX 3 database', () => {
  const xml = (protect: (data: Uint8Array) => Buffer, hash: string) => {
    const hidden = (name: string, value: string) => text(name, protect(Buffer.from(value)).toString('base64'), ' Protected="True"');
    const earlier = (value: string) =>
      `<Entry><Times><LastModificationTime>2019-01-01T00:00:00Z</LastModificationTime></Times>${hidden('Password', value)}</Entry>`;
    const first = entry(text('Title', 'one') + hidden('Password', 'pässword one') + `<History>${earlier('old')}</History>`);
    return database(first + entry(text('Title', 'two') + hidden('Password', 'x'.repeat(10_000))), `<HeaderHash>${hash}</HeaderHash>`);
  };

  it('opens with AES and ChaCha20, packed and not, with either stream, of version 2 and 3', async () => {
    for (const cipher of ['aes256', 'chacha20'] as const) {
      for (const stream of [streamIds.salsa20, streamIds.chacha20]) {
        for (const compressed of [true, false]) {
          const { items } = await readDetected(
            'kdbx',
            writeKdbx3(xml, { cipher, stream, compressed, version: compressed ? 3 : 2 }),
            password,
          );
          expect(items.map(({ content }) => content.password)).toEqual(['pässword one', 'x'.repeat(10_000)]);
          expect(items.map(shownFields)).toEqual([['password until 2021-01-01*=old'], []]);
        }
      }
    }
  });

  it('opens with a key file of each kind, alone and with a password', async () => {
    const key = sha256(Buffer.from('key'));
    const hash = sha256(key).subarray(0, 4).toString('hex');
    const files = [
      key,
      Buffer.from(key.toString('hex')),
      Buffer.from(
        `<?xml version="1.0"?><KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>${key.toString('base64')}</Data></Key></KeyFile>`,
      ),
      Buffer.from(
        `\uFEFF<?xml version="1.0"?><KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash="${hash}">\n ${key.toString('hex').replace(/.{8}/g, '$& ')}\n</Data></Key></KeyFile>`,
      ),
    ];
    const withBoth = writeKdbx3(xml, { keys: { password: 'password', keyFile: key } });
    const alone = writeKdbx3(xml, { keys: { password: null, keyFile: key } });
    for (const keyFile of files) {
      expect((await readAs('kdbx', withBoth, { ...password, keyFile })).items).toHaveLength(2);
      expect((await readAs('kdbx', alone, { keyFile })).items).toHaveLength(2);
      // Somebody may give a password where there is none, or leave a prompt empty.
      expect((await readAs('kdbx', alone, { ...password, keyFile })).items).toHaveLength(2);
      expect((await readAs('kdbx', alone, { filePassword: () => Promise.resolve(''), keyFile })).items).toHaveLength(2);
      await expect(readAs('kdbx', withBoth, { keyFile })).rejects.toThrow(vaultError('incorrect_password'));
    }
    const other = writeKdbx3(xml, { keys: { password: '', keyFile: Buffer.from('any file at all') } });
    expect(
      (await readAs('kdbx', other, { filePassword: () => Promise.resolve(''), keyFile: Buffer.from('any file at all') })).items,
    ).toHaveLength(2);
  });

  it('says that the key is wrong, missing or damaged', async () => {
    const file = writeKdbx3(xml);
    await expect(readAs('kdbx', file, { filePassword: () => Promise.resolve('wrong') })).rejects.toThrow(vaultError('incorrect_password'));
    await expect(readAs('kdbx', file)).rejects.toThrow(vaultError('invalid_request'));
    const wrongHash = `<KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash="00000000">${'00'.repeat(32)}</Data></Key></KeyFile>`;
    await expect(readAs('kdbx', file, { ...password, keyFile: Buffer.from(wrongHash) })).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused where its header was changed', async () => {
    const changed = writeKdbx3(xml, { headerHash: Buffer.alloc(32).toString('base64') });
    await expect(readAs('kdbx', changed, password)).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused wherever it is cut short', async () => {
    const file = writeKdbx3(xml, { rounds: 1 });
    for (let length = 0; length < file.length; length += 7) {
      await expect(readAs('kdbx', file.subarray(0, length), password)).rejects.toThrow(VaultError);
    }
  });

  it('is refused where a block is not the one that is to come, or not what its hash says, or cut short', async () => {
    const refused = async (blocks: (blocks: Buffer) => Buffer) => {
      const file = writeKdbx3(xml, { cipher: 'chacha20', rounds: 1, compressed: false, blocks });
      await expect(readAs('kdbx', file, password)).rejects.toThrow(refusal('the database is damaged or cut short'));
    };
    for (const at of [0, 4, 35, 36, 40]) {
      await refused((blocks) => {
        blocks[at] = (blocks[at] ?? 0) ^ 1;
        return blocks;
      });
    }
    for (const length of [0, 39, 40, 41, 1000]) await refused((blocks) => blocks.subarray(0, length));
    await refused((blocks) => blocks.subarray(0, -1));
    const bare = writeKdbx3(xml, { cipher: 'chacha20', rounds: 1, blocks: (blocks) => blocks.subarray(0, -40) });
    await expect(readAs('kdbx', bare, password)).rejects.toThrow(refusal('the database is damaged or cut short'));
  });

  it('opens after one round of work, and is refused where it asks for none', async () => {
    const file = writeKdbx3(xml, { rounds: 1 });
    expect((await readAs('kdbx', file, password)).items).toHaveLength(2);
    const rounds = file.indexOf(Buffer.from([6, 8, 0])) + 3;
    for (const asked of [0n, 1_000_000_001n]) {
      file.writeBigUInt64LE(asked, rounds);
      await expect(readAs('kdbx', file, password)).rejects.toThrow(
        refusal("the database's key derivation asks for values outside the bounds that are safe"),
      );
    }
  });

  it('inflates to 64 MiB in any case, and to more where it is as large as that', () => {
    const zeros = Buffer.alloc(64 * 1024 * 1024);
    expect(inflateWithin(gzipSync(zeros))).toHaveLength(zeros.length);
    const packed = gzipSync(Buffer.concat([zeros, Buffer.alloc(1)]));
    expect(() => inflateWithin(packed)).toThrow(refusal('the database is damaged, or inflates beyond all measure'));
    const random = createCipheriv('aes-256-ctr', Buffer.alloc(32), Buffer.alloc(16)).update(zeros.subarray(0, 512 * 1024));
    expect(inflateWithin(gzipSync(Buffer.concat([random, zeros])))).toHaveLength(random.length + zeros.length);
  });

  it('is refused where it asks for endless work, or inflates beyond all measure', async () => {
    const file = writeKdbx3(xml);
    const rounds = file.indexOf(Buffer.from([6, 8, 0])) + 3;
    file.writeBigUInt64LE(1n << 60n, rounds);
    await expect(readAs('kdbx', file, password)).rejects.toThrow('bounds');
    const bomb = writeKdbx3(() => ' '.repeat(100 * 1024 * 1024), { rounds: 1 });
    const before = process.memoryUsage().rss;
    await expect(readAs('kdbx', bomb, password)).rejects.toThrow(vaultError('invalid_request'));
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024);
  });

  it('of KeePass 1, with Twofish or of the future is refused with a word on what it is', async () => {
    await expect(readDetected('kdbx', Buffer.from('03d9a29a65fb4bb50000000000', 'hex'), password)).rejects.toThrow('KeePass 1');
    const file = writeKdbx3(xml);
    const future = Buffer.from(file);
    future.writeUInt16LE(9, 10);
    await expect(readAs('kdbx', future, password)).rejects.toThrow('newer version');
    const twofish = Buffer.from(file);
    twofish.set(Buffer.from('ad68f29f576f4bb9a36ad47af965346c', 'hex'), twofish.indexOf(Buffer.from('31c1f2e6bf71', 'hex')));
    await expect(readAs('kdbx', twofish, password)).rejects.toThrow('Twofish');
  });
});

describe("KeePass's AES-KDF", () => {
  it('encrypts each half of the key so many times over', () => {
    const key = compositeKey({ password: 'password', keyFile: null });
    const seed = sha256(Buffer.from('seed'));
    for (const rounds of [1, 2, 4095, 4096, 4097, 9000]) {
      let slow = key;
      for (let round = 0; round < rounds; round++) slow = createCipheriv('aes-256-ecb', seed, null).setAutoPadding(false).update(slow);
      expect(aesKdf(key, seed, rounds)).toEqual(sha256(slow));
    }
  });
});
