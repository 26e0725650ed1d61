import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeBitwarden } from '../../../src/core/formats/bitwarden/write.ts';
import { writeCxf } from '../../../src/core/formats/cxf/write.ts';
import type { ExportedEntry } from '../../../src/core/formats/export.ts';
import { exportFormat, exportFormats } from '../../../src/core/formats/exporters.ts';
import { encryptAge } from '../../../src/core/formats/vault/age.ts';
import { guarded, writeVaultCsv } from '../../../src/core/formats/vault/csv.ts';
import { writeVaultJson } from '../../../src/core/formats/vault/json.ts';
import { vaultError } from '../support.ts';
import { bytesOf, exported, exportedEntry, exportOptions, expectSurvived, type Losses } from './entries.ts';
import { only, readAs, readDetected } from './support.ts';

const entries = fc.array(exportedEntry, { maxLength: 3 });

/** Writes entries, reads them as `vault import auto` would, and compares. */
async function expectRoundTrip(
  write: (all: readonly ExportedEntry[]) => AsyncIterable<Uint8Array>,
  format: string,
  losses: Losses,
  all: readonly ExportedEntry[],
): Promise<void> {
  const { items, problems } = await readDetected(format, await bytesOf(write(all)));
  expect(problems).toEqual([]);
  expect(items).toHaveLength(all.length);
  all.forEach((before, at) => {
    const item = items[at];
    if (item !== undefined) expectSurvived(before, item, losses);
  });
}

