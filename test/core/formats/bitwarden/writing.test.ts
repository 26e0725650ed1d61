import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeBitwarden } from '../../../../src/core/formats/bitwarden/write.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions, passkey, passkeyField } from '../entries.ts';
import { only, readAs, readDetected } from '../support.ts';

describe("Bitwarden's JSON", () => {
  it('comes back but for attachments and all of earlier revisions but their passwords, and lists in any order', async () => {
    const { options } = exportOptions();
    await fc.assert(
      fc.asyncProperty(entries, (all) =>
        expectRoundTrip(
          (list) => writeBitwarden(list, options),
          'bitwarden',
          { attachments: true, order: true, history: 'but passwords' },
          all,
        ),
      ),
      { numRuns: 200 },
    );
  });

  it('is protected where a password is given', async () => {
    const { options } = exportOptions('pässword');
    const file = await bytesOf(writeBitwarden([exported()], options, 5000));
    expect(file.toString()).not.toContain('example.com');
    expect(only((await readDetected('bitwarden', file, { filePassword: () => Promise.resolve('pässword') })).items).content.password).toBe(
      'secret',
    );
    await expect(readAs('bitwarden', file, { filePassword: () => Promise.resolve('wrong') })).rejects.toThrow(
      vaultError('incorrect_password'),
    );
  });

  it("has folders, favourites and Steam's codes in Bitwarden's words", async () => {
    const totp = 'otpauth://totp/Steam?secret=ABCDEFGH&issuer=Steam&digits=5&encoder=steam';
    const text = (
      await bytesOf(
        writeBitwarden([exported({ tags: ['favorite', 'Work', 'more'], totp }), exported({ tags: ['Work'] })], exportOptions().options),
      )
    ).toString();
    const file = JSON.parse(text) as { folders: { id: string; name: string }[]; items: Record<string, unknown>[] };
    expect(file.folders.map(({ name }) => name)).toEqual(['Work']);
    expect(file.items[0]).toMatchObject({
      folderId: file.folders[0]?.id,
      favorite: true,
      login: { totp: 'steam://ABCDEFGH' },
      fields: [{ name: 'vault.extra', type: 1 }],
    });
    expect(file.items[1]).toMatchObject({ folderId: file.folders[0]?.id, favorite: false, fields: [] });
  });
});

describe('a passkey', () => {
  it('goes out in its words, with the same keys on the way back', async () => {
    const text = await bytesOf(writeBitwarden([exported({ fields: [passkeyField] })], exportOptions().options));
    expect(JSON.parse(text.toString())).toMatchObject({
      items: [
        { login: { fido2Credentials: [{ credentialId: 'b64.AQID', keyValue: passkey.key, userName: 'me', counter: '0' }] }, fields: [] },
      ],
    });
    const [back] = only((await readDetected('bitwarden', text)).items).content.fields;
    expect(back).toMatchObject({ name: passkeyField.name, hidden: true });
    expect(JSON.parse(back?.value ?? '')).toMatchObject(passkey);
  });

  it('stays a field where its counter was in use, or its key is of another kind', async () => {
    const used = { ...passkeyField, value: JSON.stringify({ ...passkey, counter: '7' }) };
    const other = { ...passkeyField, value: JSON.stringify({ ...passkey, key: 'MC4CAQAwBQYDK2Vw' }) };
    for (const kept of [used, other]) {
      const text = await bytesOf(writeBitwarden([exported({ fields: [kept] })], exportOptions().options));
      expect(only((await readDetected('bitwarden', text)).items).content.fields).toEqual([kept]);
    }
  });
});
