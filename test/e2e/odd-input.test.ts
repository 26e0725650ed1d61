import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quickKdf, sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, succeed } from './vaults.ts';

// More entries are read here in a minute than the brake lets through.
const home = sharedHome({ config: { kdf: quickKdf, brake: { readsPerMinute: 0 } }, prepare: (made) => createVault(made) });
const run = (...args: string[]) => home().run(args);

describe('names that are odd and allowed', () => {
  it.each([
    ['slashes', 'work/db/primary'],
    ['a slash at its ends', '/a/'],
    ['spaces', 'my bank account'],
    ['single quotes', "it's"],
    ['double quotes and backslashes', 'a "b" \\c'],
    ['emoji', '🔑🇩🇪👩‍👩‍👧‍👦'],
    ['right-to-left text', 'בנק הפועלים'],
    ['Arabic', 'بنك'],
    ['combining characters', 'Ame\u0301lie'],
    ['per cent signs', '100%2F%'],
    ['a question mark and a hash', 'what?#now'],
    ['a leading dash', '-rf'],
    ['plus and ampersand', 'a+b&c=d'],
    ['three dots', '...'],
    ['a colon', 'user:name'],
    ['shell syntax', '$(reboot) `x` ; rm'],
    ['a wide script', '三菱UFJ銀行'],
    ['1024 bytes', 'ä'.repeat(512)],
  ])('%s', async (_, name) => {
    await addEntry(home(), name, `password of ${name}`);
    expect((await run('get', '--', name)).stdout).toBe(`password of ${name}`);
    expect(await json(home(), ['list', '--', name.replace(/[*?]/g, '?')])).toMatchObject([{ name }]);
    await succeed(home(), ['mv', '--', name, 'for a moment']);
    await succeed(home(), ['mv', '--', 'for a moment', name]);
    await succeed(home(), ['rm', '--yes', '--', name]);
    expect(await run('get', '--', name)).toMatchObject({ code: 5 });
  });

  it('are the same however Unicode composes them, and whatever their case', async () => {
    await addEntry(home(), 'Ame\u0301lie Straße', 'x');
    for (const same of ['Am\u00e9lie Straße', 'AMÉLIE STRASSE', 'amélie straße']) {
      expect(await run('get', same)).toMatchObject({ code: 0, stdout: 'x' });
    }
    expect(await run('add', 'am\u00e9lie straße', '-g')).toMatchObject({ code: 6 });
  });

  it('cannot write on a terminal what they are not', async () => {
    await addEntry(home(), 'a\u202eb', 'x\u001b[2J', '-u', 'tab\there');
    expect((await run('list', 'a?b')).stdout).toMatch(/^a\\u202eb\ttab\\u0009here\t\t/);
    const terminal = home().terminal(['get', 'a\u202eb']);
    await terminal.waitForEnd();
    expect(terminal.raw).toBe('x\\u001b[2J\r\n');
    expect((await run('get', 'a\u202eb')).stdout).toBe('x\u001b[2J');
  });
});

describe('names that are refused', () => {
  it.each([
    ['empty', ''],
    ['blank', '  '],
    ['a newline', 'a\nb'],
    ['a control character', 'a\u0007b'],
    ['a line separator', 'a\u2028b'],
    ['one dot', '.'],
    ['two dots', '..'],
    ['over-long', 'x'.repeat(1025)],
    ['very long', 'x'.repeat(100_000)],
  ])('%s', async (_, name) => {
    expect(await run('add', '-g', '--', name)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^vault: /) });
    expect((await run('get', '--', name)).code).toBeGreaterThan(0);
    await addEntry(home(), 'victim', 'x');
    expect(await run('mv', '--', 'victim', name)).toMatchObject({ code: 2 });
    expect(await run('rm', '--yes', 'victim')).toMatchObject({ code: 0 });
  });
});

