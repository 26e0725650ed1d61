import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'e', 'p', '-u', 'me');
  },
});

function file(name: string, data: Uint8Array): string {
  writeFileSync(home().path(name), data);
  return home().path(name);
}

describe('a file', () => {
  it('goes in and comes out as it was, 0600, and never over another', async () => {
    const data = randomBytes(300_000);
    const attached = await home().run(['attach', 'e', file('scan.pdf', data)]);
    expect(attached).toMatchObject({ code: 0, stdout: '', stderr: 'attached scan.pdf (293 KiB) to e (me)\n' });
    const out = home().path('out');
    await succeed(home(), ['attachment', 'get', 'e', 'scan.pdf', '-o', out]);
    expect(readFileSync(out).equals(data)).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await home().run(['attachment', 'get', 'e', 'scan.pdf', '-o', out])).toMatchObject({ code: 6 });
    mkdirSync(home().path('dir'));
    await succeed(home(), ['attachment', 'get', 'e', 'scan.pdf', '-o', home().path('dir')]);
    expect(readdirSync(home().path('dir'))).toEqual(['scan.pdf']);
    const summed = await home().shell(`vault attachment get e scan.pdf | cmp - ${out}`);
    expect(summed).toMatchObject({ code: 0, stderr: '' });
  });

  it('is listed, shown with all, and taken off', async () => {
    expect(await json(home(), ['attach', 'e', '-', '--as', 'piped'], { input: 'x' })).toMatchObject({ name: 'e', revision: 3 });
    expect(await succeed(home(), ['attachment', 'list', 'e'])).toMatch(/^scan\.pdf\t300000\t[0-9a-f-]{36}\npiped\t1\t[0-9a-f-]{36}\n$/);
    expect(await json(home(), ['attachment', 'list', 'e'])).toHaveLength(2);
    expect(await succeed(home(), ['get', 'e', '--all'])).toMatch(/^attachment +scan\.pdf \(293 KiB\)$/m);
    expect(await json(home(), ['attachment', 'rm', 'e', 'piped'])).toMatchObject({ revision: 4 });
    expect(await home().run(['attachment', 'get', 'e', 'pipd'])).toMatchObject({ code: 5, stdout: '' });
  });

  beforeAll(() => {
    file('large', Buffer.alloc(40_000_000));
  });

  it.each([
    ['that is not there', ['attach', 'e', '/nonexistent'], 2],
    ['that is a directory', ['attach', 'e', '/'], 2],
    ['without a name of its own', ['attach', 'e', '-'], 2],
    ['without an end', ['attach', 'e', '/dev/zero', '--as', 'zeros'], 2],
    ['for an entry that is not there', ['attach', 'nobody', '/etc/hostname', '--as', 'x'], 5],
    ['whose name is taken, and that is large', ['attach', 'e', 'large', '--as', 'scan.pdf'], 6],
    ['whose name is taken', ['attach', 'e', '/etc/hostname', '--as', 'scan.pdf'], 6],
  ])('%s is refused', async (_, args, code) => {
    expect(await home().run(args)).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(/^vault: .*/) });
    expect(await json(home(), ['attachment', 'list', 'e'])).toHaveLength(1);
  });

  it('is not printed on a terminal unasked', async () => {
    const terminal = home().terminal(['attachment', 'get', 'e', 'scan.pdf']);
    expect(await terminal.waitForEnd()).toMatchObject({ code: 2 });
    expect(terminal.output).toContain('-o FILE');
  });

  it('that breaks off leaves the entry as it was, whoever was killed', async () => {
    const before = await json(home(), ['get', 'e']);
    // Half of a file, and then nothing more for a while.
    const half = '(head -c 3000000 /dev/urandom; sleep 20) 2>/dev/null | vault attach e - --as half >/dev/null 2>&1 & sleep 1';
    await home().shell(`${half}; kill -9 $!`);
    expect(await json(home(), ['get', 'e'])).toEqual(before);
    expect(await json(home(), ['attachment', 'list', 'e'])).toHaveLength(1);
    await home().shell(half);
    process.kill(home().daemonPid() ?? 0, 'SIGKILL');
    await succeed(home(), ['login', '--password-stdin'], { input: `${masterPassword}\n` });
    expect(await json(home(), ['get', 'e'])).toEqual(before);
    expect(await home().shell('vault attachment get e scan.pdf | cmp - scan.pdf')).toMatchObject({ code: 0 });
  });
});
