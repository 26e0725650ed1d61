import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVault, json, masterPassword, succeed } from '../e2e/vaults.ts';
import { daemonPid, stopDaemon } from '../support/daemon.ts';
import { freshHome, type Home } from '../support/home.ts';

const mebibyte = 1024 * 1024;
/** Only root may mount, and only where the kernel lets it. */
const canMount = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

/** Puts a directory on a disk of its own, of 16 MiB. */
function onSmallDisk(directory: string): void {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=700', 'tmpfs', directory]);
  expect(mounted.stderr.toString()).toBe('');
  onTestFinished(async () => {
    // Of a daemon on a disk that is gone, nobody finds the file that names it.
    const daemon = daemonPid(directory);
    if (daemon !== null) await stopDaemon(daemon);
    spawnSync('umount', ['--lazy', directory]);
  });
}

function smallHome(): Home {
  const home = freshHome();
  const config = readFileSync(home.path('config.json'));
  onSmallDisk(home.directory);
  writeFileSync(home.path('config.json'), config, { mode: 0o600 });
  return home;
}

const free = (home: Home): number => {
  const { bavail, bsize } = statfsSync(home.directory);
  return bavail * bsize;
};

describe.runIf(canMount)('a disk that gets full', () => {
  it('refuses a file, an import, an export and a copy, loses nothing, gives their room back, and lets its owner in', async () => {
    const home = smallHome();
    await createVault(home);
    const kept = randomBytes(mebibyte);
    writeFileSync(home.path('kept.bin'), kept);
    await succeed(home, ['add', 'site', '--password-stdin'], { input: 'secret' });
    await succeed(home, ['attach', 'site', 'kept.bin']);
    const before = free(home);
    const full = { code: 1, stdout: '', stderr: expect.stringContaining('the disk is full') as string };
    const large = `head -c ${String(30 * mebibyte)} /dev/urandom`;
    expect(await home.shell(`${large} | vault attach site - --as large`)).toMatchObject(full);
    const rows = `seq 24000 | sed 's|.*|&,https://s&.example,me,password &,a note of some length|'`;
    expect(await home.shell(`{ echo name,url,username,password,note; ${rows}; } | vault import chrome -`)).toMatchObject(full);
    // Pages that were taken back stay in the database for what comes next.
    expect(free(home)).toBeGreaterThan(before - 8 * mebibyte);

    await succeed(home, ['add', 'other', '--password-stdin'], { input: 'x' });
    writeFileSync(home.path('filler'), randomBytes(Math.max(0, free(home) - (3 * mebibyte) / 4)));
    expect(await home.run(['export', 'bitwarden', 'x.json', '--plaintext', '--yes'])).toMatchObject({ code: 9 });
    expect(await home.run(['export', 'kdbx', 'x.kdbx', '--file-password-stdin'], { input: 'file password' })).toMatchObject(full);
    expect(await home.run(['backup', home.directory])).toMatchObject(full);
    expect(await home.shell('vault attachment get site kept.bin -o taken.bin')).toMatchObject(full);
    const left = readdirSync(home.directory).filter((name) => /x\.kdbx|taken|\.part|backup|\.db$/.test(name));
    expect(left).toEqual(['vault.db']);

    await succeed(home, ['lock']);
    await succeed(home, ['login', '--password-stdin'], { input: masterPassword });
    expect((await json(home, ['list'])) as unknown[]).toHaveLength(2);
    expect(await home.shell('vault attachment get site kept.bin -o - | cmp - kept.bin')).toMatchObject({ code: 0, stderr: '' });

    // The daemon cannot even write down why it does not start.
    await succeed(home, ['daemon', 'stop']);
    await home.shell('cat /dev/zero >filler');
    expect(free(home)).toBe(0);
    expect(await home.run(['login', '--password-stdin'], { input: masterPassword })).toMatchObject({
      code: 1,
      stderr: 'vault: the disk is full\nhint: free some space and try again\n',
    });
  });

  it('lets a copy take the place of the vault whole or not at all, and gives back what the attempt took', async () => {
    const home = smallHome();
    await createVault(home);
    writeFileSync(home.path('file'), randomBytes(mebibyte));
    await succeed(home, ['add', 'site', '--password-stdin'], { input: 'of the copy' });
    await succeed(home, ['attach', 'site', 'file']);
    const copy = (await succeed(home, ['backup'])).trim();
    await succeed(home, ['edit', 'site', '--password-stdin'], { input: 'later' });
    const { size } = statSync(copy);
    const daemon = daemonPid(home.directory);
    const attempt = async () =>
      await home.run(['--json', 'backup', 'restore', copy, '--yes', '--password-stdin'], { input: masterPassword });
    // Too little for a copy of the copy; for one of the vault beside it; for the transaction.
    for (const copies of [0.5, 1.5, 2.5]) {
      writeFileSync(home.path('filler'), randomBytes(free(home) - copies * size));
      const room = free(home);
      expect(await attempt()).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('"storage_full"') as string });
      expect(free(home), `with room for ${String(copies)} copies`).toBeGreaterThan(room - mebibyte / 4);
      expect(daemonPid(home.directory)).toBe(daemon);
      expect(await succeed(home, ['get', 'site'])).toBe('later');
      expect(await json(home, ['log', 'verify'])).toMatchObject({ segments: 1, broken: null, unclosed: [] });
      rmSync(home.path('filler'));
    }
    expect(await attempt()).toMatchObject({ code: 0 });
    expect(await succeed(home, ['get', 'site'])).toBe('of the copy');
  });

  it('is named where it keeps the daemon from starting', async () => {
    const home = freshHome();
    for (const name of ['data', 'config', 'state', 'run']) mkdirSync(home.path(name), { mode: 0o700 });
    onSmallDisk(home.path('data'));
    const places = { XDG_DATA_HOME: 'data', XDG_CONFIG_HOME: 'config', XDG_STATE_HOME: 'state', XDG_RUNTIME_DIR: 'run' };
    const env = { ...Object.fromEntries(Object.entries(places).map(([name, at]) => [name, home.path(at)])), VAULTD_HOME: undefined };
    await home.shell('cat /dev/zero >data/filler');
    const { code, stderr } = await home.run(['--json', 'init', '--password-stdin'], { input: masterPassword, env });
    expect({ code, ...(JSON.parse(stderr) as object) }).toMatchObject({ code: 1, error: { code: 'storage_full' } });
  });
});
