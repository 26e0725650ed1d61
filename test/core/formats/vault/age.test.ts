import { describe, expect, it } from 'vitest';
import { encryptAge } from '../../../../src/core/formats/vault/age.ts';
import { writeVaultJson } from '../../../../src/core/formats/vault/json.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, exported, exportOptions } from '../entries.ts';
import { readAs, readDetected } from '../support.ts';

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
});
