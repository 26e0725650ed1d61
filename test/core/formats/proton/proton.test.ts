import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { sealPgp } from '../pgp/seal.ts';
import { only, readAs, readDetected, shownFields } from '../support.ts';
import { zipOf } from '../zip-support.ts';
import { file, item, login } from './support.ts';

describe('Proton Pass JSON', () => {
  it('gives logins with address and name, times, trash, and tags of vault and pin', async () => {
    const { items, problems } = await readDetected('proton', file([{ ...login, state: 2, pinned: true }]));
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        username: 'me',
        password: 'pw',
        urls: ['https://a.example'],
        tags: ['Personal', 'favorite'],
        fields: [{ name: 'email', value: 'me@a.example', hidden: false }],
      },
      createdAt: '2023-07-12T17:27:48.000Z',
      updatedAt: '2023-07-12T17:27:49.000Z',
      trashed: true,
    });
  });

  it('knows the one username of files before 1.18, and the addresses of newer ones', async () => {
    const { items } = await readAs(
      'proton',
      file([
        item('login', { username: 'old', password: 'p' }),
        item('login', { itemEmail: 'only@a.example', autofillUrls: [{ url: 'https://b.example', mode: 1 }] }),
      ]),
    );
    expect(items.map(({ content }) => [content.username, content.urls])).toEqual([
      ['old', []],
      ['only@a.example', ['https://b.example']],
    ]);
  });

  it('keeps own fields of every kind, cards, identities, aliases and kinds that came later', async () => {
    const extraFields = [
      { fieldName: 'plain', type: 'text', data: { content: 'a' } },
      { fieldName: 'hush', type: 'hidden', data: { content: 'b' } },
      { fieldName: 'second', type: 'totp', data: { totpUri: 'JBSWY3DPEHPK3PXP' } },
    ];
    const { items, problems } = await readAs(
      'proton',
      file([
        item('login', { totpUri: 'GEZDGNBVGY3TQOJQ' }, {}, { extraFields }),
        item('creditCard', {
          cardholderName: 'J',
          cardType: 0,
          number: '4111',
          verificationNumber: '1',
          expirationDate: '2025-01',
          pin: '9',
        }),
        item('identity', {
          fullName: 'Jane',
          socialSecurityNumber: '12',
          extraPersonalDetails: [{ fieldName: 'own', type: 'hidden', data: { content: 'x' } }],
          extraSections: [{ sectionName: 'S', sectionFields: [{ fieldName: 'in', type: 'text', data: { content: 'y' } }] }],
        }),
        item('alias', {}, { aliasEmail: 'x@passinbox.example' }),
        item('wifi', {
          ssid: 'net',
          password: 'pw',
          security: 2,
          sections: [{ sectionFields: [{ fieldName: 'more', type: 'text', data: { content: 'z' } }] }],
        }),
      ]),
    );
    expect(problems).toEqual([]);
    expect(items.map((found) => [found.content.username, shownFields(found)])).toEqual([
      [null, ['plain=a', 'hush*=b', 'second*=otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP']],
      [
        null,
        ['kind=credit card', 'cardholder name=J', 'card number*=4111', 'card verification number*=1', 'expiration date=2025-01', 'pin*=9'],
      ],
      [null, ['kind=identity', 'full name=Jane', 'social security number*=12', 'own*=x', 'in=y']],
      ['x@passinbox.example', ['kind=alias']],
      [null, ['kind=wifi', 'ssid=net', 'password*=pw', 'security=2', 'more=z']],
    ]);
  });

  it('tells fields of one name in two sections apart, and keeps what it does not know of an item', async () => {
    const section = (sectionName: string, content: string) => ({
      sectionName,
      sectionFields: [{ fieldName: 'pin', type: 'hidden', data: { content } }],
    });
    const { items } = await readAs(
      'proton',
      file([
        item('custom', { sections: [section('Live', '1'), section('Trial', '2')] }, { hologram: 'a' }, { depth: 3 }),
        item('alias', { forwardsTo: 'me@a.example' }, { aliasEmail: 'x@passinbox.example' }),
      ]),
    );
    expect(items.map(shownFields)).toEqual([
      ['kind=custom', 'pin*=1', 'Trial pin*=2', 'depth=3', 'hologram=a'],
      ['kind=alias', 'forwards to=me@a.example'],
    ]);
  });

  it('keeps passkeys whole', async () => {
    const { items } = await readAs(
      'proton',
      file([item('login', { passkeys: [{ keyId: 'k', content: 'AAEC', rpId: 'a.example', userName: 'me' }] })]),
    );
    expect(shownFields(only(items))).toEqual(['passkey a.example*={"keyId":"k","content":"AAEC","rpId":"a.example","userName":"me"}']);
  });

  it('nests folders below their vault, those that go in circles too', async () => {
    const folders = [
      { folderId: 'a', parentFolderId: null, name: 'A' },
      { folderId: 'b', parentFolderId: 'a', name: 'B' },
      { folderId: 'c', parentFolderId: 'd', name: 'C' },
      { folderId: 'd', parentFolderId: 'c', name: 'D' },
    ];
    const { items } = await readDetected(
      'proton',
      file(
        ['b', 'c', null].map((folderId) => ({ ...login, folderId })),
        { folders },
      ),
    );
    expect(items.map(({ content }) => content.tags[0])).toEqual(['Personal/A/B', 'Personal/D/C', 'Personal']);
  });

  it('is refused without vaults', async () => {
    await expect(readAs('proton', '{"items":[]}')).rejects.toThrow(vaultError('invalid_request'));
  });
});

describe("Proton Pass's archive", () => {
  const withFiles = file([{ ...login, files: ['photo.png', 'abcdabcdabcdabcd', 'lost'] }]);
  const files = [
    { name: 'Proton Pass/files/photo.png', data: Buffer.from('one') },
    { name: 'Proton Pass/files/abcdabcdabcdabcd-my file.txt', data: Buffer.from('two') },
  ];

  it('brings the files of items, and reports those that are missing', async () => {
    const { items, problems } = await readDetected(
      'proton',
      zipOf([{ name: 'Proton Pass/data.json', data: Buffer.from(withFiles), stored: true }, ...files]),
    );
    expect(only(items).attachments.map((attachment) => [attachment.name, Buffer.from(attachment.read()).toString()])).toEqual([
      ['photo.png', 'one'],
      ['my file.txt', 'two'],
    ]);
    expect(shownFields(only(items))).toEqual(['email=me@a.example']);
    expect(problems).toEqual([{ place: 'item 1 (T)', message: 'has a file that is not in the archive' }]);
  });

  it('opens with its passphrase, encrypted whole or within', async () => {
    const password = { filePassword: () => Promise.resolve('pässphrase') };
    const whole = sealPgp(zipOf([{ name: 'Proton Pass/data.json', data: Buffer.from(withFiles) }, ...files]), 'pässphrase');
    const within = zipOf([{ name: 'Proton Pass/data.pgp', data: sealPgp(Buffer.from(withFiles), 'pässphrase') }, ...files]);
    const bare = sealPgp(Buffer.from(file([login])), 'pässphrase');
    for (const bytes of [whole, within, bare]) {
      expect(only((await readDetected('proton', bytes, password)).items).content.password).toBe('pw');
      await expect(readAs('proton', bytes, { filePassword: () => Promise.resolve('wrong') })).rejects.toThrow(
        vaultError('incorrect_password'),
      );
      await expect(readAs('proton', bytes)).rejects.toThrow(vaultError('invalid_request'));
    }
  });
});
