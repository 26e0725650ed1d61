import { describe, expect, it } from 'vitest';
import { exportFormat, exportFormats } from '../../../src/core/formats/exporters.ts';
import { writeVaultJson } from '../../../src/core/formats/vault/json.ts';
import { vaultError } from '../support.ts';
import { bytesOf, exported, exportOptions } from './entries.ts';
import { only, readAs, readDetected } from './support.ts';

describe('the export formats', () => {
  it('are those that are promised, age first', () => {
    expect(exportFormats.map(({ name, protection, history, extension }) => [name, protection, history, extension])).toEqual([
      ['age', 'always', true, '.age'],
      ['bitwarden', 'optional', true, '.json'],
      ['csv', 'never', false, '.csv'],
      ['kdbx', 'always', true, '.kdbx'],
      ['cxf', 'never', false, '.json'],
    ]);
    for (const format of exportFormats) expect([exportFormat(format.name), format.description.trim() === '']).toEqual([format, false]);
    expect(exportFormat('zip')).toBeNull();
  });

  it('that are always encrypted need a password', async () => {
    const refusals = new Map([
      ['age', 'an age file needs a passphrase'],
      ['kdbx', 'a KDBX file needs a password'],
    ]);
    const always = exportFormats.filter(({ protection }) => protection === 'always');
    expect(always.map(({ name }) => name)).toEqual([...refusals.keys()]);
    for (const { name, write } of always) {
      const refused = bytesOf(write([], exportOptions().options));
      await expect(refused).rejects.toThrow(vaultError('invalid_request'));
      await expect(refused).rejects.toThrow(refusals.get(name));
    }
  });

  it('hold a vault without entries', async () => {
    for (const { name, protection, write } of exportFormats) {
      const { options } = exportOptions(protection === 'always' ? 'pw' : null);
      const { items } = await readAs('auto', await bytesOf(write([], options)), { filePassword: () => Promise.resolve('pw') });
      expect([name, items]).toEqual([name, []]);
    }
  });

  it('report what they cannot hold: attachments, and the trash in the exchange format', async () => {
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

  it('are encrypted, in the default one, with a work that takes a while to guess', async () => {
    const { options } = exportOptions('pässphrase');
    const file = await bytesOf(exportFormat('age')?.write([exported()], options) ?? writeVaultJson([], options));
    expect(file.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> scrypt \S+ 18\n/);
    expect(only((await readDetected('vault', file, { filePassword: () => Promise.resolve('pässphrase') })).items).content.password).toBe(
      'secret',
    );
  });
});
