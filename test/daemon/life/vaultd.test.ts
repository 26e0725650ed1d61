import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { quickKdf } from '../../support/home.ts';
import { repository } from '../../support/repository.ts';
import { eventually } from '../../support/eventually.ts';
import { ask, type HttpAnswer } from './http.ts';

const password = 'correct horse battery staple';
const json = { 'content-type': 'application/json' };

function home(config: object = { kdf: quickKdf }): string {
  const directory = mkdtempSync(join(inject('temporary'), 'v-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config));
  return directory;
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  stderr(): string;
}

/** The real vaultd, from its launcher. */
function start(directory: string, args: readonly string[] = ['run'], env: Record<string, string> = {}): Started {
  const child = spawn(join(repository, 'bin/vaultd'), args, {
    env: { PATH: process.env['PATH'] ?? '', HOME: directory, VAULTD_HOME: directory, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, stderr: () => Buffer.concat(said).toString() };
}

async function started(directory: string, args: readonly string[] = ['run']): Promise<Started> {
  const daemon = start(directory, args);
  await eventually(() => daemon.stderr().includes('listening on') || daemon.child.exitCode !== null, { what: 'vaultd listens' });
  expect(daemon.stderr()).toMatch(/^vaultd: listening on /);
  return daemon;
}

const through = (directory: string, path: string, options: object = {}, body?: string): Promise<HttpAnswer> =>
  ask({ socketPath: join(directory, 'daemon.sock'), path, ...options }, body);

async function createVault(directory: string): Promise<string> {
  const answer = await through(directory, '/users', { method: 'POST', headers: json }, JSON.stringify({ password }));
  expect(answer.status).toBe(201);
  return (JSON.parse(answer.text) as { token: string }).token;
}

const lock = (directory: string, token: string) =>
  through(directory, '/lock', { method: 'POST', headers: { authorization: `Bearer ${token}` } });

describe('vaultd', () => {
  it('makes nothing that others may read, and names its socket beside the database', async () => {
    const directory = home();
    const daemon = await started(directory);
    await createVault(directory);
    await eventually(() => existsSync(join(directory, 'seen.json.kept')), { what: 'what was seen is synced' });
    const modes = Object.fromEntries(
      ['daemon.sock', 'vault.db', 'vault.db-wal', 'vault.db-shm', 'vault.db.lock', 'vault.db.daemon', 'seen.json', 'seen.json.kept'].map(
        (name) => [name, (statSync(join(directory, name)).mode & 0o777).toString(8)],
      ),
    );
    expect(new Set(Object.values(modes)), JSON.stringify(modes)).toEqual(new Set(['600']));
    const file: unknown = JSON.parse(readFileSync(join(directory, 'vault.db.daemon'), 'utf8'));
    expect(file).toEqual({
      socket: join(directory, 'daemon.sock'),
      pid: daemon.child.pid,
      version: expect.any(String) as string,
      protocol: 1,
    });
  });

  it('ends with the last session, exit 0, and leaves neither socket nor file', async () => {
    const directory = home();
    const daemon = await started(directory);
    const answer = await lock(directory, await createVault(directory));
    expect(JSON.parse(answer.text)).toEqual({ ended: 1, others: 0 });
    expect(await daemon.ended).toBe(0);
    expect(existsSync(join(directory, 'daemon.sock'))).toBe(false);
    expect(existsSync(join(directory, 'vault.db.daemon'))).toBe(false);
    const log = readFileSync(join(directory, 'daemon.log'), 'utf8');
    expect(log).toMatch(/started: .*\n(.*\n)*.* socket POST \/lock 200 .*\n.* ending: no session is left\n$/);
    expect(log).not.toContain(password);
  });

  it('with --stay goes on without sessions, and takes the next login', async () => {
    const directory = home();
    await started(directory, ['run', '--stay']);
    await lock(directory, await createVault(directory));
    const login = await through(directory, '/login', { method: 'POST', headers: json }, JSON.stringify({ password }));
    expect(login.status).toBe(200);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends on %s, exit 0, with everything stored', async (signal) => {
    const directory = home();
    const daemon = await started(directory);
    await createVault(directory);
    daemon.child.kill(signal);
    expect(await daemon.ended).toBe(0);
    expect(existsSync(join(directory, 'daemon.sock'))).toBe(false);
    await started(directory);
    expect(JSON.parse((await through(directory, '/status')).text)).toMatchObject({ accounts: ['default'], locked: true });
  });

  it('takes the place of one that was killed, with its socket and its vault', async () => {
    const directory = home();
    const killed = await started(directory);
    await createVault(directory);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(join(directory, 'daemon.sock'))).toBe(true);
    await started(directory);
    expect(JSON.parse((await through(directory, '/status')).text)).toMatchObject({ accounts: ['default'] });
  });

  it('notes in its log that it cannot read what this machine has seen', async () => {
    const directory = home();
    writeFileSync(join(directory, 'seen.json'), '{"cut');
    const daemon = await started(directory);
    daemon.child.kill('SIGTERM');
    await daemon.ended;
    expect(readFileSync(join(directory, 'daemon.log'), 'utf8')).toContain(' seen.json cannot be read: ');
  });

  it('is one for each database, however many start at once', async () => {
    const directory = home();
    const all = Array.from({ length: 3 }, () => start(directory));
    await eventually(() => all.filter(({ child }) => child.exitCode !== null).length === 2, { what: 'two of three give up' });
    const losers = all.filter(({ child }) => child.exitCode !== null);
    for (const loser of losers) {
      expect(await loser.ended).toBe(3);
      expect(loser.stderr()).toMatch(/^vaultd: a daemon serves this database already: process \d+\nhint: /);
    }
    expect((await through(directory, '/status')).status).toBe(200);
  });

  it('waits for one that is just ending', async () => {
    const directory = home();
    const first = await started(directory);
    const token = await createVault(directory);
    await lock(directory, token);
    await started(directory);
    expect(await first.ended).toBe(0);
    expect((await through(directory, '/status')).status).toBe(200);
  });

  it('opens no inspector on SIGUSR1', async () => {
    const directory = home();
    const daemon = await started(directory);
    daemon.child.kill('SIGUSR1');
    expect((await through(directory, '/status')).status).toBe(200);
    expect(daemon.stderr()).not.toContain('Debugger');
  });

  it('listens on a port of 127.0.0.1 too where it is told to', async () => {
    const directory = home();
    const daemon = await started(directory, ['run', '--port', '0']);
    const port = Number(/http:\/\/127\.0\.0\.1:(\d+)/.exec(daemon.stderr())?.[1]);
    const status = await ask({ host: '127.0.0.1', port, path: '/status' });
    expect(Object.keys(JSON.parse(status.text) as object)).toEqual(['version', 'protocol']);
    expect(JSON.parse((await through(directory, '/status')).text)).toMatchObject({ daemon: { port } });
    const page = await ask({ host: '127.0.0.1', port, path: '/docs/swagger-ui-bundle.js' });
    expect(page.text.length).toBeGreaterThan(500_000);
  });
});

describe('vaultd says why it does not start, with what to do and the code for it:', () => {
  const fails = async (directory: string, args: readonly string[] = ['run'], env: Record<string, string> = {}) => {
    const daemon = start(directory, args, env);
    const code = await daemon.ended;
    expect(existsSync(join(directory, 'vault.db.daemon'))).toBe(false);
    return { code, stderr: daemon.stderr() };
  };

  it('a path that is too long for a socket', async () => {
    const directory = join(home(), 'x'.repeat(100));
    const { code, stderr } = await fails(directory);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^vaultd: the socket's path has \d+ bytes, the system allows \d+\nhint: .*\ncode: invalid_request\n$/);
  });

  it('a directory that is open to others', async () => {
    const directory = home();
    chmodSync(directory, 0o755);
    const { code, stderr } = await fails(directory);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `vaultd: the directory ${directory} is open to other users\nhint: chmod 700 ${directory}\ncode: request_forbidden\n`,
    );
  });

  it('a directory that is a link', async () => {
    const directory = home();
    const link = join(home(), 'link');
    symlinkSync(directory, link);
    expect(await fails(directory, ['run'], { VAULTD_HOME: link })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is a link') as string,
    });
  });

  it('a configuration that is wrong', async () => {
    expect(await fails(home({ kdf: { memoryMiB: 1 } }))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('kdf.memoryMiB') as string,
    });
    const directory = home();
    writeFileSync(join(directory, 'config.json'), '{');
    expect(await fails(directory)).toMatchObject({ code: 2, stderr: expect.stringContaining('not valid JSON') as string });
  });

  it('a configuration that somebody else can write', async () => {
    const directory = home();
    chmodSync(join(directory, 'config.json'), 0o664);
    const { code, stderr } = await fails(directory);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `vaultd: somebody else can write the configuration: ${directory}/config.json\n` +
        `hint: look at what it says, make it your own, and close it: chmod go-w ${directory}/config.json\ncode: request_forbidden\n`,
    );
    const other = home();
    mkdirSync(join(other, 'vault'));
    chmodSync(join(other, 'vault'), 0o777);
    const apart = {
      VAULTD_HOME: '',
      XDG_CONFIG_HOME: other,
      XDG_DATA_HOME: directory,
      XDG_STATE_HOME: directory,
      XDG_RUNTIME_DIR: directory,
    };
    expect(await fails(directory, ['run'], apart)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`: ${other}/vault\n`) as string,
    });
  });

  it('something else where the socket belongs, which it leaves alone', async () => {
    const directory = home();
    writeFileSync(join(directory, 'daemon.sock'), 'mine');
    const { code, stderr } = await fails(directory);
    expect(code).toBe(1);
    expect(stderr).toContain('is in the way');
    expect(readFileSync(join(directory, 'daemon.sock'), 'utf8')).toBe('mine');
  });

  it('a daemon of another database on the same socket', async () => {
    const directory = home();
    const xdg = { XDG_RUNTIME_DIR: directory, XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory, VAULTD_HOME: '' };
    mkdirSync(join(directory, 'vault'), { mode: 0o700 });
    const other = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => {
      other.listen(join(directory, 'vault', 'daemon.sock'), resolve);
    });
    const { code, stderr } = await fails(directory, ['run'], { ...xdg, XDG_DATA_HOME: directory });
    other.close();
    expect(code).toBe(3);
    expect(stderr).toContain('another database');
  });

  it('a port that is taken', async () => {
    const first = home();
    const daemon = await started(first, ['run', '--port', '0']);
    const port = /127\.0\.0\.1:(\d+)/.exec(daemon.stderr())?.[1] ?? '';
    const { code, stderr } = await fails(home(), ['run', '--port', port]);
    expect(code).toBe(2);
    expect(stderr).toContain(`port ${port} on 127.0.0.1 cannot be used`);
  });

  it('a database that is none', async () => {
    const directory = home();
    writeFileSync(join(directory, 'vault.db'), 'this is no database at all, but a text that somebody put there\n'.repeat(100));
    const { code, stderr } = await fails(directory);
    expect(code).toBe(7);
    expect(stderr).toContain('not a vault');
  });

  it('an argument it does not know', async () => {
    expect(await fails(home(), ['start'])).toMatchObject({ code: 2 });
    expect(await fails(home(), ['--help'])).toMatchObject({ code: 0, stderr: expect.stringContaining('Usage: vaultd run') as string });
  });
});
