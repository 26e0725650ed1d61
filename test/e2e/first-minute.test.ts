import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freshHome } from '../support/home.ts';
import { masterPassword, succeed } from './vaults.ts';

describe('the first minute without a terminal', () => {
  it('is the three commands of the README', async () => {
    const home = freshHome();
    const line = `printf '%s\\n' "$PW" | vault init --password-stdin && vault add github.com -u me@example.com -g && vault get github.com`;
    const { code, stdout, stderr } = await home.shell(line, { env: { PW: masterPassword } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S{20}$/);
    expect(stderr).toContain('created the vault');
    expect(stderr).toContain('added github.com (me@example.com) with a generated password');
  });

  it('begins with being told that there is no vault yet', async () => {
    const home = freshHome();
    expect((await home.run(['status'])).stdout).toMatch(/^vault +none yet \(vault init creates one\)$/m);
    expect(JSON.parse((await home.run(['status', '--json'])).stdout)).toMatchObject({ locked: true, accounts: [] });
    const none = {
      code: 4,
      stderr: 'vault: the vault is locked\nhint: there is no vault yet: vault init makes one, in scripts with --password-stdin\n',
    };
    expect(await home.run(['list'])).toMatchObject(none);
    await succeed(home, ['daemon', 'start']);
    expect(await home.run(['list'])).toMatchObject(none);
  });

  it('leaves nothing that others may read, and makes no recovery kit for a log', async () => {
    const home = freshHome();
    const { stdout, stderr } = await home.run(['init', '--password-stdin'], { input: masterPassword });
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
    for (const name of readdirSync(home.directory)) expect([name, statSync(home.path(name)).mode & 0o077]).toEqual([name, 0]);
  });

  it('can be had with a recovery kit in a file of its own', async () => {
    const home = freshHome();
    const made = await home.run(['init', '--password-stdin', '--recovery-kit', 'kit.txt'], { input: masterPassword });
    expect(made).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(home.path('kit.txt')).mode & 0o777).toBe(0o600);
    expect(readFileSync(home.path('kit.txt'), 'utf8')).toMatch(/^(?:[0-9A-Z]{4}-)+[0-9A-Z]{1,4}\n$/);
    const again = await home.run(['init', '--account', 'b', '--password-stdin', '--recovery-kit', 'kit.txt'], { input: masterPassword });
    expect(again).toMatchObject({ code: 6, stderr: expect.stringContaining('kit.txt is there already') });
  });

  it('makes no vault where there is no room for its kit', async () => {
    const home = freshHome();
    await home.run(['daemon', 'start']);
    // No file may grow: what a full disk says, without one. Node.js hears of it; the signal that comes with it would end others.
    const line = 'ulimit -f 0; vault init --password-stdin --recovery-kit kit.txt';
    const refused = await home.shell(line, { input: masterPassword, env: { VAULTD_NATIVE: '0' } });
    expect(refused.code).toBe(1);
    expect(existsSync(home.path('kit.txt'))).toBe(false);
    expect(await home.run(['status', '--json'])).toMatchObject({ stdout: expect.stringContaining('"accounts":[]') as string });
  });

  it('leaves no file for a kit that was not made', async () => {
    const home = freshHome();
    await home.run(['init', '--password-stdin'], { input: masterPassword });
    const again = await home.run(['init', '--password-stdin', '--recovery-kit', 'kit.txt'], { input: masterPassword });
    expect(again).toMatchObject({ code: 6, stderr: expect.stringContaining('there is a vault already') });
    expect(existsSync(home.path('kit.txt'))).toBe(false);
  });

  it('refuses a master password that cannot be one', async () => {
    const home = freshHome();
    const attempt = async (input: string | Uint8Array) => (await home.run(['init', '--password-stdin'], { input })).code;
    expect([
      await attempt(''),
      await attempt('\n'),
      await attempt('x'.repeat(1025)),
      await attempt('a\0b'),
      await attempt(Buffer.from([0xff])),
    ]).toEqual([2, 2, 2, 2, 2]);
    expect((await home.run(['init'])).stderr).toContain('--password-stdin');
    expect((await home.run(['init'])).code).toBe(2);
  });
});
