import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome, quickKdf, sharedHome, type Home } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const login = (home: Home, ...args: string[]) => succeed(home, ['login', '--password-stdin', ...args], { input: masterPassword });

describe('without a terminal a locked vault', () => {
  const home = sharedHome({
    prepare: async (made) => {
      await createVault(made);
      await addEntry(made, 'a', 'secret');
      await succeed(made, ['lock']);
    },
  });

  it.each([
    [['get', 'a']],
    [['list']],
    [['find', 'a']],
    [['add', 'b', '-g']],
    [['edit', 'a', '--notes', 'x']],
    [['mv', 'a', 'b']],
    [['rm', 'a', '--yes']],
  ])('ends %j with 4, says what helps, and starts nothing', async (args) => {
    const { code, stdout, stderr } = await home().run(args);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toMatch(/^vault: the vault is locked\nhint: vault login .*--password-stdin/);
    expect(home().daemonPid()).toBeNull();
  });

  it('says the same as JSON', async () => {
    expect(JSON.parse((await home().run(['get', 'a', '--json'])).stderr)).toEqual({
      error: { code: 'vault_locked', message: 'the vault is locked' },
    });
  });

  it('is looked at by status, lock, config and doctor, which start nothing', async () => {
    expect(await json(home(), ['status'])).toMatchObject({ daemon: { running: false, pid: null }, locked: true });
    expect(await home().run(['status'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^vault +locked\ndaemon +not running\n$/),
    });
    expect(await home().run(['lock'])).toMatchObject({ code: 0 });
    expect(await home().run(['lock', '--all'])).toMatchObject({ code: 0 });
    expect(await home().run(['doctor'])).toMatchObject({ code: 0 });
    expect(await home().run(['daemon', 'stop'])).toMatchObject({ code: 0, stderr: 'no daemon is running\n' });
    expect(home().daemonPid()).toBeNull();
  });

  it('generates passwords, and starts the daemon for it', async () => {
    expect((await home().run(['generate'])).stdout).toHaveLength(20);
    expect(home().daemonPid()).not.toBeNull();
    expect(await home().run(['get', 'a'])).toMatchObject({ code: 4 });
  });

  it('opens to login alone, and to no wrong password', async () => {
    expect(await home().run(['login', '--password-stdin'], { input: 'wrong' })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('wrong master password'),
    });
    expect(await home().run(['login'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-stdin') });
    await login(home());
    expect(await succeed(home(), ['get', 'a'])).toBe('secret');
  });

  it('stays closed to a token that is cut, forged or another one', async () => {
    const token = readFileSync(home().path('token'), 'utf8');
    for (const wrong of [
      token.slice(0, -1),
      `${token}A`,
      token.replace(/.$/, (c) => (c === 'A' ? 'B' : 'A')),
      'x',
      token.split('.').reverse().join('.'),
    ]) {
      expect(await home().run(['get', 'a'], { env: { VAULTD_TOKEN: wrong } })).toMatchObject({ code: 4, stdout: '' });
    }
    expect(await home().run(['get', 'a'], { env: { VAULTD_TOKEN: token } })).toMatchObject({ code: 0, stdout: 'secret' });
  });
});

describe('the daemon', () => {
  it('ends with the last session: locked means that no process knows anything', async () => {
    const home = freshHome();
    await createVault(home);
    expect(home.daemonPid()).not.toBeNull();
    expect(await home.run(['lock'])).toMatchObject({ stderr: 'locked\n' });
    await eventually(() => home.daemonPid() === null, { what: 'the daemon ends' });
    expect(existsSync(home.path('token'))).toBe(false);
    expect(await home.run(['lock'])).toMatchObject({ code: 0, stderr: 'it was locked already\n' });
  });

  it('tells a lock which sessions stay, and lock --all ends them', async () => {
    const home = freshHome();
    await createVault(home);
    const other = readFileSync(home.path('token'), 'utf8');
    rmSync(home.path('token'));
    await login(home);
    expect((await home.run(['lock'])).stderr).toContain('1 other session of this account stays open');
    expect(await home.run(['list'], { env: { VAULTD_TOKEN: other } })).toMatchObject({ code: 0 });
    expect(await home.run(['lock', '--all'])).toMatchObject({ code: 0 });
    await eventually(() => home.daemonPid() === null, { what: 'the daemon ends' });
    expect(await home.run(['list'], { env: { VAULTD_TOKEN: other } })).toMatchObject({ code: 4 });
  });

  it('ends the session that a login replaces in the file, and no other', async () => {
    const home = freshHome();
    await createVault(home);
    const first = readFileSync(home.path('token'), 'utf8');
    await login(home);
    expect(await home.run(['list'], { env: { VAULTD_TOKEN: first } })).toMatchObject({ code: 4 });
    expect(await json(home, ['status'])).toMatchObject({ locked: false, daemon: { sessions: 1 } });
  });

  it('is one, however many start it at once', async () => {
    const home = freshHome();
    const started = await Promise.all(Array.from({ length: 4 }, () => home.run(['daemon', 'start', '--json'])));
    const pids = started.map(({ code, stdout, stderr }) => {
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const found: unknown = JSON.parse(stdout);
      return typeof found === 'object' && found !== null && 'pid' in found ? found.pid : null;
    });
    expect(new Set(pids)).toEqual(new Set([home.daemonPid()]));
  });

  it('that was killed means locked, and the next login starts another', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'a', 'secret');
    const pid = home.daemonPid();
    expect(pid).not.toBeNull();
    process.kill(pid ?? 0, 'SIGKILL');
    await eventually(() => home.daemonPid() === null, { what: 'the daemon is dead' });
    expect(existsSync(home.path('daemon.sock'))).toBe(true);
    expect(await home.run(['get', 'a'])).toMatchObject({ code: 4, stderr: expect.stringContaining('the vault is locked') });
    expect(await json(home, ['status'])).toMatchObject({ daemon: { running: false } });
    await login(home);
    expect(await succeed(home, ['get', 'a'])).toBe('secret');
  });

  it('starts, says where it is, and stops', async () => {
    const home = freshHome();
    expect((await home.run(['daemon', 'start'])).stderr).toMatch(/^started: process \d+; it ends by itself/);
    expect((await home.run(['daemon', 'start'])).stderr).toMatch(/^running already: process \d+\n$/);
    expect(await home.run(['daemon', 'start', '--port', '1'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not on this port'),
    });
    expect((await home.run(['daemon', 'status'])).stdout).toMatch(/^daemon +running/m);
    expect((await home.run(['daemon', 'stop'])).stderr).toContain('stopped');
    expect(home.daemonPid()).toBeNull();
  });

  it('listens on a port where it is told to', async () => {
    const home = freshHome();
    const found = await json(home, ['daemon', 'start', '--port', '0']);
    const port = typeof found === 'object' && found !== null && 'port' in found ? found.port : null;
    const answer = await fetch(`http://127.0.0.1:${String(port)}/status`);
    expect(await answer.json()).toEqual({ version: expect.any(String), protocol: 1 });
  });

  it('runs in the foreground, and ends with the last session with 0', async () => {
    const home = freshHome();
    const running = home.run(['daemon', 'run']);
    await eventually(() => home.daemonPid() !== null, { what: 'the daemon runs' });
    await createVault(home);
    await succeed(home, ['lock']);
    expect(await running).toMatchObject({ code: 0 });
  });

  it('in the foreground ends in order when its command is told to', async () => {
    const home = freshHome();
    const running = home.shell(`vault daemon run & echo $! >pid; wait $!`);
    await eventually(() => home.daemonPid() !== null, { what: 'the daemon runs' });
    process.kill(Number(readFileSync(home.path('pid'), 'utf8')), 'SIGTERM');
    expect(await running).toMatchObject({ code: 0 });
    expect(home.daemonPid()).toBeNull();
  });

  it('in the foreground ends on Ctrl+C', async () => {
    const home = freshHome();
    const terminal = home.terminal(['daemon', 'run', '--stay']);
    await terminal.waitFor('listening on');
    terminal.press('ctrl-c');
    await terminal.waitForEnd();
    expect(home.daemonPid()).toBeNull();
  });

  it('logs what was asked, never a name or a value', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'name-of-an-entry', 'secret-value', '-u', 'some-user');
    await home.run(['get', 'name-of-an-entry']);
    await home.run(['get', 'name-that-is-none']);
    await succeed(home, ['daemon', 'stop']);
    const { stdout } = await home.run(['daemon', 'logs', '-n', '1000']);
    expect(stdout).toMatch(/POST \/users 201/);
    expect(stdout).toMatch(/GET \/passwords\/:website 404 entry_not_found/);
    expect(stdout).not.toMatch(/name-of|name-that|secret-value|some-user/);
    expect((await home.run(['daemon', 'logs', '-n', '1'])).stdout.split('\n')).toHaveLength(2);
    expect(JSON.parse((await home.run(['daemon', 'logs', '-n', '1000', '--json'])).stdout)).toEqual(stdout.trimEnd().split('\n'));
    expect(await home.run(['daemon', 'logs', '-f', '--json'])).toMatchObject({ code: 2 });
  });

  it('gets a clean environment', async () => {
    const home = freshHome();
    writeFileSync(home.path('evil.cjs'), `require('node:fs').writeFileSync(${JSON.stringify(home.path('evil.done'))}, 'x')`);
    const env = { NODE_OPTIONS: `--require ${home.path('evil.cjs')}`, BUN_OPTIONS: 'x', LD_PRELOAD: '', SOME_SECRET: 'x' };
    await succeed(home, ['daemon', 'start'], { env });
    expect(existsSync(home.path('evil.done'))).toBe(false);
    if (process.platform === 'linux') {
      const names = readFileSync(`/proc/${String(home.daemonPid())}/environ`, 'utf8')
        .split('\0')
        .map((pair) => pair.split('=')[0]);
      expect(names).toContain('VAULTD_HOME');
      expect(names).not.toEqual(expect.arrayContaining([expect.stringMatching(/NODE_OPTIONS|BUN_OPTIONS|SOME_SECRET|TERM/)]));
    }
  });

  it('is found by commands whose runtime directory is another one', async () => {
    const home = freshHome();
    const base = {
      VAULTD_HOME: undefined,
      XDG_DATA_HOME: home.path('data'),
      XDG_CONFIG_HOME: home.path('config'),
      XDG_STATE_HOME: home.path('state'),
    };
    mkdirSync(home.path('config/vault'), { recursive: true });
    writeFileSync(home.path('config/vault/config.json'), JSON.stringify({ kdf: quickKdf }));
    const [mine, cron] = [{ ...base, XDG_RUNTIME_DIR: home.path('run') }, base];
    await succeed(home, ['init', '--password-stdin'], { input: masterPassword, env: mine });
    const token = readFileSync(home.path('run/vault/token'), 'utf8');
    expect(await json(home, ['status'], { env: cron })).toMatchObject({
      daemon: { running: true, socket: home.path('run/vault/daemon.sock') },
    });
    expect(await home.run(['list'], { env: cron })).toMatchObject({ code: 0 });
    await succeed(home, ['login', '--password-stdin'], { env: cron, input: masterPassword });
    expect(readFileSync(home.path('run/vault/token'), 'utf8')).not.toBe(token);
    expect(await home.run(['list'], { env: mine })).toMatchObject({ code: 0 });
    await succeed(home, ['lock', '--all'], { env: cron });
    expect(await json(home, ['status'], { env: mine })).toMatchObject({ daemon: { running: false } });
  });

  it('is replaced where it is older, used where it is newer and speaks the same protocol, and left alone otherwise', async () => {
    const home = freshHome();
    await createVault(home);
    const tell = (change: object) => {
      const file = home.path('vault.db.daemon');
      const told: unknown = JSON.parse(readFileSync(file, 'utf8'));
      writeFileSync(file, JSON.stringify({ ...(told as object), ...change }), { mode: 0o600 });
    };
    const first = home.daemonPid();
    tell({ version: '99.0.0' });
    expect(await home.run(['list'])).toMatchObject({ code: 0 });
    tell({ version: '99.0.0', protocol: 99 });
    expect(await home.run(['list'])).toMatchObject({ code: 3, stderr: expect.stringContaining('99.0.0') });
    expect(home.daemonPid()).toBe(first);
    process.kill(first ?? 0, 'SIGKILL');
    await eventually(() => home.daemonPid() === null, { what: 'the daemon is dead' });
    expect(await home.run(['list'])).toMatchObject({ code: 4 });
    await login(home);
    tell({ version: '0.0.1', protocol: 1 });
    expect(await home.run(['list'])).toMatchObject({ code: 4, stderr: expect.stringContaining('ended the older daemon (version 0.0.1)') });
    await login(home);
    expect(home.daemonPid()).not.toBe(first);
    expect(await home.run(['list'])).toMatchObject({ code: 0 });
  });

  it('goes away between two commands without either noticing', async () => {
    const home = freshHome({ kdf: quickKdf, session: { idleMinutes: 0.01 } });
    await createVault(home);
    await eventually(() => home.daemonPid() === null, { what: 'the idle limit ends the daemon', timeoutMs: 60_000 });
    expect(await home.run(['list'])).toMatchObject({ code: 4 });
    // Not between the next two, however slow the machine is.
    home.configure({});
    await login(home);
    expect(await home.run(['list'])).toMatchObject({ code: 0 });
  });
});

