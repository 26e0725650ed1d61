import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedHome, type Home } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { run } from '../support/run.ts';
import { createVault, json, masterPassword, succeed } from '../e2e/vaults.ts';

/* Tried once, as the imports beside. */

const totp = 'otpauth://totp/bank?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const entries = [
  {
    name: 'bank',
    username: 'me@example.com',
    password: 'p,"q";\'<&>ü🔑 =1+1',
    urls: ['https://bank.example/login', 'https://m.bank.example'],
    totp,
    notes: 'two\nlines',
    fields: [
      { name: 'pin', value: '1234', hidden: true },
      { name: 'branch', value: 'Main St', hidden: false },
    ],
    tags: ['Money/Own', 'daily'],
    createdAt: '2020-01-02T03:04:05.000Z',
    updatedAt: '2021-01-02T03:04:05.000Z',
    pending: { password: 'next', createdAt: '2021-01-02T03:04:05.000Z' },
    history: ['first', 'second'].map((password, at) => ({
      ...{ name: 'bank', username: 'me@example.com', password, urls: [], totp: null, notes: null, fields: [], tags: [] },
      updatedAt: `2020-0${String(at + 1)}-02T03:04:05.000Z`,
      passwordChangedAt: `2020-0${String(at + 1)}-02T03:04:05.000Z`,
    })),
  },
  { name: 'bank', username: null, password: '-x', notes: '=HYPERLINK("http://evil")' },
  { name: 'gone', password: 'old', trashed: true },
];

const formats = [
  ['age', []],
  ['bitwarden', []],
  ['bitwarden', ['--plaintext', '--yes']],
  ['csv', ['--plaintext', '--yes']],
  ['kdbx', []],
  ['cxf', ['--plaintext', '--yes']],
] as const;

/** What a format keeps of an entry, as docs/formats.md says. */
function comparable(entry: unknown): unknown {
  const { name, username, password, urls, notes, fields, tags, createdAt, updatedAt } = entry as Record<string, unknown>;
  // Two formats keep times to the second.
  const [created, updated] = [createdAt, updatedAt].map((time) => String(time).slice(0, 19));
  return { name, username, password, urls, notes, fields, tags: [...(tags as string[])].sort(), created, updated };
}

