import { describe, expect, it } from 'vitest';
import { kdfIds } from '../../../../src/core/formats/keepass/kdf.ts';
import { compositeKey } from '../../../../src/core/formats/keepass/keys.ts';
import { streamIds } from '../../../../src/core/formats/keepass/stream.ts';
import { readVariantMap } from '../../../../src/core/formats/keepass/variant-map.ts';
import type { Argon2 } from '../../../../src/core/formats/options.ts';
import { vaultError } from '../../support.ts';
import { readAs, readDetected, refusal, shownFields, whole } from '../support.ts';
import { aesVariants, argonVariants, field, type Kdbx4Options, type RawVariant, u32, u64, variants, writeKdbx4 } from './kdbx4.ts';
import { database, entry, text } from './xml.ts';

const password = { filePassword: () => Promise.resolve('password') };

const plainXml = () => database(entry(text('Title', 'T') + text('Password', 'pw')));

const open = async (options: Kdbx4Options, argon2?: Argon2) =>
  (await readDetected('kdbx', writeKdbx4(plainXml, options), { ...password, ...(argon2 && { argon2 }) })).items.map(
    ({ content }) => content.password,
  );

describe('a KDBX 4 database', () => {
  it('opens with AES and ChaCha20, packed and not, with any stream, in one block and in many', async () => {
    const makeXml: Parameters<typeof writeKdbx4>[0] = (protect) => {
      const hidden = (value: string) => text('Password', protect(Buffer.from(value)).toString('base64'), ' Protected="True"');
      return database(
        entry(text('Title', 'one') + hidden('pässword one')) +
          entry(text('Title', 'two') + hidden('x'.repeat(10_000))) +
          entry(text('Title', 'three') + hidden('three')),
      );
    };
    for (const cipher of ['aes256', 'chacha20'] as const) {
      for (const stream of [streamIds.none, streamIds.salsa20, streamIds.chacha20]) {
        for (const [compressed, blockBytes] of [
          [true, 1024 * 1024],
          [false, 100],
        ] as const) {
          const { items } = await readDetected('kdbx', writeKdbx4(makeXml, { cipher, stream, compressed, blockBytes }), password);
          expect(items.map(({ content }) => content.password)).toEqual(['pässword one', 'x'.repeat(10_000), 'three']);
        }
      }
    }
  });

  it('brings the files that stand before its XML, by their number', async () => {
    const file = (name: string, ref: number) => `<Binary><Key>${name}</Key><Value Ref="${ref}"/></Binary>`;
    const makeXml = () => database(entry(text('Title', 'T') + file('a', 1) + file('b', 0) + file('c', 2)));
    const inner = [
      field(3, Buffer.from('\u0001first')),
      field(9, Buffer.from('four')),
      field(3, Buffer.from('\u0000')),
      field(1, Buffer.alloc(8)),
    ];
    const { items, problems } = await readDetected('kdbx', writeKdbx4(makeXml, { inner }), password);
    expect(items.map((item) => whole(item))).toMatchObject([
      {
        attachments: [
          ['a', ''],
          ['b', 'first'],
        ],
      },
    ]);
    expect(problems.map(({ message }) => message)).toEqual(['has an attachment that is not in the file: "c"']);
  });

  it('says what is wrong with it where it knows the key but cannot go on', async () => {
    const damaged = 'the database is damaged or cut short';
    for (const [options, message] of [
      [{ stream: 1 }, 'the database protects its values with a cipher that is not known'],
      [{ content: (content: Buffer) => content.subarray(0, 3) }, damaged],
      [{ content: (content: Buffer) => content.subarray(0, 7) }, damaged],
      [{ content: (content: Buffer) => content.subarray(0, 30) }, damaged],
      [{ content: () => Buffer.alloc(0), compressed: false, cipher: 'chacha20' }, damaged],
      [{ compressed: false, header: { 3: u32(1) } }, 'the database is damaged, or inflates beyond all measure'],
    ] as const) {
      await expect(open({ stream: streamIds.none, ...options })).rejects.toThrow(refusal(message));
    }
    const noPadding = writeKdbx4(plainXml, {
      cipher: 'chacha20',
      header: { 2: Buffer.from('31c1f2e6bf714350be5805216afc5aff', 'hex'), 7: Buffer.alloc(16, 2) },
    });
    await expect(readAs('kdbx', noPadding, password)).rejects.toThrow(refusal(damaged));
  });

  it('is refused where it is cut short anywhere, or where a block is another', async () => {
    const file = writeKdbx4(plainXml);
    for (let length = 12; length < file.length; length += 5) {
      await expect(readAs('kdbx', file.subarray(0, length), password)).rejects.toThrow(/damaged or cut short$/);
    }
    // The codes of the last block, which is empty, and of the one before, and what they are about.
    for (const at of [file.length - 1, file.length - 20, file.length - 40]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(readAs('kdbx', changed, password)).rejects.toThrow(refusal('the database is damaged or cut short'));
    }
    const header = Buffer.from(file);
    header[20] = (header[20] ?? 0) ^ 1;
    await expect(readAs('kdbx', header, password)).rejects.toThrow(vaultError('invalid_request'));
  });

  it('says that the key is wrong or missing', async () => {
    const file = writeKdbx4(plainXml);
    const wrong = readAs('kdbx', file, { filePassword: () => Promise.resolve('wrong') });
    await expect(wrong).rejects.toThrow(vaultError('incorrect_password'));
    await expect(wrong).rejects.toThrow('the file password or the key file is not correct');
    await expect(readAs('kdbx', file)).rejects.toThrow(
      refusal('the database is opened by a password or a key file, and neither was given'),
    );
  });
});

