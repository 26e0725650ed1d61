import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../../src/core/formats/options.ts';
import { repository } from '../../support/repository.ts';
import { vaultError } from '../support.ts';
import { type Read, readAs, readDetected } from './support.ts';

/** Files from the programs themselves, which may not be part of this repository: beside the checkout, or where SAMPLES says. */
const folder = process.env['SAMPLES'] ?? join(dirname(repository), 'shared', 'samples');

interface Login {
  readonly title: string;
  readonly login: string | null;
  readonly password: string | null;
  readonly url: string | null;
  readonly comments: string | null;
  readonly group: string | null;
}

/** The entries that most of the files hold, from the YAML that lies beside them: flat, with one kind of block. */
function expectedLogins(): Login[] {
  const text = readFileSync(join(folder, 'expected-14.yml'), 'utf8');
  return text
    .slice(text.indexOf('- '))
    .split(/^- /m)
    .slice(1)
    .map((part) => {
      const value = (key: string): string | null => {
        const found = new RegExp(`^ *${key}: (.*)\\n((?:    .*\\n)*)`, 'm').exec(part.trimEnd() + '\n');
        if (found === null) return null;
        const [, plain = '', block = ''] = found;
        if (plain === '|-') return block.replace(/^ {4}/gm, '').trimEnd();
        return plain.startsWith('"') ? String(JSON.parse(plain)) : plain;
      };
      return {
        title: value('title') ?? '',
        login: value('login'),
        password: value('password'),
        url: value('url'),
        comments: value('comments'),
        group: value('group'),
      };
    });
}

function asLogins({ items }: Read, parts: readonly (keyof Login)[]): Partial<Login>[] {
  const all = items.map(({ content }) => ({
    title: content.name,
    login: content.username,
    password: content.password,
    url: content.urls[0] ?? null,
    comments: content.notes,
    group: content.tags[0] ?? null,
  }));
  return sorted(all.map((login) => Object.fromEntries(parts.map((part) => [part, login[part]]))));
}

