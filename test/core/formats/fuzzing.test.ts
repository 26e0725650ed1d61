import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../src/core/errors.ts';
import { writeBitwarden } from '../../../src/core/formats/bitwarden/write.ts';
import { writeCxf } from '../../../src/core/formats/cxf/write.ts';
import type { ImportResult } from '../../../src/core/formats/item.ts';
import { readHeader } from '../../../src/core/formats/keepass/header.ts';
import { writeKdbx } from '../../../src/core/formats/keepass/write.ts';
import { readPassStore } from '../../../src/core/formats/pass-store.ts';
import { detectFormat, fileFormats, importFormats } from '../../../src/core/formats/registry.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { writeVaultCsv } from '../../../src/core/formats/vault/csv.ts';
import { writeVaultJson } from '../../../src/core/formats/vault/json.ts';
import { bytesOf, exported, exportOptions } from './entries.ts';
import { writeKdbx3 } from './keepass/kdbx3.ts';
import { sealPgp } from './pgp/seal.ts';
import { bitwardenColumns, csv, expectStorable, plainOptions } from './support.ts';
import { muchWork, workSeconds } from '../../support/work.ts';
import { zipOf } from './zip-support.ts';

const password = 'password';
const options = {
  ...plainOptions,
  filePassword: () => Promise.resolve(password),
  argon2: ({ length }: { length: number }) => Promise.resolve(Buffer.alloc(length, 1)),
};