describe('the header of a KDBX 4 database', () => {
  it('is refused where a field is missing or not as long as it is to be', async () => {
    const damaged = "the database's header is damaged or cut short";
    for (const id of [2, 3, 4, 7, 11]) {
      await expect(open({ header: { [id]: null } })).rejects.toThrow(refusal(damaged));
      if (id !== 11) await expect(open({ header: { [id]: Buffer.alloc(5) } })).rejects.toThrow(refusal(damaged));
    }
    await expect(open({ header: { 3: u32(2) } })).rejects.toThrow(refusal(damaged));
    await expect(open({ cipher: 'chacha20', header: { 7: Buffer.alloc(16) } })).rejects.toThrow(refusal(damaged));
  });

  it('is refused where its end reaches beyond that of the file', async () => {
    const file = writeKdbx4(plainXml);
    file.writeUInt32LE(file.length, file.indexOf('\r\n\r\n') - 4);
    await expect(readAs('kdbx', file, password)).rejects.toThrow(refusal("the database's header is damaged or cut short"));
  });

  it('is read past what is not known, such as a comment or data of plugins', async () => {
    expect(await open({ header: { 1: Buffer.from('a comment'), 12: variants({}), 99: Buffer.alloc(0) } })).toEqual(['pw']);
  });

  it('is refused where it names a cipher that is not known, with a hint where there is a way', async () => {
    const twofish = open({ header: { 2: Buffer.from('ad68f29f576f4bb9a36ad47af965346c', 'hex') } });
    await expect(twofish).rejects.toThrow(refusal('the database is encrypted with Twofish, which is not supported'));
    await expect(twofish).rejects.toThrow(
      vaultError('invalid_request', "choose AES or ChaCha20 in the database's security settings and save it again"),
    );
    await expect(open({ header: { 2: Buffer.alloc(16) } })).rejects.toThrow(
      refusal('the database is encrypted with a cipher that is not known'),
    );
  });

  it('is none where it begins otherwise', async () => {
    const begun = (hex: string) => readAs('kdbx', Buffer.from(hex, 'hex'), password);
    await expect(begun('03d9a29a67fb4bb5010004')).rejects.toThrow(refusal('the file is no KeePass database'));
    await expect(begun('04d9a29a67fb4bb501000400')).rejects.toThrow(refusal('the file is no KeePass database'));
    await expect(begun('03d9a29a66fb4bb501000400')).rejects.toThrow(refusal('the file is no KeePass database of a known kind'));
    const first = begun('03d9a29a65fb4bb501000300');
    await expect(first).rejects.toThrow(refusal('the file is a database of KeePass 1'));
    await expect(first).rejects.toThrow(vaultError('invalid_request', 'open it with KeePass 2 or KeePassXC and save it as .kdbx'));
    for (const version of ['0100', '0500']) {
      await expect(begun(`03d9a29a67fb4bb50100${version}`)).rejects.toThrow(refusal('the database is of a newer version than is known'));
    }
  });
});

