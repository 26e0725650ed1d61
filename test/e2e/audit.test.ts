import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

const weak = 'hunter2';
const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'bank.example', weak, '-u', 'me');
    await addEntry(made, 'shop.example', weak, '-u', 'me', '--url', 'http://shop.example/login');
    await succeed(made, ['add', 'fine.example', '-g']);
    await succeed(made, ['add', 'a note', '--notes', 'no password here']);
    const hashes = [weak, ...Array.from({ length: 5000 }, (_, i) => `other ${String(i)}`)].map((text) =>
      createHash('sha1').update(text).digest('hex').toUpperCase(),
    );
    writeFileSync(
      made.path('breached.txt'),
      hashes
        .map((hash) => `${hash}:12345\r\n`)
        .sort()
        .join(''),
    );
  },
});
const run = (...args: string[]) => home().run(args);

describe('vault audit', () => {
  it('finds what is wrong, worst first, and shows no password', async () => {
    const { code, stdout, stderr } = await run('audit', '--hibp', home().path('breached.txt'));
    expect(code).toBe(9);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t').slice(0, 4)),
    ).toEqual([
      ['bank.example', 'me', 'breached', 'breached, seen 12,345 times'],
      ['shop.example', 'me', 'breached', 'breached, seen 12,345 times'],
      ['bank.example', 'me', 'weak', 'very weak'],
      ['shop.example', 'me', 'weak', 'very weak'],
      ['bank.example', 'me', 'reused', 'same as another account'],
      ['shop.example', 'me', 'reused', 'same as another account'],
      ['shop.example', 'me', 'http', 'http:// URL'],
    ]);
    expect(stderr).toContain('vault: 7 findings in 2 of 4 entries\nhint: ');
    expect(stdout + stderr).not.toContain(weak);
  });

  it('tells who offers one-time codes that are not used, by a list that is named', async () => {
    const list = {
      'bank.example': { methods: ['sms', 'totp'], documentation: 'https://bank.example/2fa' },
      'fine.example': { methods: ['sms'] },
    };
    writeFileSync(home().path('totp.json'), JSON.stringify(list));
    await succeed(home(), ['config', 'audit.totpSitesFile', home().path('totp.json')]);
    const { stdout } = await run('audit', '--json');
    const { findings } = JSON.parse(stdout) as { findings: Record<string, unknown>[] };
    expect(findings.filter(({ kind }) => kind === 'totp')).toMatchObject([
      {
        name: 'bank.example',
        message: 'no one-time code, which bank.example offers',
        details: { documentation: 'https://bank.example/2fa' },
      },
    ]);
    writeFileSync(home().path('totp.json'), JSON.stringify({ 'bank.example': { 'password-rules': 'minlength: 8;' } }));
    expect(await run('audit')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is not of the form of 2fa.directory'),
    });
    await succeed(home(), ['config', '--unset', 'audit.totpSitesFile']);
  });

  it('says the same in JSON', async () => {
    const { code, stdout, stderr } = await run('audit', 'shop*', '--json');
    expect(code).toBe(9);
    const { findings, checked } = JSON.parse(stdout) as { findings: Record<string, unknown>[]; checked: number };
    expect(checked).toBe(1);
    expect(findings.map(({ name, kind, advice }) => [name, kind, advice])).toEqual([
      ['shop.example', 'weak', 'change it for a generated one'],
      ['shop.example', 'reused', 'give each account its own'],
      ['shop.example', 'http', 'use https'],
    ]);
    expect(findings[2]).toMatchObject({ username: 'me', severity: 'medium', details: { urls: ['http://shop.example/login'] } });
    expect(stderr).toContain('"code":"audit_findings"');
    expect(stdout + stderr).not.toContain(weak);
  });

  it('ends with 0 where nothing is wrong', async () => {
    expect(await run('audit', 'fine*')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('nothing found in 1 entry') });
    expect(await run('-q', 'audit', 'a note')).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(JSON.parse((await run('audit', 'fine*', '--json')).stdout)).toEqual({ findings: [], checked: 1 });
  });

  it('refuses what is no list of breached passwords, at once', async () => {
    writeFileSync(home().path('other.txt'), 'name,password\n');
    execFileSync('mkfifo', [home().path('pipe')]);
    const cases: [string, RegExp][] = [
      [home().path('other.txt'), /breached passwords is none\nhint: /],
      [home().path('missing.txt'), /no such file/],
      [home().path('.'), /it is a directory/],
      [home().path('pipe'), /no ordinary file/],
      ['/dev/zero', /no ordinary file/],
    ];
    for (const [path, message] of cases) {
      expect(await run('audit', '--hibp', path)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(message) });
    }
    expect(await run('audit', '--max-age', 'old')).toMatchObject({ code: 2 });
  });

  it('shows a table on a terminal', async () => {
    const terminal = home().terminal(['audit', '--hibp', home().path('breached.txt')], { columns: 120 });
    await terminal.waitForEnd();
    expect(terminal.output).toMatch(/NAME +USERNAME +WHAT IS WRONG +WHAT TO DO/);
    expect(terminal.output).toMatch(/bank\.example +me +breached, seen 12,345 times; very weak; same as another account +change it now/);
  });

  it('says that the vault is locked where nobody can be asked', async () => {
    await succeed(home(), ['lock']);
    expect(await run('audit')).toMatchObject({ code: 4, stdout: '' });
  });
});