function sorted<T>(list: T[]): T[] {
  return list.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

function read(name: string, format: string, options: Partial<ImportOptions> = {}): Promise<Read> {
  return readDetected(format, readFileSync(join(folder, name)), options);
}

function expectTheFourteen(found: Read, parts: readonly (keyof Login)[]): void {
  const expected = expectedLogins();
  expect(expected).toHaveLength(14);
  expect(asLogins(found, parts)).toEqual(sorted(expected.map((login) => Object.fromEntries(parts.map((part) => [part, login[part]])))));
}

const all = ['title', 'login', 'password', 'url', 'comments', 'group'] as const;
const withoutGroup = ['title', 'login', 'password', 'url', 'comments'] as const;

if (!existsSync(folder)) {
  const loud = `NOT CHECKED: files from other programs (there are no samples at ${folder}; SAMPLES names their folder)`;
  process.stderr.write(`\n${loud}\n\n`);
  it(loud, () => undefined);
} else {
  describe('samples from the programs themselves', () => {
    it('are those that are known', () => {
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(['expected-14.yml', 'chrome.csv', 'keepass.kdbx']));
    });

    it.each([
      ['bitwarden.csv', 'bitwarden', all],
      ['lastpass.csv', 'lastpass', all],
      ['nordpass.csv', 'nordpass', all],
      ['keepassx2.csv', 'keepassxc-csv', all],
      ['chrome.csv', 'chrome', withoutGroup],
      ['1password8.csv', '1password-csv', withoutGroup],
    ] as const)('%s gives the fourteen', async (name, format, parts) => {
      const found = await read(name, format);
      expect(found.problems).toEqual([]);
      expectTheFourteen(found, parts);
    });

    it('bitwarden.json gives the fourteen', async () => {
      const found = await read('bitwarden.json', 'bitwarden');
      expect(found.problems).toEqual([]);
      expectTheFourteen(found, all);
      expect(found.items.find(({ content }) => content.name === 'aib')?.content.fields).toEqual([
        { name: 'pin', value: '462916', hidden: false },
        { name: 'oldpin', value: '489019', hidden: false },
      ]);
    });

    it('bitwarden-encrypted.json opens with its password', async () => {
      const { items } = await read('bitwarden-encrypted.json', 'bitwarden', { filePassword: () => Promise.resolve('a') });
      expect(items.map(({ content }) => [content.name, content.urls[0]])).toEqual([['KeePassXC', 'https://keepassxc.org']]);
    });

    it('keepass.xml gives the fourteen', async () => {
      const found = await read('keepass.xml', 'keepass-xml');
      expect(found.problems).toEqual([]);
      expectTheFourteen(found, all);
    });

    it('keepass.kdbx gives eighteen entries, two images and four one-time codes', async () => {
      const { items, problems } = await read('keepass.kdbx', 'kdbx', {
        filePassword: () => Promise.resolve('correct horse battery staple'),
      });
      expect(problems).toEqual([]);
      expect(items).toHaveLength(18);
      expect(items.filter(({ content }) => content.totp !== null)).toHaveLength(4);
      const files = items.flatMap(({ attachments }) =>
        attachments.map((file) => [file.name, Buffer.from(file.read()).subarray(0, 3).toString('hex')]),
      );
      expect(files).toEqual([
        ['pass.png', '89504e'],
        ['tomb.jpg', 'ffd8ff'],
      ]);
    });

    // The notes beside it give it a password too, which it does not have.
    it('KeyV2.kdbx opens with its key file, and a password given beside it does no harm', async () => {
      const keyFile = readFileSync(join(folder, 'KeyV2.keyx'));
      for (const password of [null, 'demo']) {
        const { items } = await read('KeyV2.kdbx', 'kdbx', { keyFile, filePassword: () => Promise.resolve(password) });
        expect(items.map(({ content }) => [content.name, content.password])).toEqual([
          ['Sample Entry', 'Password'],
          ['Sample Entry #2', '12345'],
        ]);
      }
    });

    // It needs a key file that is not among the samples (with it, it opens): without it, KeePassXC refuses it in the same way.
    it('Argon2id.kdbx is refused without the key file that is not here', async () => {
      await expect(read('Argon2id.kdbx', 'kdbx', { filePassword: () => Promise.resolve('demo') })).rejects.toThrow(
        vaultError('incorrect_password'),
      );
    });

    it('1PasswordExport.1pux gives nine items of two vaults, one archived, one with a file, one with two codes', async () => {
      const { items, problems } = await read('1PasswordExport.1pux', '1pux');
      expect(problems).toEqual([]);
      expect(items.map(({ content }) => content.tags[0])).toEqual([...Array<string>(8).fill('Personal'), 'Shared']);
      expect(items.filter(({ content }) => content.tags.includes('archived')).map(({ content }) => content.name)).toEqual([
        'Login Archived',
      ]);
      expect(items.flatMap(({ attachments }) => attachments.map((file) => [file.name, file.read().length]))).toEqual([
        ['keepassxc.png', 18422],
      ]);
      expect(items[0]?.content.totp).toBe('otpauth://totp/vault?secret=DFDFDEF');
      expect(items[0]?.content.fields.at(-1)?.value).toBe('otpauth://totp/vault?secret=DFDFDEFDEF');
    });

    it('proton.json gives five items of two vaults, one in the trash', async () => {
      const { items, problems } = await read('proton.json', 'proton');
      expect(problems).toEqual([]);
      expect(items.map(({ content, trashed }) => [content.name, content.tags[0], trashed])).toEqual([
        ['Test Login', 'Personal', false],
        ['My Secure Note', 'Personal', false],
        ['Test Card', 'Personal', false],
        ['My Deleted Note', 'Personal', true],
        ['Other vault login', 'Test', false],
      ]);
    });

    it('enpass.json gives the fourteen', async () => {
      const found = await read('enpass.json', 'enpass');
      expect(found.problems).toEqual([]);
      expectTheFourteen(found, all);
    });

    it('cxf-example.json gives fourteen items, and says of one that its file is not there', async () => {
      const { items, problems } = await read('cxf-example.json', 'cxf');
      expect(items).toHaveLength(14);
      expect(
        items.map(({ content }) => content.fields.find(({ name }) => name === 'kind')?.value).filter((kind) => kind !== undefined),
      ).toEqual([
        'credit card',
        'wifi',
        'drivers license',
        'address',
        'ssh key',
        'identity document',
        'passport',
        'person name',
        'api key',
      ]);
      expect(problems.map(({ place }) => place)).toEqual(['item 9 (ID card)']);
    });

    it('dashlane.csv, which has no header, gives the fourteen where the format is named', async () => {
      expectTheFourteen(await readAs('dashlane', readFileSync(join(folder, 'dashlane.csv'))), withoutGroup);
    });

    it('firefox.csv gives the fourteen but for titles that are whole addresses', async () => {
      const found = await read('firefox.csv', 'firefox');
      expect(found.problems).toEqual([]);
      const titles = expectedLogins().map(({ title, login, password }) => ({ title: title.replace('https://', ''), login, password }));
      expect(asLogins(found, ['title', 'login', 'password'])).toEqual(sorted(titles));
    });

    it('apple.csv gives three, two with one-time codes', async () => {
      const { items, problems } = await read('apple.csv', 'apple');
      expect(problems).toEqual([]);
      expect(items.map(({ content }) => [content.name, content.totp !== null])).toEqual([
        ['GitHub', true],
        ['iCloud Mail', false],
        ['Bank of Example', true],
      ]);
    });
  });
}
