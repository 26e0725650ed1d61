import { expect, it } from 'vitest';
import { reportAttachments } from '../../../src/core/formats/export.ts';
import { exported, exportOptions } from './entries.ts';

it('attachments that a format cannot hold are reported with their number', () => {
  const { options, problems } = exportOptions();
  const files = ['a', 'b'].map((name) => ({ name, read: () => new Uint8Array() }));
  for (const count of [0, 1, 2]) reportAttachments(exported({ name: `with ${count}` }, { attachments: files.slice(0, count) }), options);
  expect(problems).toEqual([
    { place: 'with 1', message: 'has an attachment, which this format cannot hold' },
    { place: 'with 2', message: 'has 2 attachments, which this format cannot hold' },
  ]);
});