describe('what the command line refuses to talk to', () => {
  it('is a directory open to others', async () => {
    const home = freshHome();
    await createVault(home);
    chmodSync(home.directory, 0o755);
    for (const args of [['list'], ['login', '--password-stdin'], ['status']]) {
      const refused = await home.run(args, { input: masterPassword });
      expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/is open to other users\nhint: chmod 700 /) });
    }
    chmodSync(home.directory, 0o700);
    expect(await home.run(['list'])).toMatchObject({ code: 0 });
  });

  it('is a directory that all share, which nobody is told to close', async () => {
    const home = freshHome();
    chmodSync(home.directory, 0o1777);
    const refused = await home.run(['init', '--password-stdin'], { input: masterPassword });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('hint: use a directory that is yours alone\n') });
    chmodSync(home.directory, 0o700);
  });

  it('is such a directory where no daemon runs yet', async () => {
    const home = freshHome();
    chmodSync(home.directory, 0o750);
    expect(await home.run(['init', '--password-stdin'], { input: masterPassword })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('chmod 700'),
    });
    expect(existsSync(home.path('vault.db'))).toBe(false);
    chmodSync(home.directory, 0o700);
  });

  it('is a directory that is a link', async () => {
    const home = freshHome();
    await createVault(home);
    await succeed(home, ['daemon', 'stop']);
    symlinkSync(home.directory, home.path('link'));
    expect(await home.run(['list'], { env: { VAULTD_HOME: home.path('link') } })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is a link'),
    });
  });

  it("is a socket in the daemon's place that others could open, or that is a link", async () => {
    const home = freshHome();
    await createVault(home);
    chmodSync(home.path('daemon.sock'), 0o666);
    expect(await home.run(['list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is open to other users') });
    chmodSync(home.path('daemon.sock'), 0o600);
    renameSync(home.path('daemon.sock'), home.path('real.sock'));
    symlinkSync(home.path('real.sock'), home.path('daemon.sock'));
    expect(await home.run(['list'])).toMatchObject({ code: 1, stderr: expect.stringContaining('is a link') });
    rmSync(home.path('daemon.sock'));
    renameSync(home.path('real.sock'), home.path('daemon.sock'));
  });

  it('is a path longer than the system allows', async () => {
    const home = freshHome();
    const env = { VAULTD_HOME: join(home.directory, 'd'.repeat(100)) };
    for (const args of [['init', '--password-stdin'], ['daemon', 'start'], ['generate'], ['doctor']]) {
      const refused = await home.run(args, { env, input: masterPassword });
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/has \d+ bytes.*\nhint: .*shorter/) });
    }
  });

  it('is a token file that others could read', async () => {
    const home = freshHome();
    await createVault(home);
    chmodSync(home.path('token'), 0o644);
    expect(await home.run(['list'])).toMatchObject({ code: 4 });
    await login(home);
    expect(statSync(home.path('token')).mode & 0o777).toBe(0o600);
  });
});