/** A sound file of each format, with something in every corner. */
async function seeds(): Promise<Record<string, Buffer>> {
  const { options: writing } = exportOptions();
  const all = [
    exported(
      {
        tags: ['Work/Servers', 'favorite'],
        fields: [
          { name: 'pin', value: '1', hidden: true },
          { name: 'pin', value: '', hidden: false },
        ],
        totp: 'otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ',
        notes: 'two\nlines',
      },
      { attachments: [{ name: 'a', read: () => Buffer.from('hello') }] },
    ),
    exported({ urls: ['https://a.example', 'https://b.example'] }),
  ];
  const keepass =
    '<?xml version="1.0"?><KeePassFile><Meta><Binaries><Binary ID="0" Compressed="True">H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==</Binary></Binaries><RecycleBinUUID>AAAAAAAAAAAAAAAAAAAABw==</RecycleBinUUID></Meta><Root><Group><Name>Root</Name><Group><Name>A</Name><Entry><UUID>AAAAAAAAAAAAAAAAAAAAAQ==</UUID><Tags>a;b</Tags><Times><CreationTime>2020-01-01T00:00:00Z</CreationTime></Times><String><Key>Title</Key><Value>T</Value></String><String><Key>Password</Key><Value>{REF:T@I:00000000000000000000000000000001}</Value></String><Binary><Key>f</Key><Value Ref="0"/></Binary><History><Entry><String><Key>Password</Key><Value>old</Value></String></Entry></History></Entry></Group></Group></Root></KeePassFile>';
  const onePassword = {
    accounts: [
      {
        vaults: [
          {
            attrs: { name: 'P' },
            items: [
              {
                categoryUuid: '001',
                createdAt: 1663642010,
                details: {
                  loginFields: [{ designation: 'username', value: 'me' }],
                  sections: [
                    {
                      fields: [
                        { title: 'x', value: { address: { city: 'y' } } },
                        { title: 't', value: { totp: 'GEZDGNBVGY3TQOJQ' } },
                      ],
                    },
                  ],
                  documentAttributes: { documentId: 'd', fileName: 'f' },
                },
                overview: { title: 'T', urls: [{ url: 'https://a.example' }] },
              },
            ],
          },
        ],
      },
    ],
  };
  const proton = {
    version: '1.30.0',
    vaults: {
      v: {
        name: 'P',
        folders: [{ folderId: 'f', name: 'F' }],
        items: [
          {
            folderId: 'f',
            data: {
              type: 'login',
              metadata: { name: 'T' },
              content: { itemEmail: 'e', urls: ['https://a.example'], passkeys: [{ rpId: 'a' }] },
              extraFields: [{ fieldName: 'x', type: 'hidden', data: { content: 'y' } }],
            },
            createTime: 1,
            files: ['a.txt'],
          },
        ],
      },
    },
  };
  const enpass = {
    folders: [{ uuid: 'a', parent_uuid: '', title: 'A' }],
    items: [
      {
        title: 'T',
        category: 'login',
        template_type: 'login.default',
        folders: ['a'],
        fields: [{ type: 'password', label: 'Password', value: 'p', sensitive: 1, history: [{ value: 'old', updated_at: 1 }] }],
        attachments: [{ name: 'a', data: 'aGk=' }],
      },
    ],
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  return {
    bitwarden: await bytesOf(writeBitwarden(all, writing)),
    'bitwarden encrypted': await bytesOf(writeBitwarden(all, exportOptions(password).options, 5000)),
    'bitwarden zip': zipOf([
      { name: 'data.json', data: await bytesOf(writeBitwarden(all, writing)) },
      { name: 'attachments/x/a', data: Buffer.from('hello') },
    ]),
    'bitwarden csv': Buffer.from(csv(bitwardenColumns, ['A', '1', 'login', 'n', 'x', 'a: b', '0', 'https://a.example', 'u', 'p', ''])),
    'kdbx 4': await bytesOf(
      writeKdbx(all, { ...exportOptions(password).options, argon2: options.argon2 }, { memoryKiB: 64, iterations: 1, parallelism: 1 }),
    ),
    'kdbx 3': writeKdbx3(
      (protect, hash) =>
        keepass
          .replace('<Meta>', `<Meta><HeaderHash>${hash}</HeaderHash>`)
          .replace('<Value>old', `<Value Protected="True">${protect(Buffer.from('old')).toString('base64')}`),
      { rounds: 1 },
    ),
    'kdbx 3 plain': writeKdbx3(() => keepass, { rounds: 1, compressed: false, cipher: 'chacha20' }),
    'keepass-xml': Buffer.from(keepass),
    '1pux': zipOf([
      { name: 'export.data', data: json(onePassword) },
      { name: 'files/d__f', data: Buffer.from('x') },
    ]),
    'proton json': json(proton),
    'proton zip': zipOf([
      { name: 'Proton Pass/data.json', data: json(proton) },
      { name: 'Proton Pass/files/a.txt', data: Buffer.from('x') },
    ]),
    'proton pgp': sealPgp(json(proton), password),
    enpass: json(enpass),
    cxf: await bytesOf(writeCxf(all, writing)),
    'vault json': await bytesOf(writeVaultJson(all, writing)),
    'vault csv': await bytesOf(writeVaultCsv(all, writing)),
    chrome: Buffer.from('name,url,username,password,note\n"a, b",https://a.example,u,"p""w",n\r\nb,,v,w\n'),
    lastpass: Buffer.from(
      'url,username,password,totp,extra,name,grouping,fav\nhttp://sn,,,,"NoteType:Server\nUsername:u\nNotes:x",s,A\\B,1\n,,,,broken\nline,b,,0\n',
    ),
    nordpass: Buffer.from(
      'name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,type,custom_fields,additional_urls\na,https://a.example,u,p,n,,,,,,F,password,"[{""label"":""x"",""value"":""y""}]","[""https://b.example""]"\n',
    ),
    roboform: Buffer.from(
      'Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2\nT,https://a.example,,u,\'@p,,/F,"User ID$,,,txt,u","TOTP KEY$,,,txt,GEZDGNBVGY3TQOJQ"\n',
    ),
    firefox: Buffer.from(
      'url,username,password,httpRealm,formActionOrigin,guid,timeCreated,timeLastUsed,timePasswordChanged\nhttps://a.example,u,p,realm,https://b.example,{1},1600000000000,1700000000000,1650000000123\nA title,u,p,,,,x,,-1\n',
    ),
    apple: Buffer.from(
      'Title,URL,Username,Password,Notes,OTPAuth\na.example (u),https://a.example,u,p,"two\nlines",otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\n',
    ),
    dashlane: Buffer.from(
      'username,username2,username3,title,password,note,url,category,otpUrl\nu,v,w,T,p,n,https://t.example,Work,JBSWY3DPEHPK3PXP\n',
    ),
    'dashlane zip': zipOf([
      { name: 'credentials.csv', data: Buffer.from('username,username2,username3,title,password\nu,,,T,p\n') },
      { name: 'securenotes.csv', data: Buffer.from('title,note\nN,n\n') },
      { name: 'payments.csv', data: Buffer.from('type,account_name,cc_number,code,expiration_month\ncard,A,4242,1,01\n') },
    ]),
    '1password-csv': Buffer.from(
      'Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nT,https://a.example,u,p,otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ,true,false,a;b,"n, ""m"""\n',
    ),
    'keepassxc-csv': Buffer.from(
      '"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n"Root/A/B","t","u","{REF:P@I:00}","https://a.example","n","","0","2020-01-01T00:00:00Z","2020-01-01T00:00:00Z"\n"Root/Recycle Bin","old","","p","","","","0","",""\n',
    ),
    'proton csv': Buffer.from(
      'type,name,url,email,username,password,note,totp,createTime,modifyTime,vault\nlogin,L,"https://a.example/, https://b.example/",e,u,p,n,otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ,1600000000,1700000000,P\n',
    ),
    pass: Buffer.from(
      'pw\n---\nlogin: me\nURL: https://a.example\npin: 1234\notpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\n\nSome words.\nkey: no more\n',
    ),
    utf16: Buffer.from('\uFEFFname,url,username,password\na,https://a.example,u,p\n', 'utf16le'),
    gzip: gzipSync('x'),
  };
}

/** Pieces that parsers know, to be put where they do not belong. */
const pieces = [
  '"',
  ',',
  '\n',
  '\r',
  '\0',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  '&a;',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  ']]>',
  '-->',
  '\uFEFF',
  'PK\u0003\u0004',
  '\u00ff\u00ff\u00ff\u00ff',
  '1e999',
  '-1',
  'null',
  'true',
  '__proto__',
  '\\ud800',
  '9'.repeat(30),
  'otpauth://totp/%?secret=%',
  '{REF:P@I:',
  '%',
  'A'.repeat(5000),
  '['.repeat(5000),
  '<a>'.repeat(500),
];

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), length: fc.nat(200) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), piece: fc.constantFrom(...pieces) }),
  fc.record({ kind: fc.constant('copy' as const), at: fc.nat(), from: fc.nat(), length: fc.nat(300) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat() }),
);

