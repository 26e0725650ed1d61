import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshHome, type Home, type VaultOptions } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { createVault, json, masterPassword, succeed } from './vaults.ts';

const client = isHere('ssh-add');
const server = isHere('sshd');

/** A line of shell whose programs find the agent. */
async function withAgent(home: Home, line: string, options: VaultOptions = {}) {
  return await home.shell(`eval "$(vault ssh env)" && ${line}`, options);
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** An sshd on loopback that lets these keys in, as whoever runs the tests. */
async function startSshd(home: Home, authorized: string): Promise<(line: string) => string> {
  const path = (name: string) => home.path(name);
  // Where sshd runs as root, it wants the directory that its package's service makes.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  await home.shell('ssh-keygen -q -t ed25519 -N "" -f host');
  writeFileSync(path('authorized'), authorized);
  const port = await freePort();
  const config = [
    `HostKey ${path('host')}`,
    `ListenAddress 127.0.0.1:${String(port)}`,
    `AuthorizedKeysFile ${path('authorized')}`,
    'AuthenticationMethods publickey',
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
  ];
  writeFileSync(path('sshd_config'), config.join('\n'));
  const { stdout: program } = await home.shell('command -v sshd');
  const sshd = spawn(program.trim(), ['-D', '-e', '-f', path('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void sshd.kill());
  let said = '';
  sshd.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await eventually(() => said.includes('Server listening'), { what: `sshd: ${said}` });
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'BatchMode=yes', 'IdentityFile=none'];
  return (line) =>
    `ssh -F none ${options.map((option) => `-o ${option}`).join(' ')} -p ${String(port)} ${userInfo().username}@127.0.0.1 '${line}'`;
}

describe.runIf(client)('the SSH agent', () => {
  it('keeps keys that were there, makes new ones, and signs with each for the real programs', async () => {
    const home = freshHome();
    await createVault(home);
    await home.shell('ssh-keygen -q -t ed25519 -a 2 -N geheim -f own -C me@home && ssh-keygen -q -t rsa -b 2048 -N "" -f old');
    expect(await home.run(['ssh', 'add', 'own'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--passphrase-stdin') as string,
    });
    expect(await home.run(['ssh', 'add', 'own', '--passphrase-stdin'], { input: 'falsch\n' })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("the file's own passphrase") as string,
    });
    expect(await home.run(['ssh', 'add', 'own.pub'])).toMatchObject({ code: 2, stderr: expect.stringContaining('public key') as string });
    await succeed(home, ['ssh', 'add', 'own', '--passphrase-stdin'], { input: 'geheim\n' });
    await succeed(home, ['ssh', 'add', '-', '--name', 'work/old'], { input: readFileSync(home.path('old'), 'utf8') });
    await succeed(home, ['ssh', 'generate', 'new', '--type', 'ecdsa', '--bits', '384']);
    expect(await json(home, ['ssh', 'list'])).toMatchObject([
      { name: 'new', type: 'ecdsa-sha2-nistp384', confirm: false },
      { name: 'own', type: 'ssh-ed25519' },
      { name: 'work/old', type: 'ssh-rsa' },
    ]);
    const listed = await withAgent(home, 'ssh-add -l');
    for (const shown of ['384 SHA256:', 'new (ECDSA)', 'own (ED25519)', 'work/old (RSA)']) expect(listed.stdout).toContain(shown);
    writeFileSync(home.path('new.pub'), await succeed(home, ['get', 'new', '-f', 'public key']));
    writeFileSync(home.path('message'), 'signed\n');
    const sign = (key: string) =>
      `rm -f message.sig && ssh-keygen -q -Y sign -n file -f ${key}.pub message && (printf 'me '; cat ${key}.pub) >allowed && ssh-keygen -Y verify -f allowed -I me -n file -s message.sig <message`;
    const keys = ['own', 'old', 'new'];
    const signed = await withAgent(home, keys.map(sign).join(' && '));
    expect({ ...signed, good: signed.stdout.match(/^Good "file" signature/gm)?.length }).toMatchObject({ code: 0, good: 3 });
    expect((await withAgent(home, 'ssh-add -D; ssh-add -d own.pub')).code).not.toBe(0);
    await succeed(home, ['ssh', 'remove', 'own', '--yes']);
    expect(await home.run(['ssh', 'remove', 'own', '--yes'])).toMatchObject({ code: 5 });
    expect((await withAgent(home, 'ssh-add -l')).stdout).not.toContain('own');
    await succeed(home, ['lock']);
    expect(await withAgent(home, 'ssh-add -l')).toMatchObject({ code: 2, stdout: '' });
  });
});

describe.runIf(client && server)('ssh itself', () => {
  it('logs in with a key of the vault, where somebody has to agree only if they do, and not while it is locked', async () => {
    const home = freshHome();
    await createVault(home);
    await succeed(home, ['ssh', 'generate', 'plain']);
    await succeed(home, ['ssh', 'generate', 'asks', '--confirm']);
    const [plain, asks] = await Promise.all(['plain', 'asks'].map((name) => succeed(home, ['get', name, '-f', 'public key'])));
    const ssh = await startSshd(home, `${String(plain)}\n`);
    expect(await withAgent(home, ssh('echo inside'))).toMatchObject({ code: 0, stdout: 'inside\n' });
    writeFileSync(home.path('authorized'), `${String(asks)}\n`);
    expect(await withAgent(home, ssh('echo inside'))).toMatchObject({ code: 255, stdout: '' });
    const askpass = join(home.directory, 'askpass');
    writeFileSync(askpass, `#!/bin/sh\necho "$1" >"$0.asked"\ntest -e "$0.yes"\n`);
    chmodSync(askpass, 0o755);
    await succeed(home, ['login', '--password-stdin'], { input: `${masterPassword}\n`, env: { SSH_ASKPASS: askpass, DISPLAY: ':7' } });
    expect(await withAgent(home, ssh('echo inside'))).toMatchObject({ code: 255, stdout: '' });
    expect(readFileSync(`${askpass}.asked`, 'utf8')).toContain('Allow use of key asks?');
    writeFileSync(`${askpass}.yes`, '');
    expect(await withAgent(home, ssh('echo inside'))).toMatchObject({ code: 0, stdout: 'inside\n' });
    await succeed(home, ['lock']);
    expect(await withAgent(home, ssh('echo inside'))).toMatchObject({ code: 255 });
  });
});