describe('an export comes back', () => {
  it('from our JSON exactly', async () => {
    const { options } = exportOptions();
    await fc.assert(
      fc.asyncProperty(entries, (all) => expectRoundTrip((list) => writeVaultJson(list, options), 'vault', {}, all)),
      { numRuns: 200 },
    );
  });

  it('from our CSV but for attachments and earlier revisions', async () => {
    const { options } = exportOptions();
    await fc.assert(
      fc.asyncProperty(entries, (all) =>
        expectRoundTrip((list) => writeVaultCsv(list, options), 'vault', { attachments: true, history: 'all' }, all),
      ),
      { numRuns: 200 },
    );
  });

  it("from Bitwarden's JSON but for attachments and all of earlier revisions but their passwords, and lists in any order", async () => {
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

  it('from the exchange format but for attachments, earlier revisions, the trash, milliseconds and when passwords changed', async () => {
    const { options } = exportOptions();
    const losses = {
      attachments: true,
      trash: true,
      milliseconds: true,
      passwordChangedAt: true,
      order: true,
      totpLabel: true,
      history: 'all',
    } as const;
    await fc.assert(
      fc.asyncProperty(entries, (all) => expectRoundTrip((list) => writeCxf(list, options), 'cxf', losses, all)),
      { numRuns: 200 },
    );
  });
});

describe('what a format cannot hold', () => {
  it('is reported: attachments, and the trash in the exchange format', async () => {
    const all = [exported({}, { trashed: true, attachments: [{ name: 'a', read: () => new Uint8Array(1) }] })];
    for (const [name, count] of [
      ['bitwarden', 1],
      ['csv', 1],
      ['cxf', 2],
      ['kdbx', 0],
    ] as const) {
      const { options, problems } = exportOptions(name === 'kdbx' ? 'password' : null);
      await bytesOf(exportFormat(name)?.write(all, options) ?? writeVaultJson([], options));
      expect([name, problems.length]).toEqual([name, count]);
      expect(problems.every(({ place }) => place === 'example.com')).toBe(true);
    }
  });

  it('is reported: files that would make a line of our JSON longer than whoever reads it can take', async () => {
    const file = (name: string, bytes: number) => ({ name, read: () => Buffer.alloc(bytes, name) });
    const attachments = [file('a', 600), file('large', 3000), file('b', 600)];
    const { options, problems } = exportOptions();
    const written = await bytesOf(writeVaultJson([exported({}, { attachments })], options, 3000));
    const { items } = await readDetected('vault', written);
    expect(items[0]?.attachments.map(({ name, read }) => [name, read().length])).toEqual([
      ['a', 600],
      ['b', 600],
    ]);
    expect(problems).toEqual([{ place: 'example.com', message: expect.stringContaining('large is left out') as string }]);
  });
});

describe('an age export', () => {
  it('opens with its passphrase, also in armor', async () => {
    const { options } = exportOptions();
    const all = [exported({ notes: 'ä' }), exported({ name: 'second' })];
    const file = await bytesOf(encryptAge(writeVaultJson(all, options), 'pässphrase', 10));
    const armored = `-----BEGIN AGE ENCRYPTED FILE-----\n${file.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END AGE ENCRYPTED FILE-----\n`;
    for (const bytes of [file, Buffer.from(armored)]) {
      const { items } = await readDetected('vault', bytes, { filePassword: () => Promise.resolve('pässphrase') });
      expect(items.map(({ content }) => [content.name, content.notes])).toEqual([
        ['example.com', 'ä'],
        ['second', null],
      ]);
    }
  });

  it('says that the passphrase is wrong or missing, and is refused where it is damaged', async () => {
    const file = await bytesOf(encryptAge(writeVaultJson([exported()], exportOptions().options), 'one', 10));
    await expect(readAs('vault', file, { filePassword: () => Promise.resolve('two') })).rejects.toThrow(vaultError('incorrect_password'));
    await expect(readAs('vault', file)).rejects.toThrow(vaultError('invalid_request'));
    const filePassword = () => Promise.resolve('one');
    for (const at of [30, file.length - 300, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(readAs('vault', changed, { filePassword })).rejects.toThrow();
      await expect(readAs('vault', file.subarray(0, at), { filePassword })).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('is written by name, of a work that takes a while to guess', async () => {
    const { options } = exportOptions('pässphrase');
    const file = await bytesOf(exportFormat('age')?.write([exported()], options) ?? writeVaultJson([], options));
    expect(file.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
    expect(only((await readDetected('vault', file, { filePassword: () => Promise.resolve('pässphrase') })).items).content.password).toBe(
      'secret',
    );
  });
});

describe("Vault's JSON", () => {
  it('is one document whose entries have lines of their own', async () => {
    const text = (
      await bytesOf(
        writeVaultJson(
          [exported({}, { attachments: [{ name: 'a', read: () => Buffer.from('hi') }] }), exported()],
          exportOptions().options,
        ),
      )
    ).toString();
    expect(text.split('\n')).toHaveLength(5);
    const document = JSON.parse(text) as { format: string; version: number; entries: { name: string; attachments: unknown[] }[] };
    expect(document).toMatchObject({ format: 'vault', version: 1, exportedAt: '2026-11-22T00:00:00.000Z' });
    expect(document.entries[0]).toMatchObject({ name: 'example.com', trashed: false, attachments: [{ name: 'a', data: 'aGk=' }] });
  });

  it('is read in any other layout too', async () => {
    const text = (await bytesOf(writeVaultJson([exported()], exportOptions().options))).toString();
    const pretty = JSON.stringify(JSON.parse(text), null, 2);
    expect(only((await readDetected('vault', pretty)).items).content.password).toBe('secret');
  });

  it('is refused where it is cut short, goes on behind its end, or comes from a newer version', async () => {
    const text = (await bytesOf(writeVaultJson([exported(), exported()], exportOptions().options))).toString();
    for (let length = 0; length < text.length - 1; length += 50) {
      await expect(readAs('vault', text.slice(0, length))).rejects.toThrow(vaultError('invalid_request'));
    }
    await expect(readAs('vault', `${text}more`)).rejects.toThrow(vaultError('invalid_request'));
    await expect(readAs('vault', text.replace('"version":1', '"version":2'))).rejects.toThrow('newer version');
  });
});

describe("Vault's CSV", () => {
  it('has no cell that a spreadsheet would run, and gives every cell back', () => {
    for (const cell of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1', "'=1", "''=1", '＝1', '\n-1']) {
      expect(guarded(cell)).toBe(`'${cell}`);
    }
    for (const cell of ['', 'a=1', "'a", '1-1', 'https://a.example/?a=b', ' a']) expect(guarded(cell)).toBe(cell);
  });

  it('begins no cell with a formula, whatever the entry holds', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (all) => {
        const text = (await bytesOf(writeVaultCsv(all, exportOptions().options))).toString();
        expect(text).not.toMatch(/(?:^|","|\r\n")[\s]*[=+\-@]/);
      }),
      { numRuns: 50 },
    );
  });

  it('is a table that others read: name, url, username, password, notes', async () => {
    const text = (
      await bytesOf(writeVaultCsv([exported({ notes: 'n', urls: ['https://a.example'] })], exportOptions().options))
    ).toString();
    expect(only((await readAs('chrome', text)).items).content).toMatchObject({
      name: 'example.com',
      username: 'me',
      password: 'secret',
      urls: ['https://a.example'],
      notes: 'n',
    });
  });
});

describe("Bitwarden's JSON", () => {
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
  const key = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg';
  const passkey = { credentialId: 'AQID', rpId: 'a.example', username: 'me', userDisplayName: 'Me', userHandle: 'BA', key };
  const field = { name: 'passkey a.example', value: JSON.stringify(passkey), hidden: true };

  it('goes out as one to the exchange format and comes back the same', async () => {
    const text = await bytesOf(writeCxf([exported({ fields: [field] })], exportOptions().options));
    expect(JSON.parse(text.toString())).toMatchObject({
      accounts: [{ items: [{ credentials: [{ type: 'basic-auth' }, { type: 'passkey', credentialId: 'AQID', key }] }] }],
    });
    expect(only((await readDetected('cxf', text)).items).content.fields).toEqual([field]);
  });

  it('goes out to Bitwarden in its words, with the same keys on the way back', async () => {
    const text = await bytesOf(writeBitwarden([exported({ fields: [field] })], exportOptions().options));
    expect(JSON.parse(text.toString())).toMatchObject({
      items: [{ login: { fido2Credentials: [{ credentialId: 'b64.AQID', keyValue: key, userName: 'me', counter: '0' }] }, fields: [] }],
    });
    const [back] = only((await readDetected('bitwarden', text)).items).content.fields;
    expect(back).toMatchObject({ name: field.name, hidden: true });
    expect(JSON.parse(back?.value ?? '')).toMatchObject(passkey);
  });

  it('stays a field where its counter was in use, or its key is of another kind', async () => {
    const used = { ...field, value: JSON.stringify({ ...passkey, counter: '7' }) };
    const other = { ...field, value: JSON.stringify({ ...passkey, key: 'MC4CAQAwBQYDK2Vw' }) };
    for (const kept of [used, other]) {
      const text = await bytesOf(writeBitwarden([exported({ fields: [kept] })], exportOptions().options));
      expect(only((await readDetected('bitwarden', text)).items).content.fields).toEqual([kept]);
    }
  });
});

describe('the export formats', () => {
  it('are those that are promised, age first', () => {
    expect(exportFormats.map(({ name }) => name)).toEqual(['age', 'bitwarden', 'csv', 'kdbx', 'cxf']);
    expect(exportFormat('zip')).toBeNull();
  });

  it('that are always encrypted need a password', async () => {
    for (const { protection, write } of exportFormats) {
      if (protection === 'always') await expect(bytesOf(write([], exportOptions().options))).rejects.toThrow(vaultError('invalid_request'));
    }
  });

  it('hold a vault without entries', async () => {
    for (const { name, protection, write } of exportFormats) {
      const { options } = exportOptions(protection === 'always' ? 'pw' : null);
      const { items } = await readAs('auto', await bytesOf(write([], options)), { filePassword: () => Promise.resolve('pw') });
      expect([name, items]).toEqual([name, []]);
    }
  });
});
