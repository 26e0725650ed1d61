import { describe, expect, it } from 'vitest';
import { writeBitwarden } from '../../../../src/core/formats/bitwarden/write.ts';
import type { ExportedEntry } from '../../../../src/core/formats/export.ts';
import { bytesOf, exported, exportOptions, passkey, passkeyField } from '../entries.ts';

type Document = Readonly<Record<string, unknown>> & { items: Record<string, unknown>[] };

async function written(entries: readonly ExportedEntry[], password: string | null = null): Promise<Document> {
  return JSON.parse((await bytesOf(writeBitwarden(entries, exportOptions(password).options, 5000))).toString()) as Document;
}

const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;

describe('what Bitwarden is given', () => {
  it('is a login of each entry, whole, in its own words', async () => {
    const all = exported({
      totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
      notes: 'n',
      urls: ['https://a.example', 'https://b.example'],
      fields: [
        { name: 'plain', value: '1', hidden: false },
        { name: 'pin', value: '2', hidden: true },
      ],
      tags: ['Work', 'favorite'],
      passwordChangedAt: '2024-02-02T00:00:00.000Z',
    });
    const { id: _, revision: __, createdAt: ___, ...held } = all.entry;
    const earlier = (password: string) => ({
      ...held,
      password,
      passwordChangedAt: '2023-01-01T00:00:00.000Z',
      trashed: false,
      attachments: [],
    });
    expect(await written([{ ...all, trashed: true, history: [earlier('oldest'), earlier('old')] }])).toEqual({
      encrypted: false,
      writtenByVault: true,
      folders: [{ id: uuid, name: 'Work' }],
      items: [
        {
          passwordHistory: [
            { lastUsedDate: '2024-02-02T00:00:00.000Z', password: 'old' },
            { lastUsedDate: '2023-01-01T00:00:00.000Z', password: 'oldest' },
          ],
          revisionDate: '2024-02-03T04:05:06.789Z',
          creationDate: '2024-01-02T03:04:05.678Z',
          deletedDate: '2024-02-03T04:05:06.789Z',
          id: '11111111-2222-4333-8444-555555555555',
          organizationId: null,
          folderId: uuid,
          type: 1,
          reprompt: 0,
          name: 'example.com',
          notes: 'n',
          favorite: true,
          fields: [
            { name: 'plain', value: '1', type: 0, linkedId: null },
            { name: 'pin', value: '2', type: 1, linkedId: null },
          ],
          login: {
            fido2Credentials: [],
            uris: [
              { match: null, uri: 'https://a.example' },
              { match: null, uri: 'https://b.example' },
            ],
            username: 'me',
            password: 'secret',
            totp: 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP',
            passwordRevisionDate: '2024-02-02T00:00:00.000Z',
          },
          collectionIds: null,
        },
      ],
    });
  });

  it('says of an entry without folder, trash and earlier passwords that there are none', async () => {
    const { items } = await written([exported()]);
    expect(items).toEqual([
      expect.objectContaining({ passwordHistory: null, deletedDate: null, folderId: null, favorite: false, fields: [] }),
    ]);
  });

  it('holds what it has no place for in one hidden field, and nowhere else', async () => {
    const fields = [
      { name: 'empty', value: '', hidden: false },
      { name: 'vault.extra', value: 'x', hidden: false },
      { name: 'kept', value: 'y', hidden: false },
    ];
    const pending = { password: 'new', createdAt: '2024-01-02T03:04:05.678Z' };
    const urls = ['https://a.example', 'https://a.example'];
    const { items, folders } = await written([exported({ fields, urls, tags: ['Work', 'Bank'] }, { pending })]);
    expect([items[0]?.['fields'], (items[0]?.['login'] as Document)['uris'], folders]).toEqual([
      [
        { name: 'kept', value: 'y', type: 0, linkedId: null },
        {
          name: 'vault.extra',
          value: JSON.stringify({ pending, fields: fields.slice(0, 2), urls, tags: ['Bank'] }),
          type: 1,
          linkedId: null,
        },
      ],
      [],
      [{ id: uuid, name: 'Work' }],
    ]);
  });

  it("holds a code of Steam's under Steam's address only where that says all of it", async () => {
    const steam = 'otpauth://totp/Steam?secret=ABCDEFGH&issuer=Steam&digits=5&encoder=steam';
    const labelled = steam.replace('/Steam?', '/Steam:me?');
    const slower = steam.replace('&encoder', '&period=60&encoder');
    const { items } = await written([steam, labelled, slower].map((totp) => exported({ totp })));
    expect(items.map(({ login }) => (login as Document)['totp'])).toEqual(['steam://ABCDEFGH', labelled, slower]);
  });

  it('holds a passkey in its words, of all that it needs', async () => {
    const { items } = await written([exported({ fields: [passkeyField] })]);
    expect((items[0]?.['login'] as Document)['fido2Credentials']).toEqual([
      {
        credentialId: 'b64.AQID',
        keyType: 'public-key',
        keyAlgorithm: 'ECDSA',
        keyCurve: 'P-256',
        keyValue: passkey.key,
        userName: 'me',
        counter: '0',
        discoverable: 'true',
        rpId: 'a.example',
        userHandle: 'BA',
        userDisplayName: 'Me',
      },
    ]);
  });

  it('is sealed with a salt of its own where there is a password, and says how the key is derived', async () => {
    const sealed = expect.stringMatching(/^2\.[^|]{24}\|[^|]+\|[^|]{44}$/) as string;
    const salt = expect.stringMatching(/^[A-Za-z0-9+/]{22}==$/) as string;
    const documents = [await written([exported()], 'pässword'), await written([exported()], 'pässword')];
    for (const document of documents) {
      expect(document).toEqual({
        encrypted: true,
        passwordProtected: true,
        salt,
        kdfType: 0,
        kdfIterations: 5000,
        kdfMemory: null,
        kdfParallelism: null,
        encKeyValidation_DO_NOT_EDIT: sealed,
        data: sealed,
      });
    }
    expect(documents[0]?.['salt']).not.toBe(documents[1]?.['salt']);
  });
});
