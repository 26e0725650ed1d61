import { describe, expect, it } from 'vitest';
import { encryptAge } from '../../../../src/core/formats/vault/age.ts';
import { writeVaultJson } from '../../../../src/core/formats/vault/json.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, exported, exportOptions } from '../entries.ts';
import { readAs, readDetected, refusal } from '../support.ts';

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
    const wrong = readAs('vault', file, { filePassword: () => Promise.resolve('two') });
    await expect(wrong).rejects.toThrow(vaultError('incorrect_password'));
    await expect(wrong).rejects.toThrow('the file password is not correct');
    await expect(readAs('vault', file)).rejects.toThrow(refusal('the export is protected by a password, which was not given'));
    const filePassword = () => Promise.resolve('one');
    for (const at of [30, file.length - 300, file.length - 1]) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(readAs('vault', changed, { filePassword })).rejects.toThrow();
      await expect(readAs('vault', file.subarray(0, at), { filePassword })).rejects.toThrow(
        refusal('the age file is damaged, cut short, or not encrypted to a passphrase'),
      );
    }
  });

  it('is written as the entries come, and asks for no more of them where the writing ends early', async () => {
    let given = 0;
    let end: (() => void) | undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    async function* many(): AsyncGenerator<Uint8Array> {
      try {
        for (; given < 1000; given++) yield Promise.resolve(Buffer.alloc(64 * 1024));
      } finally {
        end?.();
      }
    }
    const written = encryptAge(many(), 'pw', 10);
    for (let parts = 0; parts < 3; parts++) expect((await written.next()).done).toBe(false);
    await written.return(undefined);
    await ended;
    expect(given).toBeLessThan(100);
  });
});
