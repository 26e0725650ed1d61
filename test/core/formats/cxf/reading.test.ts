import { describe, expect, it } from 'vitest';
import { vaultError } from '../../support.ts';
import { only, readAs, readDetected, shownFields } from '../support.ts';
import { concealed, file, item, text } from './support.ts';

describe('the credential exchange format', () => {
  it('gives logins with scope, code, note, tags and collections', async () => {
    const credentials = [
      { type: 'basic-auth', username: text('me'), password: concealed('pw') },
      { type: 'totp', secret: 'JBSWY3DPEHPK3PXP', period: 60, digits: 8, algorithm: 'sha256', issuer: 'Air Canada', username: 'me' },
      { type: 'note', content: text('n') },
    ];
    const collections = [{ id: 'c', title: 'Work', items: [], subCollections: [{ id: 'd', title: 'Servers', items: [{ item: 'i' }] }] }];
    const scope = { urls: ['https://a.example'], androidApps: [{ bundleId: 'com.a' }] };
    const { items, problems } = await readDetected(
      'cxf',
      file([item(credentials, { scope, tags: ['one'], favorite: true, subtitle: 'me' })], { collections }),
    );
    expect(problems).toEqual([]);
    expect(only(items)).toMatchObject({
      content: {
        username: 'me',
        password: 'pw',
        notes: 'n',
        fields: [],
        urls: ['https://a.example', 'androidapp://com.a'],
        tags: ['Work/Servers', 'one', 'favorite'],
        totp: 'otpauth://totp/Air%20Canada:me?secret=JBSWY3DPEHPK3PXP&issuer=Air%20Canada&algorithm=SHA256&digits=8&period=60',
      },
      createdAt: '2024-01-13T10:40:00.000Z',
      updatedAt: '2024-01-14T10:40:00.000Z',
    });
  });

  it('reads an account alone, and takes back the 31 years that iOS adds to its times', async () => {
    const account = JSON.stringify({
      id: 'x',
      username: '',
      email: '',
      collections: [],
      items: [item([], { creationAt: 2735237468, modifiedAt: 2735237468 })],
    });
    expect(only((await readDetected('cxf', account)).items).createdAt).toBe('2025-09-03T20:11:08.000Z');
  });

  it('knows that no time is none, as Google writes it and as it is missing', async () => {
    const { items } = await readAs('cxf', file([item([], { creationAt: -11644473600, modifiedAt: undefined })]));
    expect(only(items)).toMatchObject({ createdAt: null, updatedAt: null });
  });

  it('keeps own fields, documents and kinds that came later by their labels', async () => {
    const credentials = [
      {
        type: 'custom-fields',
        label: 'S',
        fields: [text('a', 'plain'), concealed('b', 'hush'), { fieldType: 'date', value: '2020-01-01' }],
      },
      { type: 'credit-card', number: concealed('4111', 'Card Number'), expiryDate: { fieldType: 'year-month', value: '2027-08' } },
      { type: 'ssh-key', keyType: 'ssh-ed25519', privateKey: 'MC4', keyComment: 'work' },
      { type: 'hologram', depth: 3, nested: { more: 'x' } },
    ];
    expect(shownFields(only((await readAs('cxf', file([item(credentials)]))).items))).toEqual([
      'plain=a',
      'hush*=b',
      'S=2020-01-01',
      'kind=credit card',
      'Card Number*=4111',
      'expiry date=2027-08',
      'kind=ssh key',
      'key type=ssh-ed25519',
      'private key*=MC4',
      'key comment=work',
      'kind=hologram',
      'depth=3',
      'nested more=x',
    ]);
  });

  it('tells own fields of one name apart by the label of their group, and keeps what it does not know of an item', async () => {
    const group = (label: string, value: string) => ({ type: 'custom-fields', id: 'f', label, fields: [text(value, 'pin')] });
    const { items } = await readAs(
      'cxf',
      file([item([group('Live', '1'), group('Trial', '2')], { extensions: [{ name: 'x', depth: 3 }] })]),
    );
    expect(shownFields(only(items))).toEqual(['pin=1', 'Trial pin=2', 'extensions name=x', 'extensions depth=3']);
  });

  it('gives generated passwords and API keys as the password', async () => {
    const { items } = await readAs(
      'cxf',
      file([
        item([{ type: 'generated-password', password: 'gen' }]),
        item([{ type: 'api-key', key: concealed('k', 'API Key'), username: text('me'), url: text('https://api.example') }]),
      ]),
    );
    expect(items.map(({ content }) => [content.username, content.password, content.urls])).toEqual([
      [null, 'gen', []],
      ['me', 'k', ['https://api.example']],
    ]);
  });

  it('keeps passkeys whole, and reports files, which it does not carry', async () => {
    const passkey = { credentialId: 'AQID', rpId: 'a.example', username: 'me', userDisplayName: 'Me', userHandle: 'BA', key: 'MIGH' };
    const { items, problems } = await readAs(
      'cxf',
      file([
        item([
          { type: 'passkey', ...passkey },
          { type: 'file', id: 'f', name: 'x.pdf', decryptedSize: 1 },
        ]),
      ]),
    );
    expect(only(items).content.fields[0]).toEqual({ name: 'passkey a.example', value: JSON.stringify(passkey), hidden: true });
    expect(problems.map(({ message }) => message)).toEqual(['has a file, whose contents the format does not carry']);
  });

  it('is refused without accounts, and nested without end', async () => {
    await expect(readAs('cxf', '{"exporterRpId":"x"}')).rejects.toThrow(vaultError('invalid_request'));
    const nested = `${'[{"subCollections":'.repeat(100_000)}[]${'}]'.repeat(100_000)}`;
    await expect(readAs('cxf', file([item([])]).replace('"collections":[]', `"collections":${nested}`))).rejects.toThrow('too deep');
  });
});
