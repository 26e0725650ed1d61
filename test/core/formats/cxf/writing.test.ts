import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeCxf } from '../../../../src/core/formats/cxf/write.ts';
import { bytesOf, entries, expectRoundTrip, exported, exportOptions, passkey, passkeyField } from '../entries.ts';
import { only, readDetected } from '../support.ts';

describe('an export to the exchange format', () => {
  it('comes back but for attachments, earlier revisions, the trash, milliseconds and when passwords changed', async () => {
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

describe('a passkey', () => {
  it('goes out as one to the exchange format and comes back the same', async () => {
    const text = await bytesOf(writeCxf([exported({ fields: [passkeyField] })], exportOptions().options));
    expect(JSON.parse(text.toString())).toMatchObject({
      accounts: [{ items: [{ credentials: [{ type: 'basic-auth' }, { type: 'passkey', credentialId: 'AQID', key: passkey.key }] }] }],
    });
    expect(only((await readDetected('cxf', text)).items).content.fields).toEqual([passkeyField]);
  });
});
