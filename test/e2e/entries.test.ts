import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, succeed } from './vaults.ts';

const home = sharedHome({ prepare: (made) => createVault(made) });
const run = (...args: string[]) => home().run(args);

describe('vault get', () => {
  it('prints the value and nothing else, without a newline', async () => {
    await addEntry(home(), 'plain', 'pa ss\\w"o\nrd');
    expect(await run('get', 'plain')).toEqual({ code: 0, signal: null, stdout: 'pa ss\\w"o\nrd', stderr: '' });
  });

  it('prints every field by its name', async () => {
    writeFileSync(home().path('pin'), '1234\n');
    await addEntry(
      home(),
      'full',
      'secret',
      '-u',
      'me',
      '--url',
      'https://a.example/login',
      '--url',
      'https://b.example',
      '--notes',
      'some notes',
    );
    await succeed(home(), ['edit', 'full', '--field', 'port=5432', '--field', `pin=@${home().path('pin')}`]);
    await succeed(home(), ['edit', 'full', '--field', 'totp=-'], { input: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' });
    const field = async (name: string) => (await run('get', 'full', '-f', name)).stdout;
    expect(await field('password')).toBe('secret');
    expect(await field('username')).toBe('me');
    expect(await field('url')).toBe('https://a.example/login');
    expect(await field('notes')).toBe('some notes');
    expect(await field('port')).toBe('5432');
    expect(await field('PIN')).toBe('1234');
    expect(await field('totp')).toMatch(/^otpauth:\/\/totp\//);
    expect(await field('code')).toMatch(/^\d{6}$/);
    expect(await field('id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('fails with 5 for a field that is not set or not there', async () => {
    await addEntry(home(), 'bare', 'x');
    for (const name of ['username', 'url', 'notes', 'totp', 'code', 'nonsense']) {
      expect(await run('get', 'bare', '-f', name)).toMatchObject({
        code: 5,
        stdout: '',
        stderr: expect.stringContaining('vault: the entry has no'),
      });
    }
    expect(await run('get', 'bare', '-f', 'notes', '--json')).toMatchObject({
      code: 5,
      stdout: '',
      stderr: expect.stringMatching(/^\{"error":\{"code":"field_not_found",/),
    });
    expect(JSON.parse((await run('get', 'bare', '-f', 'password', '--json')).stdout)).toMatchObject({
      name: 'bare',
      password: 'x',
      notes: null,
    });
  });

  it('says which field may have been meant', async () => {
    expect((await run('get', 'full', '-f', 'pasword')).stderr).toContain('hint: did you mean password?\n');
    expect((await run('get', 'full', '-f', 'prot')).stderr).toContain('hint: did you mean port?\n');
    expect((await run('get', 'full', '-f', 'zzzzzz')).stderr).toContain('vault get NAME --all');
  });

  it('says whose entries have the name where none has the username', async () => {
    await addEntry(home(), 'shared', 'x', '-u', 'ada');
    await addEntry(home(), 'shared', 'x', '-u', 'bob');
    await addEntry(home(), 'shared-2', 'x', '-u', 'eve');
    expect(await run('get', 'Shared', '-u', 'eva')).toMatchObject({
      code: 5,
      stderr: 'vault: no such entry\nhint: did you mean shared (ada)?\nhint: did you mean shared (bob)?\n',
    });
    for (const user of ['ada', 'bob', 'eve']) await succeed(home(), ['rm', '--yes', '-u', user, user === 'eve' ? 'shared-2' : 'shared']);
  });

  it('shows all with its secrets hidden, or with them on demand', async () => {
    const hidden = await run('get', 'full', '--all');
    expect(hidden.stdout).toMatch(/^password +\*{8}$/m);
    expect(hidden.stdout).toMatch(/^pin +\*{8}$/m);
    expect(hidden.stdout).toMatch(/^port +5432$/m);
    const shown = await run('get', 'full', '--all', '--reveal');
    expect(shown.stdout).toMatch(/^password +secret$/m);
    expect(shown.stdout).toMatch(/^pin +1234$/m);
  });

  it('prints one object with every key of an entry as JSON', async () => {
    expect(await json(home(), ['get', 'full'])).toEqual({
      id: expect.any(String),
      name: 'full',
      username: 'me',
      password: 'secret',
      urls: ['https://a.example/login', 'https://b.example'],
      totp: expect.stringContaining('otpauth://'),
      notes: 'some notes',
      fields: [
        { name: 'port', value: '5432', hidden: false },
        { name: 'pin', value: '1234', hidden: true },
      ],
      tags: [],
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      passwordChangedAt: expect.any(String),
      revision: 3,
    });
  });

  it('offers names on a miss, and fails with 5', async () => {
    const { code, stdout, stderr } = await run('get', 'fulll');
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    expect(stderr).toBe('vault: no such entry\nhint: did you mean full (me)?\n');
    expect((await run('get', 'zzzzzzzzz')).stderr).toContain('vault list');
  });

  it('finds by host and by domain to read, by name alone to change', async () => {
    await addEntry(home(), 'https://login.shop.example.co.uk/x', 'shop');
    expect((await run('get', 'https://login.shop.example.co.uk/other')).stdout).toBe('shop');
    expect((await run('get', 'www.example.co.uk')).stdout).toBe('shop');
    expect(await run('rm', '--yes', 'www.example.co.uk')).toMatchObject({ code: 5 });
    expect(await run('edit', 'www.example.co.uk', '--notes', 'x')).toMatchObject({ code: 5 });
    expect(await run('mv', 'www.example.co.uk', 'y')).toMatchObject({ code: 5 });
  });

  it('fails with 6 where several match, and says how to tell them apart', async () => {
    await addEntry(home(), 'gitlab.com', '1', '-u', 'a');
    await addEntry(home(), 'https://gitlab.com/users/sign_in', '2', '-u', 'b');
    const { code, stdout, stderr } = await run('get', 'gitlab.com');
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' });
    expect(stderr).toMatch(/^ {2}[0-9a-f-]{36} {2}gitlab\.com {2}a$/m);
    expect((await run('get', 'gitlab.com', '-u', 'b')).stdout).toBe('2');
    expect((await run('get', 'gitlab.com', '--user', 'a')).stdout).toBe('1');
    const id = /([0-9a-f-]{36}) {2}gitlab\.com {2}b/.exec(stderr)?.[1] ?? '';
    expect((await run('get', id)).stdout).toBe('2');
  });
});

describe('vault add', () => {
  it('prints nothing on stdout, or with --json what was stored', async () => {
    expect(await home().run(['add', 'quiet', '--password-stdin'], { input: 'x' })).toMatchObject({ stdout: '', stderr: 'added quiet\n' });
    expect(await home().run(['add', 'quieter', '-q', '-g'])).toMatchObject({ stdout: '', stderr: '' });
    expect(await json(home(), ['add', 'json', '-g', '-u', 'me'])).toEqual({
      id: expect.any(String),
      name: 'json',
      username: 'me',
      revision: 1,
    });
  });

  it('refuses a second entry of one name and username, and names edit', async () => {
    expect(await run('add', 'QUIET', '-g')).toMatchObject({ code: 6, stderr: expect.stringContaining('vault edit') });
  });

  it('generates as many characters as are asked for', async () => {
    await succeed(home(), ['add', '-g', '3com.com']);
    expect((await run('get', '3com.com')).stdout).toHaveLength(20);
    await succeed(home(), ['add', '-g', '33', 'long']);
    expect((await run('get', 'long')).stdout).toHaveLength(33);
    expect(await run('add', 'x1', '-g5000')).toMatchObject({ code: 2 });
    expect(await run('add', 'x1', '-gx')).toMatchObject({ code: 2, stderr: expect.stringContaining('LENGTH') });
  });

  it('without a terminal wants a password, and says which options give one', async () => {
    expect(await run('add', 'nothing')).toMatchObject({ code: 2, stderr: expect.stringMatching(/-g .*--password-stdin/) });
  });

  it('keeps notes without a password, and hidden fields from files and standard input', async () => {
    await succeed(home(), ['add', 'note', '--notes', '-'], { input: 'line 1\nline 2\n' });
    expect((await run('get', 'note', '-f', 'notes')).stdout).toBe('line 1\nline 2');
    await succeed(home(), ['add', 'at', '--field', 'handle=@@me', '--field', 'empty=']);
    expect((await run('get', 'at', '-f', 'handle')).stdout).toBe('@me');
    expect(await json(home(), ['get', 'at'])).toMatchObject({
      fields: [
        { name: 'handle', hidden: false },
        { name: 'empty', value: '' },
      ],
    });
  });

  it('loses nothing where many are added at once', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `parallel/${String(i)}`);
    const added = await Promise.all(names.map((name) => run('add', name, '-g')));
    expect(added.map(({ code }) => code)).toEqual(names.map(() => 0));
    expect(await json(home(), ['list', 'parallel/*'])).toMatchObject(names.map((name) => ({ name })));
  });

  it('takes no secret as an argument', async () => {
    expect(await run('add', 'x', '--password', 'hunter2')).toMatchObject({ code: 2, stderr: expect.not.stringContaining('hunter2') });
    for (const args of [['https://me:hunter2@x.example'], ['x', '--url', 'https://me:hunter2@x.example']]) {
      const refused = await run('add', '-g', ...args);
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('a URL with a password') });
      expect(refused.stderr).not.toContain('hunter2');
    }
    expect(await run('add', 'x', '--field', 'totp=GEZDGNBV')).toMatchObject({ code: 2, stderr: expect.not.stringContaining('GEZDGNBV') });
  });

  it('lets one option read standard input, and refuses an empty one', async () => {
    const two = await home().run(['add', 'two', '--password-stdin', '--field', 'a=-'], { input: 'x' });
    expect(two).toMatchObject({ code: 2, stderr: expect.stringContaining('--password-stdin and --field a=-') });
    expect(await home().run(['add', 'two', '--password-stdin'], { input: '' })).toMatchObject({ code: 2 });
    expect(await run('get', 'two')).toMatchObject({ code: 5 });
  });

  it.each([
    [['--field', 'nothing']],
    [['--field', '=x']],
    [['--field', 'password=x']],
    [['--field', 'a=1', '--field', 'a=2']],
    [['--field', 'a=@/does/not/exist']],
    [['--notes', '@/does/not/exist']],
    [['--password-stdin', '-g']],
  ])('refuses %j', async (args) => {
    expect(await home().run(['add', 'refused', '-g', ...args], { input: 'x' })).toMatchObject({ code: 2 });
    expect(await run('get', 'refused')).toMatchObject({ code: 5 });
  });
});

describe('vault edit, rename and remove', () => {
  it('changes what is named and leaves the rest', async () => {
    await addEntry(
      home(),
      'e1',
      'old',
      '-u',
      'me',
      '--url',
      'https://a.example',
      '--notes',
      'n',
      '-t',
      'x',
      '--field',
      'a=1',
      '--field',
      'b=2',
    );
    await succeed(home(), ['edit', 'e1', '--username', 'you', '--field', 'b=3', '-t', 'y', '-t', 'z']);
    await succeed(home(), ['edit', 'e1', '--password-stdin'], { input: 'new\n' });
    expect(await json(home(), ['get', 'e1'])).toMatchObject({
      username: 'you',
      password: 'new',
      notes: 'n',
      urls: ['https://a.example'],
      tags: ['y', 'z'],
      fields: [
        { name: 'a', value: '1' },
        { name: 'b', value: '3' },
      ],
      revision: 3,
    });
  });

  it('unsets what --unset names', async () => {
    await succeed(home(), ['edit', 'e1', '--unset', 'a', '--unset', 'notes', '--unset', 'url', '--unset', 'tags', '--username', '']);
    expect(await json(home(), ['get', 'e1'])).toMatchObject({ username: null, notes: null, urls: [], tags: [], fields: [{ name: 'b' }] });
    expect(await run('edit', 'e1', '--unset', 'nonsense')).toMatchObject({ code: 5 });
    expect(await run('edit', 'e1', '--unset', 'id')).toMatchObject({ code: 2 });
  });

  it('renames, by edit too, and comes down to the host of a URL as add does', async () => {
    expect(await json(home(), ['rename', 'e1', 'work/e2'])).toMatchObject({ name: 'work/e2' });
    await succeed(home(), ['edit', 'work/e2', '--name', 'https://e3.example/login']);
    expect(await run('get', 'e3.example')).toMatchObject({ code: 0, stdout: 'new' });
    expect(await run('get', 'e1')).toMatchObject({ code: 5 });
  });

  it('selects by -u', async () => {
    expect(await run('edit', 'gitlab.com', '--notes', 'x')).toMatchObject({ code: 6 });
    await succeed(home(), ['edit', 'gitlab.com', '-u', 'b', '--notes', 'of b']);
    expect((await run('get', 'gitlab.com', '-u', 'b', '-f', 'notes')).stdout).toBe('of b');
  });

  it('removes only what is confirmed', async () => {
    expect(await run('rm', 'e3.example')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await run('rm', 'e3.example', '--yes')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('trash') });
    expect(await run('get', 'e3.example')).toMatchObject({ code: 5 });
  });

  it('says so where there is nothing to change', async () => {
    expect(await home().run(['edit', 'quiet'], { env: { EDITOR: 'true' } })).toMatchObject({
      code: 0,
      stderr: 'nothing changed in quiet\n',
    });
  });
});

describe('vault list and find', () => {
  it('prints name, username, tags and id between tabs', async () => {
    await addEntry(home(), 'l/one', 'x', '-u', 'me', '-t', 'blue', '-t', 'two words');
    const { stdout } = await run('list', 'l/*');
    expect(stdout).toMatch(/^l\/one\tme\tblue, two words\t[0-9a-f-]{36}\n$/);
  });

  it('is an array without secrets as JSON, and an empty one where nothing matches', async () => {
    expect(await json(home(), ['list', 'l/*'])).toEqual([
      {
        id: expect.any(String),
        name: 'l/one',
        username: 'me',
        urls: [],
        tags: ['blue', 'two words'],
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
        passwordChangedAt: expect.any(String),
        revision: 1,
      },
    ]);
    expect(await home().run(['list', 'nothing-like-it', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await home().run(['find', 'nothing-like-it', '--json'])).toMatchObject({ code: 0, stdout: '[]\n' });
    expect(await run('list', 'nothing-like-it')).toMatchObject({ code: 0, stdout: '' });
  });

  it('chooses by tag and finds in all that is no secret', async () => {
    expect(await json(home(), ['list', '-t', 'BLUE'])).toMatchObject([{ name: 'l/one' }]);
    await addEntry(home(), 'l/two', 'hidden-word', '--notes', 'about the Zebra', '--field', 'colour=teal');
    expect(await json(home(), ['find', 'zebra'])).toMatchObject([{ name: 'l/two' }]);
    expect(await json(home(), ['search', 'TEAL'])).toMatchObject([{ name: 'l/two' }]);
    expect(await json(home(), ['find', 'hidden-word'])).toEqual([]);
    expect(await run('find', '')).toMatchObject({ code: 2 });
  });

  it('shows no password that stands in a URL', async () => {
    const id = /"id":"([^"]+)"/.exec(JSON.stringify(await json(home(), ['get', 'l/two'])))?.[1] ?? '';
    writeFileSync(home().path('ed.sh'), '#!/bin/sh\nsed -i "s|^url:.*|url: https://me:pw-in-url@x.example/|" "$1"\n', { mode: 0o700 });
    await succeed(home(), ['edit', id], { env: { EDITOR: home().path('ed.sh') } });
    expect(JSON.stringify(await json(home(), ['list', 'l/two']))).not.toContain('pw-in-url');
    expect((await run('get', 'l/two', '-f', 'url')).stdout).toBe('https://me:pw-in-url@x.example/');
  });
});

describe('vault generate', () => {
  it('obeys its options', async () => {
    const generate = async (...args: string[]) => (await run('generate', ...args)).stdout;
    expect(await generate()).toMatch(/^\S{20}$/);
    expect(await generate('40', '--no-symbols', '--no-upper')).toMatch(/^[a-z0-9]{40}$/);
    expect(await generate('--words', '4', '--separator', '.')).toMatch(/^[a-z-]+(\.[a-z-]+){3}$/);
    expect((await generate('12', '--min-digits', '9')).replace(/\D/g, '')).toHaveLength(9);
    expect(await generate('64', '--exclude', 'abcdefghijklm', '--no-symbols', '--no-digits', '--no-upper')).toMatch(/^[n-z]{64}$/);
    expect(await json(home(), ['gen', '8'])).toEqual({ password: expect.stringMatching(/^\S{8}$/) });
  });

  it('refuses what cannot be', async () => {
    for (const args of [
      ['x'],
      ['0'],
      ['9999'],
      ['8', '--words', '3'],
      ['--no-symbols', '--no-digits', '--no-upper', '--no-lower'],
      ['4', '--min-digits', '5'],
    ]) {
      expect(await run('generate', ...args)).toMatchObject({ code: 2, stdout: '' });
    }
  });
});