describe('large and malformed values', () => {
  const mebibyte = 1024 * 1024;

  it('takes a note of 1 MiB, and refuses one byte more with nothing stored', async () => {
    await succeed(home(), ['add', 'large', '--notes', '-'], { input: 'x'.repeat(mebibyte) });
    expect((await run('get', 'large', '-f', 'notes')).stdout).toHaveLength(mebibyte);
    const refused = await home().run(['add', 'larger', '--notes', '-'], { input: 'x'.repeat(mebibyte + 1) });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('at most 1 MiB') });
    expect(refused.stderr.length).toBeLessThan(300);
    expect(await run('get', 'larger')).toMatchObject({ code: 5 });
  });

  it('counts bytes, not characters', async () => {
    const refused = await home().run(['add', 'wide', '--notes', '-'], { input: 'ä'.repeat(mebibyte / 2 + 1) });
    expect(refused).toMatchObject({ code: 2 });
  });

  it('refuses more than a request may hold before sending it', async () => {
    const refused = await home().run(['add', 'huge', '--notes', '-'], { input: Buffer.alloc(9 * mebibyte, 'x') });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('8 MiB') });
    writeFileSync(home().path('note'), 'x'.repeat(mebibyte));
    const sum = await home().run(
      ['add', 'sum', '--password-stdin', ...Array.from({ length: 9 }, (_, i) => ['--field', `f${String(i)}=@note`]).flat()],
      {
        input: 'x',
      },
    );
    expect(sum).toMatchObject({ code: 2, stderr: expect.stringContaining('8 MiB') });
  });

  it('refuses bytes that are no UTF-8', async () => {
    expect(await home().run(['add', 'bytes', '--password-stdin'], { input: Buffer.from([0x61, 0xff]) })).toMatchObject({ code: 2 });
  });

  it('keeps a secret exactly: newlines, NUL, quotes, any script', async () => {
    const secret = 'a\n\nb\r\n\t"\'\\ \u0000 пароль 密码 🔑\n';
    await succeed(home(), ['add', 'exact', '--password-stdin'], { input: `${secret}\n` });
    expect((await run('get', 'exact')).stdout).toBe(secret);
  });

  it('refuses a TOTP secret that is none', async () => {
    expect(await home().run(['add', 'otp', '--field', 'totp=-'], { input: 'not base32!' })).toMatchObject({ code: 2 });
  });
});

describe('a command line that cannot be meant', () => {
  it.each([
    [['gett', 'x']],
    [['get']],
    [['get', 'a', 'b']],
    [['get', 'a', '--nonsense']],
    [['get', 'a', '--reveal']],
    [['get', 'a', '--all', '-f', 'x']],
    [['get', 'a', '--json', '-c']],
    [['list', '--color', 'pink']],
    [['list', 'x'.repeat(5000)]],
    [['find', 'x'.repeat(5000)]],
    [['get', 'a', '-u', 'x'.repeat(5000)]],
    [['completion', 'tcsh']],
    [['daemon']],
    [['daemon', 'nonsense']],
    [['daemon', 'start', '--port', '99999']],
    [[]],
  ])('%j ends with 2 and nothing on stdout', async (args) => {
    expect(await home().run(args)).toMatchObject({ code: 2, stdout: '' });
  });

  it('is an object with --json wherever that stands, and one line otherwise', async () => {
    expect(JSON.parse((await run('gett', '--json')).stderr)).toEqual({
      error: { code: 'usage', message: expect.stringContaining("'gett'") },
    });
    expect((await run('gett')).stderr).toBe("vault: unknown command 'gett'\nhint: did you mean get?\n");
  });

  it('does not repeat what was given to an option that does not exist', async () => {
    for (const option of ['--password=hunter2', '--pasword=hunter2']) {
      const { code, stdout, stderr } = await run('add', 'x', option);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).not.toContain('hunter2');
    }
    expect((await run('add', 'x', '--password=hunter2')).stderr).toContain('no secret is taken as an argument');
    expect((await run('list', '--color', 'x')).stderr).toContain("option '--color WHEN' argument");
  });

  it('prints help for every command, with an example, on stdout', async () => {
    for (const command of [
      'add',
      'get',
      'list',
      'find',
      'edit',
      'rename',
      'remove',
      'generate',
      'init',
      'login',
      'lock',
      'status',
      'passwd',
      'completion',
      'config',
      'doctor',
    ]) {
      expect(await run(command, '--help')).toMatchObject({
        code: 0,
        stderr: '',
        stdout: expect.stringMatching(new RegExp(`^Usage: vault ${command}.*Examples?:\\n  .*vault`, 's')),
      });
    }
    expect(await run('--help')).toMatchObject({ code: 0, stderr: '' });
    expect((await run('--version')).stdout).toMatch(/^vault \d+\.\d+\.\d+\n$/);
  });
});

describe('output that nobody reads to its end', () => {
  it('is no error', async () => {
    for (let i = 0; i < 3; i++) await addEntry(home(), `reader/${String(i)}`, 'x');
    const { code, stderr } = await home().shell('vault get large -f notes | head -c 1; vault list | head -1 >/dev/null');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