describe('vault export', () => {
  const home = sharedHome({
    prepare: async (made) => {
      await createVault(made);
      const lines = entries.map((entry) => JSON.stringify(entry)).join(',\n');
      writeFileSync(made.path('own.json'), `{"format":"vault","version":1,"entries":[${lines}]}`);
      writeFileSync(made.path('scan.pdf'), Buffer.alloc(100_000, 'pdf'));
      await succeed(made, ['import', 'vault', 'own.json']);
      await succeed(made, ['attach', 'bank', 'scan.pdf', '-u', 'me@example.com']);
    },
  });
  const both = async (where: Home, env = {}) => [
    comparable(await json(where, ['get', 'bank', '-u', 'me@example.com'], { env })),
    comparable(await json(where, ['get', 'bank', '-u', ''], { env })),
  ];

  it.each(formats)('%s %j comes back as it was, and as much as the format can hold', async (format, options) => {
    const file = `${format}${String(options.length)}.out`;
    const isPlain = options.length > 0;
    const password = { env: { VAULTD_ACCOUNT: 'default' }, ...(isPlain ? {} : { input: 'the file password\n' }) };
    const exported = await home().run(['export', format, file, ...options, ...(isPlain ? [] : ['--file-password-stdin'])], password);
    const holdsFiles = format === 'age' || format === 'kdbx';
    expect({ code: exported.code, stdout: exported.stdout }).toEqual({ code: holdsFiles ? 0 : 9, stdout: '' });
    expect(statSync(home().path(file)).mode & 0o777).toBe(0o600);
    expect(await home().run(['export', format, file, ...options], password)).toMatchObject({ code: 6 });

    const account = `from-${file}`;
    await createVault(home(), { account });
    const env = { VAULTD_ACCOUNT: account };
    const report = await home().run(['import', 'auto', file, '--json', ...(isPlain ? [] : ['--file-password-stdin'])], {
      ...password,
      env,
    });
    expect(JSON.parse(report.stdout)).toMatchObject({ imported: 3, problems: [] });
    const original = await both(home(), { VAULTD_ACCOUNT: 'default' });
    expect(await both(home(), env)).toEqual(original);
    const code = await succeed(home(), ['get', 'bank', '-u', 'me@example.com', '-f', 'totp'], { env });
    expect(new URL(code).searchParams.get('secret')).toBe(new URL(totp).searchParams.get('secret'));
    const past = (await json(home(), ['history', 'bank', '-u', 'me@example.com', '--show'], { env })) as Record<string, unknown>[];
    const holdsHistory = holdsFiles || format === 'bitwarden';
    expect([past.length > 1, past[0]?.['pending']]).toEqual([holdsHistory, 'next']);
    // The revision that the attachment made is one more.
    const passwords = [...new Set(past.map(({ password, updatedAt }) => `${String(password)} ${String(updatedAt).slice(0, 7)}`))];
    if (holdsHistory) expect(passwords.slice(-2)).toEqual(['second 2020-02', 'first 2020-01']);
    if (holdsFiles) {
      const found = await home().shell('vault attachment get bank scan.pdf -u me@example.com | cmp - scan.pdf', { env });
      expect(found).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it('writes nothing in the clear unless that is said and confirmed', async () => {
    expect(await home().run(['export', 'csv', 'x.csv'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--plaintext') as string,
    });
    expect(await home().run(['export', 'csv', 'x.csv', '--plaintext'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes') as string,
    });
    expect(await home().run(['export', 'age', 'x.age', '--plaintext', '--yes'])).toMatchObject({ code: 2 });
    expect(await home().run(['export', 'age', 'x.age'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--file-password-stdin') as string,
    });
    const terminal = home().terminal(['export', 'csv', 'x.csv', '--plaintext']);
    await terminal.waitForPrompt('in the clear to x.csv');
    terminal.answer('n');
    expect((await terminal.waitForEnd()).code).toBe(130);
    expect(() => statSync(home().path('x.csv'))).toThrow();
  });

  it('asks twice for the password of the file, and gives it a name with the date', async () => {
    const terminal = home().terminal(['export'], { env: { VAULTD_ACCOUNT: 'default' } });
    await terminal.waitForPrompt('Choose a password for the file:');
    terminal.answer('first file password');
    await terminal.waitForPrompt('Once more');
    terminal.answer('another');
    await terminal.waitFor('these two differ');
    await terminal.waitForPrompt('Choose a password for the file:');
    terminal.answer(masterPassword);
    await terminal.waitForPrompt('Once more');
    terminal.answer(masterPassword);
    await terminal.waitFor(/exported 3 entries to vault-\d{4}-\d\d-\d\d\.age, encrypted/);
    expect((await terminal.waitForEnd()).code).toBe(0);
  });

  it.runIf(isHere('keepassxc-cli'))('writes a database that KeePassXC opens, with every field', async () => {
    await succeed(home(), ['export', 'kdbx', 'own.kdbx', '--file-password-stdin'], {
      input: 'file pw\n',
      env: { VAULTD_ACCOUNT: 'default' },
    });
    const shell = (line: string) => run('/bin/sh', ['-c', line], { env: home().environment(), cwd: home().directory, input: 'file pw\n' });
    const shown = await shell('keepassxc-cli show -q --all -s own.kdbx Money/Own/bank');
    await shell('keepassxc-cli attachment-export -q own.kdbx Money/Own/bank scan.pdf taken.pdf');
    expect(readFileSync(home().path('taken.pdf'))).toEqual(readFileSync(home().path('scan.pdf')));
    for (const part of [
      'me@example.com',
      entries[0]?.password,
      'https://bank.example/login',
      'two',
      'pin: 1234',
      'branch: Main St',
      totp.slice(-32),
    ]) {
      expect(shown.stdout).toContain(part);
    }
  });
});
