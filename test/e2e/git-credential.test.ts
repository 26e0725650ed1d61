import { createServer, type Server } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshHome, type Home, sharedHome, type VaultOptions } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

/** git as a fresh account of this machine has it: asks nobody, and its helper is ours. */
const gitEnv = { GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false' } as const;

async function git(home: Home, args: string, { env, ...options }: VaultOptions = {}) {
  return await home.shell(`git -c credential.helper=vault ${args}`, { env: { ...gitEnv, ...env }, ...options });
}

/** What `git credential fill` finds for these lines; null where it finds nothing. */
async function fill(home: Home, ...lines: readonly string[]): Promise<string[] | null> {
  const { code, stdout } = await git(home, 'credential fill', { input: `${lines.join('\n')}\n` });
  return code === 0 ? stdout.trimEnd().split('\n') : null;
}

async function tell(home: Home, operation: 'approve' | 'reject', ...lines: readonly string[]): Promise<void> {
  expect(await git(home, `credential ${operation}`, { input: `${lines.join('\n')}\n` })).toMatchObject({ code: 0, stdout: '', stderr: '' });
}

const helper = (home: Home, operation: string, input: string, env: VaultOptions['env'] = {}) =>
  home.shell(`git-credential-vault ${operation}`, { input, env });

describe('what git asks of every helper', () => {
  const home = sharedHome({ prepare: createVault });
  const example = ['protocol=https', 'host=example.com'];

  it('is kept, found and forgotten', async () => {
    await tell(home(), 'approve', ...example, 'username=one', 'password=first');
    await tell(home(), 'approve', ...example, 'username=two', 'password=2 = zwei');
    expect(await fill(home(), ...example)).toEqual([...example, 'username=two', 'password=2 = zwei']);
    expect(await fill(home(), 'protocol=http', 'host=example.com')).toBeNull();
    await tell(home(), 'reject', ...example, 'username=one', 'password=other');
    expect(await fill(home(), ...example, 'username=one')).toContain('password=first');
    await tell(home(), 'reject', ...example);
    expect(await fill(home(), ...example)).toBeNull();
  });

  it('with a header’s credential, an expiry, and nothing that is ephemeral', async () => {
    const site = 'protocol=https\nhost=token.example\n';
    const bearer = 'authtype=Bearer\ncredential=t\n';
    await helper(home(), 'store', `capability[]=authtype\n${bearer}${site}ephemeral=1\n`);
    expect(await json(home(), ['list', 'token'])).toEqual([]);
    await helper(home(), 'store', `capability[]=authtype\n${bearer}${site}password_expiry_utc=9999999999\noauth_refresh_token=r\n`);
    expect(await helper(home(), 'get', `capability[]=authtype\n${site}\n`)).toMatchObject({
      stdout: `capability[]=authtype\n${bearer}password_expiry_utc=9999999999\noauth_refresh_token=r\n`,
    });
    expect(await helper(home(), 'get', site)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('and nothing else: what is cut off or unknown does and says nothing', async () => {
    await addEntry(home(), 'kept.example', 'secret');
    for (const [operation, input] of [
      ['get', 'protocol=https\n'],
      ['erase', 'protocol=https\n'],
      ['frobnicate', 'protocol=https\nhost=kept.example\n'],
    ] as const) {
      expect(await helper(home(), operation, input), operation + input).toMatchObject({ code: 0, stdout: '', stderr: '' });
    }
    const cut = await helper(home(), 'erase', 'protocol=https\nhost=kept.example\npassw');
    expect(cut).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('nothing was changed') as string });
    expect(await succeed(home(), ['get', 'kept.example'])).toBe('secret');
    await addEntry(home(), 'lines.example', 'two\nusername=evil');
    expect(await helper(home(), 'get', 'protocol=https\nhost=lines.example\n')).toMatchObject({
      stdout: '',
      stderr: expect.stringContaining('more than one line') as string,
    });
  });
});

describe('the real git and a server that wants a password', () => {
  const home = sharedHome({ prepare: createVault });
  const right = `Basic ${Buffer.from('me:push here').toString('base64')}`;
  let server: Server;
  let asked = 0;

  beforeAll(async () => {
    const setup = 'git init -q --bare r.git && cd r.git && git update-server-info';
    expect(await home().shell(setup, { env: gitEnv })).toMatchObject({ code: 0 });
    server = createServer((request, response) => {
      if (request.headers.authorization !== right) {
        asked += 1;
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="r"' }).end();
        return;
      }
      const path = join(home().directory, new URL(request.url ?? '/', 'http://x').pathname);
      if (path.includes('/r.git/') && existsSync(path)) response.end(readFileSync(path));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  const url = () => {
    const address = server.address();
    return `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}/r.git`;
  };

  it('need nobody who types it', async () => {
    const wrong = await git(home(), `ls-remote ${url()}`);
    expect(wrong).toMatchObject({ code: 128, stderr: expect.stringContaining('could not read Username') as string });
    await succeed(home(), ['add', url(), '-u', 'me', '--password-stdin'], { input: 'push here' });
    for (let i = 0; i < 2; i++) expect(await git(home(), `ls-remote ${url()}`)).toMatchObject({ code: 0, stderr: '' });
    // git has stored after each use what was there already.
    expect(await json(home(), ['list'])).toMatchObject([{ revision: 1 }]);
  });

  it('are given by a scoped token what that is for; it changes nothing, and says so of what was wrong', async () => {
    const env = { VAULTD_TOKEN: await succeed(home(), ['token', 'create', '--entry', new URL(url()).host]) };
    expect(await git(home(), `ls-remote ${url()}`, { env })).toMatchObject({ code: 0, stderr: '' });
    await addEntry(home(), 'other.example', 'secret', '-u', 'me');
    const asked = 'protocol=https\nhost=other.example\n';
    expect(await helper(home(), 'get', asked, env)).toMatchObject({ code: 0, stdout: '', stderr: '' });
    for (const [operation, said] of [
      ['store', ''],
      ['erase', expect.stringContaining('nothing was changed') as string],
    ]) {
      const told = await helper(home(), String(operation), `${asked}username=me\npassword=secret\n`, env);
      expect(told).toMatchObject({ code: 0, stdout: '', stderr: said });
    }
    expect(await succeed(home(), ['get', 'other.example'])).toBe('secret');
    await succeed(home(), ['rm', '--yes', 'other.example']);
  });

  it('lose a password that is wrong, and keep the one that somebody types then', async () => {
    await succeed(home(), ['edit', new URL(url()).host, '--password-stdin'], { input: 'old' });
    const before = asked;
    expect((await git(home(), `ls-remote ${url()}`)).code).toBe(128);
    expect(asked).toBe(before + 2);
    expect(await json(home(), ['list'])).toEqual([]);
    const askpass = `#!/bin/sh\ncase $1 in User*) echo me ;; *) echo 'push here' ;; esac\n`;
    await home().shell(`cat >askpass && chmod +x askpass`, { input: askpass });
    expect(await git(home(), `ls-remote ${url()}`, { env: { GIT_ASKPASS: home().path('askpass') } })).toMatchObject({ code: 0 });
    expect(await git(home(), `ls-remote ${url()}`)).toMatchObject({ code: 0 });
    expect(await json(home(), ['list'])).toMatchObject([{ username: 'me', urls: [new URL(url()).origin] }]);
  });

  it('ask for the master password on a terminal while the vault is locked, and for nothing without one', async () => {
    await succeed(home(), ['lock']);
    const silent = await helper(home(), 'get', 'protocol=https\nhost=example.com\n');
    expect(silent).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(home().daemonPid()).toBeNull();
    const terminal = home().shellTerminal(`git -c credential.helper=vault ls-remote ${url()} && echo do''ne`, { env: gitEnv });
    await terminal.waitFor('Master password');
    terminal.answer(masterPassword);
    await terminal.waitFor('done');
  });
});

it('vault git-credential install names the helper in git’s configuration, beside others, and uninstall takes it out', async () => {
  const home = freshHome();
  await home.shell('git config --global credential.helper "store --file x"', { env: gitEnv });
  const configured = async () => (await home.shell('git config --global --get-all credential.helper', { env: gitEnv })).stdout;
  const installed = await home.run(['git-credential', 'install'], { env: gitEnv });
  expect(installed).toMatchObject({ code: 0, stderr: expect.stringContaining('git goes on asking store') as string });
  expect(await configured()).toBe('store --file x\nvault\n');
  const again = await home.run(['git-credential', 'install', '--json', '-q'], { env: { ...gitEnv, PATH: '/usr/bin:/bin' } });
  const { helper: path } = JSON.parse(again.stdout) as { helper: string };
  expect(await configured()).toBe(`store --file x\n${path}\n`);
  await createVault(home);
  await addEntry(home, 'example.com', 'secret', '-u', 'me');
  const filled = await home.shell('git credential fill', { env: gitEnv, input: 'protocol=https\nhost=example.com\n' });
  expect(filled.stdout).toContain('password=secret');
  expect(await home.run(['git-credential', 'uninstall'], { env: gitEnv })).toMatchObject({ code: 0 });
  expect(await configured()).toBe('store --file x\n');
});
