import { existsSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { maskText as mask } from '../../src/core/mask.ts';
import { sharedHome, type VaultOptions } from '../support/home.ts';
import type { RunResult } from '../support/run.ts';
import { addEntry, createVault, succeed } from './vaults.ts';

const key = '-----BEGIN KEY-----\nline one of it\nline two of it\n-----END KEY-----\n';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'work/db', 'first secret', '-u', 'app', '--field', 'port=5432');
    await addEntry(made, 'key', key);
    await addEntry(made, 'long', 'x'.repeat(200_000));
    await addEntry(made, 'twice', 'one', '-u', 'a');
    await addEntry(made, 'twice', 'two', '-u', 'b');
  },
});

const P = ['-e', 'P=vault://work/db/password'];

/** `vault run` of a line of shell. */
async function run(options: readonly string[], script: string, more?: VaultOptions): Promise<RunResult> {
  return await home().run(['run', ...options, '--', 'sh', '-c', script], more);
}

describe('vault run', () => {
  it('replaces references wherever they stand in the environment, an env file over it and -e over both', async () => {
    writeFileSync(home().path('one.env'), 'A=file\nB=vault://work/db/port\nC=vault://work/db/username\n');
    writeFileSync(home().path('two.env'), "export C='plain # text'\n");
    const env = { A: 'vault://work/db/password', D: 'vault://work/db/password', E: 'kept' };
    const files = ['--env-file', 'one.env', '--env-file', 'two.env'];
    const { code, stdout } = await run([...files, '-e', 'E=vault://work/db/port', '--no-masking'], 'echo "$A|$B|$C|$D|$E"', { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'file|5432|plain # text|first secret|5432\n' });
  });

  it('shows no secret, on either stream, cut and overlapping and in many lines', async () => {
    const script = `echo "$P"; printf 'first '; printf 'secret.\\n'; echo "err $P" >&2; echo "$K"; echo 5432 "$N"`;
    const shown = await run([...P, '-e', 'K=vault://key/password', '-e', 'N=vault://work/db/port'], script);
    expect(shown).toMatchObject({ code: 0, stdout: `${mask}\n${mask}.\n${mask}\n${mask} ${mask}\n`, stderr: `err ${mask}\n` });
  });

  it('ends as the command ends, by a status or a signal', async () => {
    expect(await run(P, 'exit 7')).toMatchObject({ code: 7 });
    expect(await run(P, 'kill -TERM $$')).toMatchObject({ code: 143 });
    expect(await run(['--no-masking', ...P], 'kill -KILL $$')).toMatchObject({ code: 137 });
    expect(await home().run(['run', 'no-such-program'])).toMatchObject({
      code: 127,
      stderr: 'vault: no-such-program: command not found\n',
    });
    writeFileSync(home().path('no-program'), '');
    expect(await home().run(['run', './no-program'])).toMatchObject({ code: 126 });
    expect(await home().run(['run', '/etc'])).toMatchObject({ code: 126 });
  });

  it('hands on what is typed in, signals where no terminal does, and the end of who reads', async () => {
    expect(await run(P, 'cat', { input: 'typed in' })).toMatchObject({ stdout: 'typed in' });
    const told = await home().shell(
      `vault run -e P=vault://work/db/password -- sh -c 'trap "echo told; exit 4" TERM; echo ready >ready; while :; do sleep 0.05; done' & while ! [ -s ready ]; do sleep 0.05; done; kill -TERM $!; wait $!; echo "status $?"`,
    );
    expect(told.stdout).toBe('told\nstatus 4\n');
    expect(await home().shell(`vault run -e P=vault://work/db/password -- yes | head -1`)).toMatchObject({ stdout: 'y\n', stderr: '' });
  });

  it('keeps the order of output and errors that go to one place', async () => {
    const line = 'for i in 1 2 3 4; do echo out; echo err >&2; done; echo $P >&2';
    const shown = await home().shell(`vault run -e P=vault://work/db/password -- sh -c '${line}' 2>&1`);
    expect(shown.stdout).toBe(`${'out\nerr\n'.repeat(4)}${mask}\n`);
  });

  it.runIf(existsSync('/dev/full'))('says that output was lost where the disk is full, as every command does', async () => {
    for (const line of ['run -e P=vault://work/db/password -- echo out', 'read vault://work/db/password', 'get work/db --all', 'inject']) {
      const { stdout, stderr } = await home().shell(`echo text | vault ${line} >/dev/full; echo "status $?"`);
      expect({ line, stdout, stderr }).toEqual({
        line,
        stdout: 'status 1\n',
        stderr: 'vault: the disk is full\nhint: free some space and try again\n',
      });
    }
  });

  it('gives the command the caller’s environment and umask, and nothing of Vault’s own', async () => {
    const env = { NODE_OPTIONS: '--no-warnings', BUN_OPTIONS: 'a "b"\nc', VAULTD_TOKEN: undefined, VAULTD_ACCOUNT: 'default' };
    const { stdout } = await home().shell(
      `umask 027; vault run -e P=vault://work/db/password -- sh -c 'echo "$NODE_OPTIONS|$BUN_OPTIONS|$(umask)"; env | grep -c "^VAULTD_"'`,
      { env },
    );
    expect(stdout).toBe('--no-warnings|a "b"\nc|0027\n0\n');
    expect(await run(['-e', 'VAULTD_TOKEN=vault://work/db/password'], 'true')).toMatchObject({ code: 2 });
  });

  it.runIf(process.platform === 'linux')('gives values on file descriptors, where no environment, argument or file has them', async () => {
    const options = ['--fd', '3=vault://work/db/password', '--fd', '7=vault://long/password', '--no-masking'];
    const script = `cat /dev/fd/3; cat <&3; wc -c </dev/fd/7; tr '\\0' '\\n' </proc/$$/environ /proc/$PPID/environ /proc/$PPID/cmdline | grep -c 'first secret'`;
    const { stdout } = await run(options, script);
    expect(stdout).toBe('first secretfirst secret200000\n0\n');
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith('vault-'))).toEqual([]);
    for (const wrong of ['2=vault://a/b', '3', 'x=vault://a/b']) expect(await run(['--fd', wrong], 'true')).toMatchObject({ code: 2 });
  });

  it('stops before the command starts where a reference leads nowhere, and names each', async () => {
    const options = ['-e', 'A=vault://nobody/password', ...P, '-e', 'B=vault://work/db/nothing', '-e', 'C=vault://twice/password'];
    const stopped = await run(options, 'touch started');
    expect(stopped).toMatchObject({ code: 5, stdout: '' });
    expect(stopped.stderr).toContain('A  vault://nobody/password');
    expect(stopped.stderr).toContain('B  vault://work/db/nothing');
    expect(stopped.stderr).toContain('C  vault://twice/password');
    expect(await run(['-e', 'C=vault://twice/password'], 'touch started')).toMatchObject({ code: 6 });
    expect(await run(['-e', 'C=vault://work/db/nothing'], 'touch started')).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('vault get NAME --all') as string,
    });
    expect(await run(['-e', 'C=vault://twice'], 'touch started')).toMatchObject({ code: 2, stderr: expect.stringContaining('C: ') });
    expect(await run(['-e', 'C=plain'], 'touch started')).toMatchObject({ code: 2 });
    expect(await run(['-e', 'L=vault://long/password'], 'touch started')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--fd'),
    });
    writeFileSync(home().path('bad.env'), 'A=1\nnonsense\n');
    expect(await run(['--env-file', 'bad.env'], 'touch started')).toMatchObject({ code: 2, stderr: expect.stringContaining('line 2') });
    expect(existsSync(home().path('started'))).toBe(false);
  });

  it('asks nobody where the vault is locked and there is no terminal', async () => {
    expect(await run(P, 'true', { env: { VAULTD_TOKEN: 'nonsense' } })).toMatchObject({ code: 4, stdout: '' });
    expect(await run([], 'echo no secrets wanted', { env: { VAULTD_TOKEN: 'nonsense' } })).toMatchObject({ code: 0 });
  });
});

