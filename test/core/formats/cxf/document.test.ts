import { describe, expect, it } from 'vitest';
import { writeCxf } from '../../../../src/core/formats/cxf/write.ts';
import type { ExportedEntry } from '../../../../src/core/formats/export.ts';
import { bytesOf, exported, exportOptions, passkey, passkeyField } from '../entries.ts';
import type { Json } from './support.ts';

interface Document {
  readonly accounts: readonly { readonly items: readonly (Json & { readonly credentials: readonly Json[] })[] }[];
}

async function written(...entries: readonly ExportedEntry[]): Promise<Document> {
  return JSON.parse((await bytesOf(writeCxf(entries, exportOptions().options))).toString()) as Document;
}

/** The credentials of an entry with these parts and no login. */
async function credentialsOf(more: Partial<ExportedEntry['entry']>, rest: Partial<ExportedEntry> = {}): Promise<readonly Json[]> {
  const { accounts } = await written(exported({ username: null, password: null, ...more }, rest));
  return accounts[0]?.items[0]?.credentials ?? [];
}

describe('what the exchange format is given', () => {
  it('is one account of all entries, each whole', async () => {
    const whole = exported({
      totp: 'otpauth://totp/Air%20Canada:me?secret=JBSWY3DPEHPK3PXP&issuer=Air%20Canada&algorithm=SHA256&digits=8&period=60',
      notes: 'n',
      fields: [
        { name: 'plain', value: '1', hidden: false },
        { name: 'pin', value: '2', hidden: true },
      ],
      tags: ['Work', 'favorite'],
    });
    expect(await written(whole, exported({ username: null, urls: [] }))).toEqual({
      version: { major: 1, minor: 0 },
      exporterRpId: 'vault.localhost',
      exporterDisplayName: 'Vault',
      timestamp: 1795305600,
      accounts: [
        {
          id: 'dmF1bHQ',
          username: '',
          email: '',
          collections: [],
          items: [
            {
              id: 'ERERESIiQzOERFVVVVVVVQ',
              creationAt: 1704164645,
              modifiedAt: 1706933106,
              title: 'example.com',
              favorite: true,
              scope: { urls: ['https://example.com/'], androidApps: [] },
              credentials: [
                {
                  type: 'basic-auth',
                  username: { fieldType: 'string', value: 'me' },
                  password: { fieldType: 'concealed-string', value: 'secret' },
                },
                {
                  type: 'totp',
                  secret: 'JBSWY3DPEHPK3PXP',
                  period: 60,
                  digits: 8,
                  username: 'me',
                  algorithm: 'sha256',
                  issuer: 'Air Canada',
                },
                { type: 'note', content: { fieldType: 'string', value: 'n' } },
                {
                  type: 'custom-fields',
                  fields: [
                    { fieldType: 'string', value: '1', label: 'plain' },
                    { fieldType: 'concealed-string', value: '2', label: 'pin' },
                  ],
                },
              ],
              tags: ['Work', 'favorite'],
            },
            expect.objectContaining({
              favorite: false,
              scope: { urls: [], androidApps: [] },
              credentials: [{ type: 'basic-auth', password: { fieldType: 'concealed-string', value: 'secret' } }],
              tags: [],
            }),
          ],
        },
      ],
    });
  });

  it('holds nothing of what there is not', async () => {
    expect(await credentialsOf({})).toEqual([]);
    expect(await credentialsOf({ username: 'me' })).toEqual([{ type: 'basic-auth', username: { fieldType: 'string', value: 'me' } }]);
  });

  it('holds the usual code in few words, and one whose label cannot be read as it stands', async () => {
    const usual = { type: 'totp', secret: 'JBSWY3DPEHPK3PXP', period: 30, digits: 6, algorithm: 'sha1' };
    const codes: [totp: string, credential: Json][] = [
      ['otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP', usual],
      ['otpauth://totp/?secret=jbsw-y3dp-ehpk-3pxp&issuer=', usual],
      [
        'otpauth://totp/?secret=JBSWY3DPEHPK3PXPJA%3D%3D%3D%3D%3D%3D&algorithm=HMAC-SHA-512',
        { ...usual, secret: 'JBSWY3DPEHPK3PXPJA', algorithm: 'sha512' },
      ],
      ['otpauth://totp/A:%20me?secret=JBSWY3DPEHPK3PXP', { ...usual, username: 'me' }],
      ['otpauth://totp/100%25%zz?secret=JBSWY3DPEHPK3PXP', { ...usual, username: '100%25%zz' }],
      ['otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP&period=255', { ...usual, period: 255 }],
    ];
    for (const [totp, credential] of codes) expect([totp, await credentialsOf({ totp })]).toEqual([totp, [credential]]);
  });

  it('holds what it has no place for in one hidden field, and nowhere else', async () => {
    const steam = 'otpauth://totp/Steam?secret=ABCDEFGH&issuer=Steam&digits=5&encoder=steam';
    const slow = 'otpauth://totp/vault?secret=JBSWY3DPEHPK3PXP&period=256';
    const fields = [
      { name: 'empty', value: '', hidden: false },
      { name: 'vault.extra', value: 'x', hidden: false },
      { name: 'kept', value: 'y', hidden: false },
    ];
    const pending = { password: 'new', createdAt: '2024-01-02T03:04:05.678Z' };
    const urls = ['https://a.example', 'https://a.example'];
    for (const totp of [steam, slow]) {
      const { accounts } = await written(exported({ username: null, password: null, totp, fields, urls }, { pending }));
      const [item] = accounts[0]?.items ?? [];
      expect(item?.['scope']).toEqual({ urls: [], androidApps: [] });
      const [{ value, ...extra } = {}] = (item?.credentials[0]?.['fields'] as Json[]).slice(1);
      expect(item?.credentials).toHaveLength(1);
      expect(extra).toEqual({ fieldType: 'concealed-string', label: 'vault.extra' });
      expect(JSON.parse(String(value))).toEqual({ pending, totp, fields: fields.slice(0, 2), urls });
    }
  });

  it('holds a passkey as one where its field would come back the same alone', async () => {
    expect(await credentialsOf({ fields: [passkeyField] })).toEqual([{ type: 'passkey', ...passkey }]);
    const others = [
      { ...passkeyField, name: 'passkey' },
      { ...passkeyField, value: JSON.stringify(passkey, null, 1) },
      { ...passkeyField, value: '[]' },
    ];
    for (const other of others) {
      expect(await credentialsOf({ fields: [other] })).toEqual([
        { type: 'custom-fields', fields: [{ fieldType: 'concealed-string', value: other.value, label: other.name }] },
      ]);
    }
  });

  it('reports each entry that is in the trash or has files', async () => {
    const { options, problems } = exportOptions();
    const file = { name: 'a', read: () => new Uint8Array(1) };
    await bytesOf(writeCxf([exported(), exported({}, { trashed: true }), exported({}, { attachments: [file] })], options));
    expect(problems).toEqual([
      { place: 'example.com', message: 'is in the trash, which this format does not know' },
      { place: 'example.com', message: 'has an attachment, which this format cannot hold' },
    ]);
  });
});
