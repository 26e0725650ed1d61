import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VaultError } from '../../../../src/core/errors.ts';
import type { ExportedEntry } from '../../../../src/core/formats/export.ts';
import { writeKdbx } from '../../../../src/core/formats/keepass/write.ts';
import { vaultError } from '../../support.ts';
import { bytesOf, exported, exportedEntry, exportOptions, expectSurvived } from '../entries.ts';
import { readAs, readDetected } from '../support.ts';

const password = 'correct horse';
const filePassword = () => Promise.resolve(password);
const work = { memoryKiB: 64, iterations: 1, parallelism: 1 };

async function write(entries: readonly ExportedEntry[]): Promise<Buffer> {
  return bytesOf(writeKdbx(entries, exportOptions(password).options, work));
}

describe('a KDBX 4 export', () => {
  it('brings any entry back, its files, earlier revisions and the trash too; times to the second, lists in any order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(exportedEntry, { minLength: 1, maxLength: 3 }), async (entries) => {
        const { items, problems } = await readDetected('kdbx', await write(entries), { filePassword });
        expect(problems).toEqual([]);
        const byId = (list: readonly ExportedEntry[]) => list.toSorted((a, b) => a.entry.createdAt.localeCompare(b.entry.createdAt));
        expect(items).toHaveLength(entries.length);
        const before = byId(entries);
        for (const item of items) {
          const found = before.find(
            ({ entry }) =>
              entry.name === item.content.name &&
              Math.floor(Date.parse(entry.createdAt) / 1000) * 1000 === Date.parse(item.createdAt ?? ''),
          );
          if (found === undefined) throw new Error('an entry came that never went out');
          expectSurvived(found, item, { milliseconds: true, passwordChangedAt: true, order: true, history: 'times' });
        }
      }),
      { numRuns: 150 },
    );
  });

  it('does not open with another password, and not where any byte was changed', async () => {
    const file = await write([exported()]);
    await expect(readAs('kdbx', file, { filePassword: () => Promise.resolve('wrong') })).rejects.toThrow(vaultError('incorrect_password'));
    for (let at = 0; at < file.length; at += 3) {
      const changed = Buffer.from(file);
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      await expect(
        readAs('kdbx', changed, { filePassword, argon2: ({ length }) => Promise.resolve(Buffer.alloc(length)) }),
      ).rejects.toThrow(VaultError);
    }
  });

  it('leaves as it is what looks like a reference to another entry', async () => {
    const entries = ['{REF:P@T:github}', 'github'].map((name) => exported({ name, notes: '{REF:P@I:00}', password: '{REF:U@T:github}' }));
    const { items, problems } = await readAs('kdbx', await write(entries), { filePassword });
    expect(problems).toEqual([]);
    expect(items.map(({ content }) => [content.name, content.notes, content.password]).toSorted()).toEqual([
      ['github', '{REF:P@I:00}', '{REF:U@T:github}'],
      ['{REF:P@T:github}', '{REF:P@I:00}', '{REF:U@T:github}'],
    ]);
  });

  it('needs a password', async () => {
    await expect(bytesOf(writeKdbx([], exportOptions().options))).rejects.toThrow(vaultError('invalid_request'));
  });

  it('is refused before deriving where it asks for more than is safe', async () => {
    const file = await write([exported()]);
    const memory = file.indexOf(Buffer.from('M\u0008\u0000\u0000\u0000', 'latin1')) + 5;
    const greedy = Buffer.from(file);
    greedy.writeBigUInt64LE(1n << 40n, memory);
    const never = () => Promise.reject(new Error('derived'));
    await expect(readAs('kdbx', greedy, { filePassword, argon2: never })).rejects.toThrow('bounds');
  });
});

function keepassxc(args: readonly string[], input: string): string {
  return execFileSync('keepassxc-cli', args, {
    input,
    encoding: 'utf8',
    env: { ...process.env, QT_QPA_PLATFORM: 'offscreen' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

function installed(): boolean {
  try {
    keepassxc(['--version'], '');
    return true;
  } catch {
    return false;
  }
}

if (!installed()) {
  const loud = 'NOT CHECKED: whether KeePassXC opens our databases (keepassxc-cli is not installed)';
  process.stderr.write(`\n${loud}\n\n`);
  it(loud, () => undefined);
} else {
  describe('KeePassXC', () => {
    it('opens our databases and shows what is in them, and we open those it writes', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'kdbx-'));
      try {
        const path = join(folder, 'ours.kdbx');
        const code = 'otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ';
        const entry = exported(
          {
            name: 'Sïte & <co>',
            notes: 'two\nlines',
            tags: ['Work/Servers', 'red'],
            totp: code,
            fields: [
              { name: 'plain', value: 'a', hidden: false },
              { name: 'hush', value: 'b c', hidden: true },
            ],
            urls: ['https://a.example', 'https://b.example'],
          },
          { attachments: [{ name: 'file.bin', read: () => Buffer.from([0, 1, 2, 255]) }] },
        );
        writeFileSync(
          path,
          await write([entry, exported({ id: '21111111-2222-4333-8444-555555555555', name: 'gone' }, { trashed: true })]),
        );
        const show = (...what: string[]) =>
          keepassxc(['show', '-q', '-s', ...what.flatMap((name) => ['-a', name]), path, 'Work/Servers/Sïte & <co>'], password);
        expect(show('Title', 'UserName', 'Password', 'URL', 'plain', 'hush', 'KP2A_URL')).toBe(
          'Sïte & <co>\nme\nsecret\nhttps://a.example\na\nb c\nhttps://b.example\n',
        );
        expect(keepassxc(['show', '-q', '-t', path, 'Work/Servers/Sïte & <co>'], password)).toMatch(/^\d{6}\n$/);
        expect(keepassxc(['ls', '-q', '-R', '-f', path], password).split('\n')).toEqual(
          expect.arrayContaining(['Work/Servers/Sïte & <co>', 'Recycle Bin/gone']),
        );
        keepassxc(['attachment-export', '-q', path, 'Work/Servers/Sïte & <co>', 'file.bin', join(folder, 'out')], password);
        // It writes the database anew when it adds an entry.
        keepassxc(['add', '-q', '-u', 'you', '--url', 'https://new.example', '-p', path, 'new'], `${password}\ntheirs\n`);
        const { readFileSync } = await import('node:fs');
        expect([...readFileSync(join(folder, 'out'))]).toEqual([0, 1, 2, 255]);
        const { items, problems } = await readDetected('kdbx', readFileSync(path), { filePassword });
        expect(problems).toEqual([]);
        const [ours] = items.filter(({ content }) => content.name === 'Sïte & <co>');
        if (ours === undefined) throw new Error('our entry did not come back');
        expectSurvived(entry, ours, { milliseconds: true, passwordChangedAt: true, order: true });
        expect(items.find(({ content }) => content.name === 'new')?.content).toMatchObject({ username: 'you', password: 'theirs' });
        expect(items.find(({ content }) => content.name === 'gone')?.trashed).toBe(true);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
}
