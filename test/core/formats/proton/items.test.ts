import { describe, expect, it } from 'vitest';
import type { ImportedItem } from '../../../../src/core/formats/item.ts';
import { isProton } from '../../../../src/core/formats/proton/read.ts';
import { bytesSource } from '../../../../src/core/formats/source.ts';
import { sealPgp } from '../pgp/seal.ts';
import { csv, only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';
import { file, item, type Json, login } from './support.ts';

async function readItem(one: Json, vault: Json = {}): Promise<ImportedItem> {
  const { items, problems } = await readAs('proton', file([one], vault));
  expect(problems).toEqual([]);
  return only(items);
}

describe('an item of Proton Pass', () => {
  it('is the same entry whole, and nothing that means something to Proton Pass alone becomes a field', async () => {
    const whole = {
      itemId: 'i',
      shareId: 's',
      folderId: 'f',
      data: {
        metadata: { name: 'Site', note: 'first\nsecond', itemUuid: 'u' },
        extraFields: [{ fieldName: 'pin', type: 'hidden', data: { content: '1' } }],
        platformSpecific: { android: { allowedApps: [{ packageName: 'com.a', hashes: ['h'], appName: 'A' }, { packageName: null }] } },
        type: 'login',
        content: {
          itemEmail: 'me@a.example',
          itemUsername: 'me',
          username: 'older',
          password: 'pw',
          urls: ['https://a.example'],
          autofillUrls: [{ url: 'https://b.example' }],
          totpUri: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
          passkeys: [],
        },
      },
      state: 2,
      aliasEmail: 'x@passinbox.example',
      contentFormatVersion: 6,
      createTime: 1689182868,
      modifyTime: 1689182869,
      pinned: true,
      files: [],
    };
    expect(await readItem(whole, { folders: [{ folderId: 'f', name: 'Work' }] })).toEqual({
      content: {
        name: 'Site',
        username: 'me',
        password: 'pw',
        urls: ['https://a.example', 'https://b.example', 'androidapp://com.a'],
        totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
        notes: 'first\nsecond',
        fields: [
          { name: 'email', value: 'me@a.example', hidden: false },
          { name: 'pin', value: '1', hidden: true },
        ],
        tags: ['Personal/Work', 'favorite'],
      },
      createdAt: '2023-07-12T17:27:48.000Z',
      updatedAt: '2023-07-12T17:27:49.000Z',
      passwordChangedAt: null,
      trashed: true,
      pending: null,
      history: [],
      attachments: [],
      place: 'item 1 (Site)',
    });
  });

  it('is neither in the trash nor a favourite where it says nothing of it, and a login where it says nothing of its kind', async () => {
    const { content, trashed } = await readItem({ data: { metadata: { name: 'T' }, content: { password: 'pw' } } });
    expect([content, trashed]).toEqual([
      { name: 'T', username: null, password: 'pw', urls: [], totp: null, notes: null, fields: [], tags: ['Personal'] },
      false,
    ]);
  });

  it('keeps what came later in any of its parts, and whatever a part may lack', async () => {
    const later = {
      hologram: 'a',
      data: { depth: 3, metadata: { name: 'T', colour: 'red' }, type: 'note', content: { mood: 'calm' } },
    };
    const { items, problems } = await readAs('proton', file([later, { ...item('custom', {}), data: { type: 'custom' } }, null, {}]));
    expect(items.map((one) => [one.content.name, shownFields(one)])).toEqual([
      ['T', ['mood=calm', 'colour=red', 'depth=3', 'hologram=a']],
      ['unnamed', ['kind=custom']],
    ]);
    expect(problems.map(({ place, message }) => `${place} ${message}`)).toEqual([
      'item 2 has no name: kept under that of its site or user',
      'item 3 is no item: nothing of it could be read',
      'item 4 holds nothing: left out',
    ]);
  });

  it('has fields of the kinds that were and that may come, by their names', async () => {
    const extraFields = [
      { fieldName: 'day', type: 'timestamp', data: { timestamp: '2025-01-02' } },
      { fieldName: 'older', type: 'text', value: 'v' },
      { type: 'text', data: { content: 'nameless' } },
      { fieldName: 'later', type: 'place', data: { city: 'Town' } },
      { fieldName: 'both', type: 'hidden', data: { content: 'one', hint: 'two' }, hint: 'three', colour: 'red' },
      'loose',
      { fieldName: 'code', type: 'totp', data: { totpUri: 'JBSWY3DPEHPK3PXP' } },
      { fieldName: 'nothing', type: 'text' },
    ];
    const { content } = await readItem(item('login', {}, {}, { extraFields }));
    expect([content.totp, content.fields]).toEqual([
      'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
      [
        { name: 'extra fields', value: 'loose', hidden: true },
        { name: 'day', value: '2025-01-02', hidden: false },
        { name: 'older', value: 'v', hidden: false },
        { name: 'field', value: 'nameless', hidden: false },
        { name: 'later city', value: 'Town', hidden: false },
        { name: 'both', value: 'one', hidden: true },
        { name: 'both hint', value: 'two', hidden: true },
        { name: 'both hint', value: 'three', hidden: true },
        { name: 'both colour', value: 'red', hidden: true },
      ],
    ]);
  });

  it('has the applications of a login as addresses, and whatever else is said of other systems', async () => {
    const read = async (platformSpecific: Json) => readItem(item('login', {}, {}, { platformSpecific }));
    const found = await read({ android: { allowedApps: [{ packageName: 'com.a' }], version: 2 }, ios: { allowed: ['com.b'] }, version: 1 });
    expect([found.content.urls, shownFields(found)]).toEqual([
      ['androidapp://com.a'],
      ['platform ios allowed=com.b', 'platform version=1', 'platform version=2'],
    ]);
    expect(shownFields(await read({ android: 'none' }))).toEqual(['platform android=none']);
  });

  it('may stand in an object by its id; what is no item is reported', async () => {
    const read = async (items: unknown) => {
      const found = await readAs('proton', JSON.stringify({ vaults: { v: { name: 'Personal', items } } }));
      return [found.items.map(({ content }) => content.name), found.problems.map(({ message }) => message)];
    };
    expect(await read({ i: login, j: item('note', {}) })).toEqual([['T', 'T'], []]);
    expect(await read('none')).toEqual([[], ['is no item: nothing of it could be read']]);
    expect(await read(null)).toEqual([[], []]);
    expect(await read(undefined)).toEqual([[], []]);
  });

  it('is a key, a card or an identity with all of its details, the secret ones hidden', async () => {
    const found = await Promise.all([
      readItem(item('sshKey', { privateKey: 'PRIV', publicKey: 'PUB', note: 'n', options: { comment: 'c' } })),
      readItem(item('creditCard', { cardType: 1, number: '4111', verificationNumber: '123', pin: '9' })),
      readItem(item('identity', { fullName: 'J', passportNumber: 'N1', cardType: 'left out' })),
    ]);
    expect(found.map(shownFields)).toEqual([
      ['kind=SSH key', 'private key*=PRIV', 'public key=PUB', 'note=n', 'options comment=c'],
      ['kind=credit card', 'card number*=4111', 'card verification number*=123', 'pin*=9'],
      ['kind=identity', 'full name=J', 'passport number=N1'],
    ]);
  });

  it('tells a section from what stands before it', async () => {
    const field = (content: string): Json => ({ fieldName: 'city', type: 'text', data: { content } });
    const extraSections = [{ sectionName: 'Work', sectionFields: [field('B')] }];
    expect(shownFields(await readItem(item('identity', { city: 'A', extraSections })))).toEqual(['kind=identity', 'city=A', 'Work city=B']);
  });

  it('has its passkeys by the sites that they are for', async () => {
    const passkeys = [{ rpId: 'a.example', domain: 'x' }, { domain: 'b.example' }, {}];
    expect((await readItem(item('login', { passkeys }))).content.fields.map(({ name }) => name)).toEqual([
      'passkey a.example',
      'passkey b.example',
      'passkey',
    ]);
  });
});

describe('a folder of Proton Pass', () => {
  it('need not have a name, nor its vault, and one that nobody knows is none', async () => {
    const folders = [
      { folderId: 'a', parentFolderId: 'unknown', name: 'A' },
      { folderId: 'b', parentFolderId: 'a', name: null },
      { folderId: 'c', parentFolderId: 'b', name: 'C' },
    ];
    const tagsOf = async (name: string | null) => {
      const { items } = await readAs(
        'proton',
        file(
          ['a', 'b', 'c', 'd', undefined].map((folderId) => ({ ...login, folderId })),
          { name, folders },
        ),
      );
      return items.map(({ content }) => content.tags);
    };
    expect(await tagsOf('V')).toEqual([['V/A'], ['V/A'], ['V/A/C'], ['V'], ['V']]);
    expect(await tagsOf(null)).toEqual([['A'], ['A'], ['A/C'], [], []]);
  });

  it('is followed fifty levels up and no further', async () => {
    const folders = Array.from({ length: 60 }, (_, at) => ({ folderId: `${at}`, parentFolderId: `${at - 1}`, name: `${at}` }));
    const { content } = await readItem({ ...login, folderId: '59' }, { folders });
    expect(content.tags).toEqual([['Personal', ...Array.from({ length: 50 }, (_, at) => at + 10)].join('/')]);
  });
});

describe('a file of Proton Pass', () => {
  const data = { name: 'Proton Pass/data.json', data: Buffer.from(file([login])) };
  const isOne = (bytes: string | Uint8Array) => isProton(bytesSource(Buffer.from(bytes)));

  it('is an archive with its data in a folder, JSON with vaults, or a message of PGP', () => {
    expect([zipOf([data]), ' \n{"vaults" : {}}', '{"vaults":{}}', sealPgp(Buffer.from('x'), 'p')].map(isOne)).toEqual(Array(4).fill(true));
    const top = { ...data, name: 'data.json' };
    const others = [zipOf([top]), zipOf([{ ...data, name: 'a/data.jsonl' }]), zipOf([{ ...data, name: 'a/mydata.json' }])];
    expect([...others, zipOf([data]).subarray(0, 60), '{"vaults":[]}', '{"items":[]}', 'x{"vaults":{}}'].map(isOne)).toEqual(
      Array(7).fill(false),
    );
  });

  it('may begin with a line of nothing', async () => {
    expect(only((await readDetected('proton', `\n ${file([login])}`)).items).content.password).toBe('pw');
  });

  it('is refused where it holds no data, no vaults, or what is encrypted twice', async () => {
    await expect(readAs('proton', zipOf([{ name: 'a', data: Buffer.from('{}') }]))).rejects.toThrow('it holds no data.json');
    await expect(readAs('proton', '{"vaults":[]}')).rejects.toThrow('it holds no vaults');
    const twice = sealPgp(sealPgp(Buffer.from(file([login])), 'p'), 'p');
    await expect(readAs('proton', twice, { filePassword: () => Promise.resolve('p') })).rejects.toThrow('encrypted twice');
  });

  it('has the attached files by the names that items give them, with their folders and without', async () => {
    const files = ['a_b.txt', 'abcdabcdabcdabcd-c.txt', 'abcdabcdabcdabc-d.txt'].map((name) => ({
      name: `Proton Pass/files/x/${name}`,
      data: Buffer.from(name),
    }));
    const references = ['a/b.txt', 'a\\b.txt', 'abcdabcdabcdabcd', 'abcdabcdabcdabcd-c.txt', 'abcdabcdabcdabc-d.txt'];
    const json = { ...data, data: Buffer.from(file([{ ...login, files: references }])) };
    const { items, problems } = await readDetected('proton', zipOf([json, ...files]));
    expect(problems).toEqual([]);
    expect(only(items).attachments.map(({ name, size, read }) => [name, size, Buffer.from(read()).toString()])).toEqual([
      ['a_b.txt', 7, 'a_b.txt'],
      ['a_b.txt', 7, 'a_b.txt'],
      ['c.txt', 22, 'abcdabcdabcdabcd-c.txt'],
      ['abcdabcdabcdabcd-c.txt', 22, 'abcdabcdabcdabcd-c.txt'],
      ['abcdabcdabcdabc-d.txt', 21, 'abcdabcdabcdabc-d.txt'],
    ]);
  });

  it('has none of the files that stand elsewhere, or whose names only begin like an id', async () => {
    const inFolder = (folder: string, ...names: string[]) => names.map((name) => ({ name: `${folder}/${name}`, data: Buffer.from(name) }));
    const json = { ...data, data: Buffer.from(file([{ ...login, files: ['a.txt', 'abcdabcdabcdabcd'] }])) };
    const read = async (folder: string) =>
      (await readAs('proton', zipOf([json, ...inFolder(folder, 'a.txt', 'abcdabcdabcdabcde.txt')]))).items;
    const attached = await Promise.all(['files', 'Proton Pass/files', 'Proton Pass/myfiles'].map(read));
    expect(attached.map((items) => only(items).attachments.map(({ name }) => name))).toEqual([['a.txt'], ['a.txt'], []]);
  });

  it('may be a table, whose notes may look like anything', async () => {
    const table = csv(
      ['type', 'name', 'url', 'email', 'username', 'password', 'note', 'totp', 'createTime', 'modifyTime', 'vault'],
      ['login', 'Site', 'https://a.example', 'me@a.example', 'me', 'pw', '\n{"vaults":{}}', '', '1689182868', '1689182869', 'Personal'],
    );
    expect(only((await readDetected('proton', table)).items).content).toMatchObject({ name: 'Site', notes: '\n{"vaults":{}}' });
    await expect(readAs('proton', csv(['name', 'secret'], ['a', 'b']))).rejects.toThrow('Proton Pass');
  });
});
