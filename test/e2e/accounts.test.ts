import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

describe('several accounts on one machine', () => {
  it('keep apart what they hold, and the last login is the one that commands mean', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'a', 'of default');
    await createVault(home, { account: 'Wörk /1', password: 'another password' });
    await addEntry(home, 'a', 'of work');
    expect(await succeed(home, ['get', 'a'])).toBe('of work');
    expect(await json(home, ['status'])).toMatchObject({
      account: 'Wörk /1',
      accounts: expect.arrayContaining(['Wörk /1', 'default']),
      daemon: { sessions: 2 },
    });
    expect(await succeed(home, ['get', 'a'], { env: { VAULTD_ACCOUNT: 'default' } })).toBe('of default');
    await succeed(home, ['login', '--account', 'default', '--password-stdin'], { input: masterPassword });
    expect(await succeed(home, ['get', 'a'])).toBe('of default');
    expect(await succeed(home, ['get', 'a'], { env: { VAULTD_ACCOUNT: 'Wörk /1' } })).toBe('of work');
  });

  it('are logged into for one command by VAULTD_ACCOUNT, which changes nothing for the others', async () => {
    const home = freshHome();
    await createVault(home);
    await createVault(home, { account: 'work' });
    const env = { VAULTD_ACCOUNT: 'default' };
    await succeed(home, ['login', '--password-stdin'], { input: masterPassword, env });
    expect(await json(home, ['status'])).toMatchObject({ account: 'work', locked: false });
    expect(await json(home, ['status'], { env })).toMatchObject({ account: 'default', locked: false, daemon: { sessions: 2 } });
  });

  it('are locked one by one', async () => {
    const home = freshHome();
    await createVault(home);
    await createVault(home, { account: 'work' });
    await succeed(home, ['lock']);
    expect(await home.run(['list'])).toMatchObject({ code: 4 });
    expect(await home.run(['list'], { env: { VAULTD_ACCOUNT: 'default' } })).toMatchObject({ code: 0 });
    expect(await home.run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('work'),
    });
  });

  it('that do not exist are no other than a wrong password', async () => {
    const home = freshHome();
    await createVault(home);
    const wrong = await home.run(['login', '--account', 'nobody', '--password-stdin'], { input: masterPassword });
    expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining('wrong master password or account') });
    expect(await home.run(['init', '--password-stdin'], { input: masterPassword })).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('vault login'),
    });
    for (const account of ['', ' x', 'x'.repeat(129), 'a\nb']) {
      expect(await home.run(['init', '--account', account, '--password-stdin'], { input: masterPassword })).toMatchObject({ code: 2 });
    }
  });

  it('have to be named where nobody can tell which is meant', async () => {
    const home = freshHome();
    await createVault(home, { account: 'one' });
    await createVault(home, { account: 'two' });
    await home.shell('rm -f account token*');
    expect(await home.run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('one, two'),
    });
    const terminal = home.terminal(['login']);
    await terminal.waitFor('Which account?');
    terminal.press('down', 'enter');
    await terminal.waitFor('Master password of two:');
    terminal.answer(masterPassword);
    await terminal.waitFor('unlocked the vault of two');
  });
});

it('a login whose token cannot be kept leaves nothing open', async () => {
  const home = freshHome();
  await createVault(home);
  await succeed(home, ['lock']);
  mkdirSync(home.path('token'));
  expect(await home.run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({ code: 1 });
  await eventually(() => home.daemonPid() === null, { what: 'the daemon ends with the session' });
});

describe('vault passwd', () => {
  it('reads the old and the new password, a line each, and stays unlocked', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'a', 'secret');
    expect(await home.run(['passwd', '--password-stdin'], { input: 'wrong\nnew password\n' })).toMatchObject({ code: 4 });
    expect(await home.run(['passwd', '--password-stdin'], { input: `${masterPassword}\n` })).toMatchObject({ code: 2 });
    const changed = await home.run(['passwd', '--password-stdin'], { input: `${masterPassword}\nnew password\n` });
    expect(changed).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('changed the master password') });
    expect(await succeed(home, ['get', 'a'])).toBe('secret');
    await succeed(home, ['lock']);
    expect(await home.run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({ code: 4 });
    await succeed(home, ['login', '--password-stdin'], { input: 'new password' });
  });

  it('has succeeded where only the login afterwards fails, and says so', async () => {
    const home = freshHome();
    await createVault(home);
    // A directory where a file belongs: no token can be kept.
    rmSync(home.path('account'));
    mkdirSync(home.path('account'));
    expect(await home.run(['passwd', '--password-stdin'], { input: `${masterPassword}\nnew password\n` })).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/changed the master password[^]*the vault stays locked .*vault login/) as string,
    });
  });

  it('with a token from the environment tries the new password on no other account', async () => {
    const home = freshHome();
    await createVault(home);
    const env = { VAULTD_TOKEN: readFileSync(home.path('token'), 'utf8') };
    await createVault(home, { account: 'work' });
    expect(await home.run(['passwd', '--password-stdin'], { input: `${masterPassword}\nnew password\n`, env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('VAULTD_TOKEN opens nothing any more') as string,
    });
    expect(readFileSync(home.path('daemon.log'), 'utf8')).not.toContain('incorrect_password');
  });

  it('makes every key anew on demand, and loses nothing', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'a', 'secret');
    await succeed(home, ['passwd', '--rotate-keys', '--password-stdin'], { input: `${masterPassword}\nnew password\n` });
    expect(await succeed(home, ['get', 'a'])).toBe('secret');
  });

  it('without a terminal does not open a locked vault', async () => {
    const home = freshHome();
    await createVault(home);
    await succeed(home, ['lock']);
    expect(await home.run(['passwd', '--password-stdin'], { input: `${masterPassword}\nnew password\n` })).toMatchObject({ code: 4 });
    expect(await home.run(['passwd'])).toMatchObject({ code: 2 });
  });
});