function mutate(seed: Buffer, mutations: readonly (typeof mutation extends fc.Arbitrary<infer M> ? M : never)[]): Buffer {
  let bytes: Buffer = Buffer.from(seed);
  for (const change of mutations) {
    const at = change.at % (bytes.length + 1);
    if (change.kind === 'byte' && at < bytes.length) bytes[at] = change.value;
    else if (change.kind === 'cut') bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.length)]);
    else if (change.kind === 'insert') bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(change.piece), bytes.subarray(at)]);
    else if (change.kind === 'copy') {
      const from = change.from % (bytes.length + 1);
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + change.length), bytes.subarray(at)]);
    } else if (change.kind === 'end') bytes = bytes.subarray(0, at);
  }
  return bytes;
}

/** A mutation may ask for work that is within bounds and takes its time: that is what the bounds are for. */
function asksForWork(bytes: Buffer): boolean {
  try {
    const { kdf } = readHeader(bytes);
    return kdf.kind === 'aes' && kdf.rounds > 1_000_000;
  } catch {
    return false;
  }
}

/** Reads a file as one of the format; of no known one, as that which it looks like. */
function readAs(name: string, bytes: Buffer): AsyncIterable<ImportResult> | Iterable<ImportResult> {
  if (name === 'pass') {
    return readPassStore([{ path: 'work/db.gpg', read: () => bytes }], { decrypt: (message) => Promise.resolve(message) });
  }
  const source = bytesSource(bytes, 'file');
  const format = fileFormats.find((candidate) => candidate.name === name) ?? detectFormat(source);
  return format.read(source, options);
}

/** Reads a file whatever it is: items that can be stored, or a VaultError, without hanging. */
async function expectSafe(name: string, bytes: Buffer): Promise<void> {
  if (asksForWork(bytes)) return;
  const begun = workSeconds();
  try {
    for await (const result of readAs(name, bytes)) {
      if (!('item' in result)) continue;
      expectStorable(result.item);
      for (const file of result.item.attachments) {
        try {
          file.read();
        } catch (error) {
          expect(error).toBeInstanceOf(VaultError);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    expect(error.cause).toBeUndefined();
  }
  expect(workSeconds() - begun).toBeLessThan(muchWork);
}

describe('a file that is anything', () => {
  it('is read or refused by every format, and never hangs', async () => {
    const all = await seeds();
    const names = Object.keys(all);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('itself', ...importFormats.map(({ name }) => name)),
        async (seed, mutations, format) => {
          const bytes = mutate(all[seed] ?? Buffer.alloc(0), mutations);
          await expectSafe(format === 'itself' ? (seed.split(' ')[0] ?? seed) : format, bytes);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('was sound before it was changed', async () => {
    for (const [name, bytes] of Object.entries(await seeds())) {
      if (name === 'gzip') continue;
      const results: ImportResult[] = [];
      for await (const result of readAs(name === 'pass' ? name : 'auto', bytes)) results.push(result);
      expect([name, results.some((result) => 'item' in result)]).toEqual([name, true]);
    }
  });

  it('is detected or refused, however it looks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (bytes, name) => {
        try {
          detectFormat(bytesSource(bytes, name));
        } catch (error) {
          expect(error).toBeInstanceOf(VaultError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('never repeats in an error what it holds', async () => {
    const secret = 'hunter2-is-my-password';
    const texts = [
      `{"items":[{"name":"x","login":{"password":"${secret}"`,
      `name,url,username,password\na,b,c,"${secret}`,
      `<KeePassFile><Value>${secret}</KeePassFile>`,
      `{"format":"vault","version":1,"entries":[\n{"password":"${secret}"`,
      secret,
    ];
    for (const text of texts) {
      for (const { name, read } of fileFormats) {
        const reading = async () => {
          for await (const result of read(bytesSource(Buffer.from(text)), options)) {
            if ('problem' in result) expect([name, JSON.stringify(result.problem).includes(secret)]).toEqual([name, false]);
          }
        };
        const error: unknown = await reading().catch((reason: unknown) => reason);
        if (error !== undefined) expect(error).toBeInstanceOf(VaultError);
        const shown =
          error instanceof VaultError
            ? [error.message, error.hint, JSON.stringify(error.details), String(error.cause), error.stack].join()
            : '';
        expect([name, shown.includes(secret)]).toEqual([name, false]);
      }
    }
  });
});
