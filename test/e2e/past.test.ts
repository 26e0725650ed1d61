import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, succeed } from './vaults.ts';

const home = sharedHome({ prepare: (made) => createVault(made) });
const run = (...args: string[]) => home().run(args);
const password = async (name: string, ...args: string[]) => (await run('get', name, ...args)).stdout;

describe('vault rotate', () => {
  it('makes a password that waits, and every command tells old from new', async () => {
    await addEntry(home(), 'site', 'old', '-u', 'me');
    const made = await run('rotate', 'site', '-g', '30', '--no-symbols');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[A-Za-z0-9]{30}$/) });
    expect(made.stderr).toContain('made a new password for site (me)');
    expect(await run('rotate', 'site')).toMatchObject({ code: 0, stdout: made.stdout, stderr: expect.stringContaining('pending since') });
    expect(await password('site')).toBe('old');
    expect(await password('site', '--previous')).toBe('old');
    expect((await run('get', 'site', '--all')).stdout).toMatch(/^pending +\*{8}$/m);
    expect((await run('get', 'site', '--all', '--reveal')).stdout).toContain(made.stdout);
    expect(await run('rotate', 'site', '--words', '4')).toMatchObject({ code: 6, stderr: expect.stringContaining('--abort makes room') });
    expect(await home().run(['edit', 'site', '--password-stdin'], { input: 'third' })).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('vault rotate NAME --commit'),
    });
    expect(await json(home(), ['rotate', 'site', '--commit'])).toMatchObject({ name: 'site', username: 'me', revision: 3 });
    expect(await password('site')).toBe(made.stdout);
    expect(await password('site', '--previous')).toBe('old');
  });

  it('is given up, and says so where nothing waits', async () => {
    await addEntry(home(), 'other', 'kept');
    const { password: pending } = (await json(home(), ['rotate', 'other'])) as { password: string };
    await succeed(home(), ['rotate', 'other', '--abort']);
    expect(await password('other')).toBe('kept');
    expect(await run('get', 'other', '--previous')).toMatchObject({ code: 5, stdout: '' });
    for (const how of ['--commit', '--abort']) {
      expect(await run('rotate', 'other', how)).toMatchObject({ code: 5, stderr: expect.stringContaining('no new password is pending') });
    }
    expect((await run('history', 'other', '--show')).stdout).toContain(`${pending} (pending)`);
  });

  it.each([[['--commit', '--abort']], [['--commit', '-g']], [['--abort', '--words', '3']], [['--commit', '-c']], [['--words', 'x']]])(
    'refuses %j',
    async (args) => {
      expect(await run('rotate', 'other', ...args)).toMatchObject({ code: 2, stdout: '' });
    },
  );

  it('has both passwords whenever it is killed', async () => {
    await addEntry(home(), 'killed', 'old');
    for (let delay = 0; delay < 200; delay += 40) {
      await home().shell(`vault rotate killed >/dev/null 2>&1 & p=$!; sleep ${String(delay / 1000)}; kill -9 $p; wait $p; true`);
      expect(await password('killed', '--previous')).toMatch(/^(old)?$/);
      expect(await password('killed')).toBe('old');
    }
    const pending = await run('rotate', 'killed');
    expect((await run('rotate', 'killed')).stdout).toBe(pending.stdout);
    await succeed(home(), ['rotate', 'killed', '--commit']);
    expect([await password('killed'), await password('killed', '--previous')]).toEqual([pending.stdout, 'old']);
  });
});