describe('vault run --locked', () => {
  it('pins what references give, in a file that tells nothing, and stops when a secret has changed', async () => {
    await addEntry(home(), 'pinned', 'before', '-u', 'me');
    const locked = ['--locked', '-e', 'A=vault://pinned/password', ...P];
    const lock = () => readFileSync(home().path('vault.lock'), 'utf8');
    expect(await run(locked, 'echo ran')).toMatchObject({ code: 0, stdout: 'ran\n', stderr: 'pinned 2 references in vault.lock\n' });
    const first = lock();
    expect(first).toMatch(/^#.*\nvault-lock 1\n([\w-]{22} [\w-]{43}\n){2}$/);
    await succeed(home(), ['edit', 'pinned', '--notes', 'something else']);
    expect(await run([...locked, '-e', 'U=vault://pinned/username'], 'echo ran')).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(lock()).toContain(first.slice(first.lastIndexOf('\n', first.length - 2)));

    await succeed(home(), ['edit', 'pinned', '--password-stdin'], { input: 'after' });
    const stopped = await run(locked, 'touch started');
    expect(stopped).toMatchObject({ code: 9, stdout: '', stderr: expect.stringContaining('A  vault://pinned/password') });
    expect(stopped.stderr).not.toContain('work/db');
    expect(existsSync(home().path('started'))).toBe(false);
    expect(await run([...locked, '--update-lock'], 'echo ran')).toMatchObject({ code: 0, stdout: 'ran\n' });
    expect(await run(locked, 'echo ran')).toMatchObject({ code: 0, stderr: '' });

    writeFileSync(home().path('other.lock'), 'nonsense');
    expect(await run([...locked, '--lock-file', 'other.lock'], 'echo ran')).toMatchObject({ code: 7, stdout: '' });
  });
});

describe('vault inject', () => {
  const template = 'host: db\npassword: "{{ vault://work/db/password }}"\nport: {{vault://work/db?username=app/port}}\n';
  const filled = 'host: db\npassword: "first secret"\nport: 5432\n';

  it('fills a template, from a file or a pipe, to a file of one’s own or a pipe', async () => {
    writeFileSync(home().path('t.yml'), template);
    expect(await home().run(['inject', '-i', 't.yml'])).toMatchObject({ code: 0, stdout: filled, stderr: '' });
    expect(await home().run(['inject'], { input: template })).toMatchObject({ code: 0, stdout: filled });
    expect(JSON.parse(await succeed(home(), ['--json', 'inject', '-i', 't.yml', '-o', 'out.yml']))).toEqual({
      file: 'out.yml',
      references: 2,
    });
    expect(readFileSync(home().path('out.yml'), 'utf8')).toBe(filled);
    expect(statSync(home().path('out.yml')).mode & 0o777).toBe(0o600);
  });

  it('keeps a file that is there, but for --force', async () => {
    writeFileSync(home().path('there.yml'), 'before', { mode: 0o644 });
    expect(await home().run(['inject', '-o', 'there.yml'], { input: template })).toMatchObject({ code: 6 });
    expect(readFileSync(home().path('there.yml'), 'utf8')).toBe('before');
    await succeed(home(), ['inject', '--force', '-o', 'there.yml'], { input: template });
    expect(readFileSync(home().path('there.yml'), 'utf8')).toBe(filled);
    expect(statSync(home().path('there.yml')).mode & 0o777).toBe(0o600);
    symlinkSync('there.yml', home().path('link.yml'));
    await succeed(home(), ['inject', '-f', '-o', 'link.yml'], { input: 'x' });
    expect(readFileSync(home().path('there.yml'), 'utf8')).toBe(filled);
    for (const place of ['.', '/dev/null', 'no/such/directory']) {
      expect(await home().run(['inject', '-f', '-o', place], { input: 'x' })).toMatchObject({ code: 2 });
    }
  });

  it('writes nothing where one reference fails', async () => {
    const failed = await home().run(['inject', '-o', 'failed.yml'], { input: `${template}{{ vault://nobody/password }}` });
    expect(failed).toMatchObject({ code: 5, stdout: '', stderr: expect.stringContaining('line 4  vault://nobody/password') });
    expect(await home().run(['inject', '-o', 'failed.yml'], { input: '\n{{ vault://work }}' })).toMatchObject({ code: 2 });
    expect(readdirSync(home().directory).filter((name) => name.includes('failed'))).toEqual([]);
  });
});
