import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../src/core/errors.ts';
import { detectFormat, fileFormat } from '../../../src/core/formats/registry.ts';
import { bytesSource } from '../../../src/core/formats/source.ts';
import { bitwardenColumns, csv, plainOptions } from './support.ts';
import { muchWork, workSeconds } from '../../support/work.ts';

/** Reads a file that was made to be slow. Its items are not looked at: checking them takes longer than making them. */
async function secondsFor(name: string, text: string): Promise<number> {
  const source = bytesSource(Buffer.from(text));
  const begun = workSeconds();
  try {
    const format = fileFormat(name) ?? detectFormat(source);
    let count = 0;
    for await (const result of format.read(source, plainOptions)) count += 'item' in result ? 1 : 0;
    expect(count).toBeLessThanOrEqual(many);
  } catch (error) {
    expect(error).toBeInstanceOf(VaultError);
  }
  return workSeconds() - begun;
}

const many = 200_000;

describe('a file that was made to be slow', () => {
  const lastpass = ['url', 'username', 'password', 'totp', 'extra', 'name', 'grouping', 'fav'];
  const folders = Array.from({ length: 20_000 }, (_, at) => at);
  const cases: Readonly<Record<string, [format: string, text: () => string]>> = {
    'addresses by the hundred thousand': [
      'bitwarden',
      () => csv(bitwardenColumns, ['', '', 'login', 'n', '', '', '', `https://a.example/${',b.example'.repeat(many)}`, '', '', '']),
    ],
    'commas by the hundred thousand': [
      'bitwarden',
      () => csv(bitwardenColumns, ['', '', 'login', 'n', '', '', '', ','.repeat(many), '', '', '']),
    ],
    'own fields that never end': [
      'bitwarden',
      () => csv(bitwardenColumns, ['', '', 'login', 'n', '', `a: ${'\n'.repeat(many)}`, '', '', '', '', '']),
    ],
    'a key that never ends': [
      'lastpass',
      () => csv(lastpass, ['http://sn', '', '', '', `NoteType:SSH Key\nPrivate Key:-----BEGIN ${'x: y\n'.repeat(many)}`, 'n', '', '0']),
    ],
    'rows that are never whole': ['lastpass', () => `${lastpass.join(',')}\n${'x\n'.repeat(many)}`],
    'columns by the thousand': ['chrome', () => `name,url,username,password${',x'.repeat(9_000)}\n${'a\n'.repeat(many)}`],
    'folders one in the other': [
      'enpass',
      () =>
        JSON.stringify({ folders: folders.map((at) => ({ uuid: `${at}`, parent_uuid: `${at + 1}`, title: 'x'.repeat(50) })), items: [] }),
    ],
    'folders of a vault one in the other': [
      'proton',
      () =>
        JSON.stringify({
          vaults: {
            v: { folders: folders.map((at) => ({ folderId: `${at}`, parentFolderId: `${at + 1}`, name: 'x'.repeat(50) })), items: [] },
          },
        }),
    ],
    'files that are not there': [
      'proton',
      () => JSON.stringify({ vaults: { v: { items: [{ data: {}, files: Array<string>(many).fill('x') }] } } }),
    ],
    'collections that hold one item': [
      'cxf',
      () =>
        JSON.stringify({
          accounts: [
            {
              collections: Array.from({ length: many }, () => ({ title: 't', items: [{ item: 'i' }] })),
              items: [{ id: 'i', title: 'T', credentials: [] }],
            },
          ],
        }),
    ],
    'brackets without end': ['bitwarden', () => '['.repeat(5_000_000)],
    'quotes without end': ['chrome', () => `name,url,username,password\n${'"'.repeat(5_000_001)}`],
    'elements without end': ['keepass-xml', () => `<KeePassFile>${'<a>'.repeat(many)}`],
    'tags without end': [
      'keepass-xml',
      () => `<KeePassFile><Root><Group><Entry><Tags>${'a;'.repeat(many * 10)}</Tags></Entry></Group></Root></KeePassFile>`,
    ],
    'attributes without end': ['keepass-xml', () => `<KeePassFile ${Array.from({ length: many }, (_, at) => `a${at}=""`).join(' ')}/>`],
    'characters by number without end': ['keepass-xml', () => `<KeePassFile>${'&#65;'.repeat(many)}</KeePassFile>`],
    'blanks without end': ['vault', () => `{"format":"vault","version":1,${' '.repeat(5_000_000)}`],
    'a name without end': [
      'chrome',
      () => csv(['name', 'url', 'username', 'password'], ['\n'.repeat(5_000_000), `x${':'.repeat(1_000_000)}`, '', '']),
    ],
    'an address without end': ['chrome', () => csv(['name', 'url', 'username', 'password'], ['', `a.${'b.'.repeat(400_000)}`, '', ''])],
    'a code without end': [
      'chrome',
      () =>
        csv(['name', 'url', 'username', 'password', 'otpauth'], ['n', '', '', '', '']) +
        csv(['T', '', '', '', `key=${'A='.repeat(400_000)}`]),
    ],
  };

  it.each(Object.entries(cases))('%s', async (_, [format, text]) => {
    const file = text();
    expect(await secondsFor(format, file)).toBeLessThan(muchWork);
    expect(await secondsFor('auto', file)).toBeLessThan(muchWork);
  });
});