describe("a KDBX 4 database's key derivation", () => {
  const key = Buffer.alloc(32, 6);

  function argon(values: Readonly<Record<string, RawVariant | null>>): Kdbx4Options {
    const all = Object.entries({ ...argonVariants, ...values }).flatMap(([name, value]) =>
      value === null ? [] : [[name, value] as const],
    );
    return { kdf: variants(Object.fromEntries(all)), key };
  }

  it('is AES-KDF by either of its ids', async () => {
    for (const id of kdfIds.aes) {
      expect(await open({ kdf: variants({ ...aesVariants, $UUID: [0x42, Buffer.from(id, 'hex')] }) })).toEqual(['pw']);
    }
  });

  it('is Argon2 of either kind and version, as the header asks for it, up to what is safe', async () => {
    const ids = { d: kdfIds.argon2d, id: kdfIds.argon2id };
    const salt = argonVariants['S']?.[1];
    const usual = { type: 'id', version: 0x13, salt, memoryKiB: 64, iterations: 2, parallelism: 2 };
    for (const [values, wanted] of [
      [{}, {}],
      [
        { $UUID: [0x42, Buffer.from(ids.d, 'hex')], V: [0x04, u32(0x10)] },
        { type: 'd', version: 0x10 },
      ],
      [
        { M: [0x05, u64(2 ** 31)], I: [0x05, u64(32)], P: [0x04, u32(64)] },
        { memoryKiB: 2 ** 21, iterations: 32, parallelism: 64 },
      ],
      [
        { M: [0x05, u64(8 * 1024)], I: [0x05, u64(1_000_000)] },
        { memoryKiB: 8, iterations: 1_000_000 },
      ],
      [
        { M: [0x05, u64(65 * 1024 - 1)], I: [0x0d, u64(1)], P: [0x0c, u32(1)] },
        { iterations: 1, parallelism: 1 },
      ],
      [{ S: [0x42, Buffer.alloc(8)] }, { salt: Buffer.alloc(8) }],
      [{ S: [0x42, Buffer.alloc(1024)] }, { salt: Buffer.alloc(1024) }],
      [{ X: [0x18, Buffer.from('more')], Y: [0x08, Buffer.from([1])] }, {}],
    ] as const) {
      const asked: unknown[] = [];
      const argon2: Argon2 = (request) => {
        asked.push({ ...request, password: Buffer.from(request.password), salt: Buffer.from(request.salt) });
        return Promise.resolve(key);
      };
      expect(await open(argon(values), argon2)).toEqual(['pw']);
      expect(asked).toEqual([{ ...usual, password: compositeKey({ password: 'password', keyFile: null }), length: 32, ...wanted }]);
    }
  });

  it('is not done where it asks for more than is safe, or is damaged, or of another kind', async () => {
    const never: Argon2 = () => Promise.reject(new Error('derived'));
    const bounds = 'asks for values outside the bounds that are safe';
    for (const [values, what] of [
      [{ M: [0x05, u64(2 ** 31 + 1)] }, bounds],
      [{ M: [0x05, u64(8 * 1024 - 1)] }, bounds],
      [{ M: [0x05, u64(2 ** 31)], I: [0x05, u64(33)] }, bounds],
      [{ I: [0x05, u64(0)] }, bounds],
      [{ I: [0x05, u64(1_000_001)], M: [0x05, u64(8 * 1024)] }, bounds],
      [{ I: [0x18, Buffer.from('2')] }, bounds],
      [{ I: null }, bounds],
      [{ P: [0x04, u32(0)] }, bounds],
      [{ P: [0x04, u32(65)] }, bounds],
      [{ V: [0x04, u32(0x14)] }, bounds],
      [{ V: [0x04, u32(0x0f)] }, bounds],
      [{ V: [0x04, u32(0x11)] }, 'is damaged'],
      [{ S: [0x42, Buffer.alloc(7)] }, 'is damaged'],
      [{ S: [0x42, Buffer.alloc(1025)] }, 'is damaged'],
      [{ S: null }, 'is damaged'],
      [{ $UUID: [0x18, Buffer.from('argon2')] }, 'is damaged'],
      [{ $UUID: [0x42, Buffer.alloc(16)] }, 'is not known'],
      [{ K: [0x42, Buffer.alloc(4)] }, 'uses a secret or associated data, which is not supported'],
      [{ A: [0x42, Buffer.alloc(4)] }, 'uses a secret or associated data, which is not supported'],
    ] as const) {
      await expect(open(argon(values), never)).rejects.toThrow(refusal(`the database's key derivation ${what}`));
    }
    for (const [values, what] of [
      [{ R: [0x05, u64(0)] }, bounds],
      [{ R: [0x05, u64(1_000_000_001)] }, bounds],
      [{ S: [0x42, Buffer.alloc(31)] }, 'is damaged'],
    ] as const) {
      await expect(open({ kdf: variants({ ...aesVariants, ...values }) })).rejects.toThrow(
        refusal(`the database's key derivation ${what}`),
      );
    }
  });

  it('has values of every kind, by their names', () => {
    const map = variants({
      a: [0x04, u32(0xfffffffe)],
      b: [0x05, u64(2n ** 64n - 1n)],
      c: [0x08, Buffer.from([1])],
      d: [0x08, Buffer.from([0])],
      e: [0x0c, u32(0xffffffff)],
      f: [0x0d, u64(2n ** 64n - 2n)],
      g: [0x18, Buffer.from('täxt')],
      ö: [0x42, Buffer.from('bytes')],
    });
    expect(readVariantMap(map)).toEqual(
      new Map<string, unknown>([
        ['a', 0xfffffffen],
        ['b', 2n ** 64n - 1n],
        ['c', true],
        ['d', false],
        ['e', -1n],
        ['f', -2n],
        ['g', 'täxt'],
        ['ö', Buffer.from('bytes')],
      ]),
    );
    expect(readVariantMap(variants({}))).toEqual(new Map());
  });

  it('is refused where a value is not as long as its kind, or of no kind, or the map is cut short or of another version', () => {
    const damaged = "the database's header is damaged";
    const wrong = ([0x04, 0x05, 0x08, 0x0c, 0x0d, 0x99] as const).map((kind) => variants({ a: [kind, Buffer.alloc(3)] }));
    for (const map of [...wrong, variants({}, 2), variants({}, 0)]) expect(() => readVariantMap(map)).toThrow(refusal(damaged));
    const cut = variants({ a: [0x04, u32(1)] });
    for (let length = 0; length < cut.length; length++) {
      expect(() => readVariantMap(cut.subarray(0, length))).toThrow(refusal(damaged));
    }
  });
});

describe('a KDBX 4 database of another program', () => {
  it('may have the hash of a header in its XML, which is that of an earlier form', async () => {
    const makeXml = () => database(entry(text('Title', 'T')), '<HeaderHash>AAAA</HeaderHash>');
    expect((await readDetected('kdbx', writeKdbx4(makeXml), password)).items).toHaveLength(1);
  });

  it('has its earlier passwords as fields, unlike one of our own', async () => {
    const history = `<History><Entry><Times><LastModificationTime>2019-01-01T00:00:00Z</LastModificationTime></Times>${text('Password', 'old')}</Entry></History>`;
    const makeXml = () => database(entry(text('Title', 'T') + text('Password', 'pw') + history));
    const { items } = await readDetected('kdbx', writeKdbx4(makeXml), password);
    expect(items.map((item) => [shownFields(item), item.history])).toEqual([[['password until 2021-01-01*=old'], []]]);
  });
});