describe('vault history and restore', () => {
  it('lists revisions with their dates, and passwords only on demand', async () => {
    await addEntry(home(), 'aged', 'one', '--notes', 'n');
    await succeed(home(), ['edit', 'aged', '--password-stdin'], { input: 'two' });
    await succeed(home(), ['edit', 'aged', '--unset', 'notes']);
    const { stdout } = await run('history', 'aged');
    expect(stdout).toMatch(/^3\t[^\t]+\tnotes\n2\t\d{4}-\d\d-\d\dT[^\t]+\tpassword\n1\t[^\t]+\tcreated\n$/);
    const shown = (await run('history', 'aged', '--show')).stdout.split('\n').map((line) => line.split('\t')[3]);
    expect(shown).toEqual(['', 'two', 'one', undefined]);
    expect(JSON.stringify(await json(home(), ['history', 'aged']))).not.toContain('password":"');
    expect(await json(home(), ['history', 'aged', '--show'])).toMatchObject([
      { password: 'two' },
      { password: 'two' },
      { password: 'one' },
    ]);
    expect(await run('history', 'nobody')).toMatchObject({ code: 5 });
  });

  it('hides a password on a terminal behind stars, and shows none where there never was one', async () => {
    writeFileSync(home().path('two.csv'), 'name,url,username,password,note\nhas-one,,,secret,\nhas-none,,me,,\n');
    await succeed(home(), ['import', 'chrome', 'two.csv']);
    for (const [name, stars] of [
      ['has-one', true],
      ['has-none', false],
    ] as const) {
      const terminal = home().terminal(['history', name]);
      expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
      const screen = await terminal.screen();
      expect(screen).toContain('created');
      expect(screen.includes('********')).toBe(stars);
    }
  });

  it('brings an earlier revision back as a new one', async () => {
    await succeed(home(), ['restore', 'aged', '--revision', '1']);
    expect(await json(home(), ['get', 'aged'])).toMatchObject({ password: 'one', notes: 'n', revision: 4 });
    expect(await run('restore', 'aged', '--revision', '9')).toMatchObject({ code: 5, stderr: expect.stringContaining('vault history') });
    expect(await run('restore', 'aged', '--revision', 'x')).toMatchObject({ code: 2 });
    expect(await run('restore', 'aged')).toMatchObject({ code: 5, stderr: expect.stringContaining('--revision N') });
  });

  it('brings an entry back from the trash, whose name must be free', async () => {
    await succeed(home(), ['rm', 'aged', '--yes']);
    expect(await json(home(), ['trash', 'list'])).toMatchObject([{ name: 'aged', revision: 5 }]);
    expect((await run('history', 'AGED')).stdout).toMatch(/^5\t[^\t]+\tremoved\n/);
    await addEntry(home(), 'aged', 'new');
    expect(await run('restore', 'aged')).toMatchObject({ code: 6, stderr: expect.stringContaining('vault rename') });
    await succeed(home(), ['mv', 'aged', 'young']);
    expect(await json(home(), ['restore', 'Aged'])).toMatchObject({ name: 'aged', revision: 6 });
    expect(await password('aged')).toBe('one');
  });

  it('names each of several removed entries, and empties the trash only when told to', async () => {
    for (const value of ['1', '2']) {
      await addEntry(home(), 'again', value);
      await succeed(home(), ['rm', 'again', '--yes']);
    }
    const ambiguous = await run('restore', 'again');
    expect(ambiguous).toMatchObject({ code: 6, stderr: expect.stringContaining('2 entries in the trash') });
    const [, id = ''] = /^ {2}([0-9a-f-]{36}) {2}again/m.exec(ambiguous.stderr) ?? [];
    await succeed(home(), ['restore', id]);
    expect(await password('again')).toBe('2');
    expect(await run('trash', 'empty')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect((await run('trash', 'list')).stdout).toMatch(/^again\t\t\S+Z\t\S+Z\t[0-9a-f-]{36}\n$/);
    const terminal = home().terminal(['trash', 'empty']);
    await terminal.waitForPrompt('Delete 1 removed entry for good');
    terminal.answer('y');
    expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
    expect(await json(home(), ['trash', 'empty', '--yes'])).toEqual({ removed: 0 });
    expect((await run('trash', 'list')).stdout).toBe('');
    expect((await run('doctor')).code).toBe(0);
  });
});

it('vault list --tree shows names with slashes as a tree', async () => {
  await addEntry(home(), 'tree/a/x', '1', '-u', 'me');
  await addEntry(home(), 'tree/b', '2', '-t', 'leaf');
  expect((await run('list', 'tree/*', '--tree')).stdout).toBe('tree/\n├── a/\n│   └── x  me\n└── b\n');
  expect((await run('list', '-t', 'leaf', '--tree')).stdout).toBe('tree/\n└── b\n');
  expect(await run('list', '--tree', '--json')).toMatchObject({ code: 2 });
});