describe('a daemon elsewhere (VAULTD_URL)', () => {
  it('is spoken to through its socket, and never given the local token', async () => {
    const home = freshHome();
    await createVault(home);
    const env = { VAULTD_URL: `unix:${home.path('daemon.sock')}` };
    expect(await home.run(['list'], { env })).toMatchObject({ code: 4 });
    await succeed(home, ['login', '--password-stdin'], { env, input: masterPassword });
    expect(await home.run(['list'], { env })).toMatchObject({ code: 0 });
    expect(await home.run(['daemon', 'stop'], { env })).toMatchObject({ code: 2, stderr: expect.stringContaining('VAULTD_URL') });
    await succeed(home, ['lock'], { env });
    expect(await home.run(['list'])).toMatchObject({ code: 0 });
  });

  it('is none where none listens: exit 3, and nothing is started', async () => {
    const home = freshHome();
    for (const VAULTD_URL of [`unix:${home.path('none.sock')}`, 'unix:/none.sock', 'https://127.0.0.1:1']) {
      const refused = await home.run(['login', '--password-stdin'], { env: { VAULTD_URL }, input: masterPassword });
      expect(refused).toMatchObject({ code: 3, stderr: expect.stringContaining('VAULTD_URL') });
    }
    expect(await home.run(['status'], { env: { VAULTD_URL: `unix:${home.path('none.sock')}` } })).toMatchObject({ code: 0 });
    expect(home.daemonPid()).toBeNull();
  });

  it.each(['http://127.0.0.1:8200', 'unix:relative', 'https://me:pw@host', 'nonsense'])('is not %s', async (VAULTD_URL) => {
    expect(await freshHome().run(['list'], { env: { VAULTD_URL } })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('VAULTD_URL must be'),
    });
  });
});

describe('something else that answers on the socket', () => {
  it('is reported, whatever it says', async () => {
    const home = freshHome();
    const server = createServer((_, response) => response.end('hello'));
    await new Promise<void>((resolve) => {
      server.listen(home.path('daemon.sock'), resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    chmodSync(home.path('daemon.sock'), 0o600);
    writeFileSync(home.path('token'), 'x', { mode: 0o600 });
    expect(await home.run(['list'])).toMatchObject({ code: 3, stderr: expect.stringContaining('no vault daemon') });
  });
});
