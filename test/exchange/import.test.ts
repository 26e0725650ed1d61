import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freshHome, sharedHome, type Home } from '../support/home.ts';
import { isHere } from '../support/is-here.ts';
import { run } from '../support/run.ts';
import { zipOf } from '../core/formats/zip-support.ts';
import { createVault, json, masterPassword, succeed } from '../e2e/vaults.ts';

/*
 * Import and export run on Node.js whichever program was started, so unlike the rest of what is tried with the real command line they are
 * tried once.
 */

const chrome = (...rows: readonly string[]) => ['name,url,username,password,note', ...rows, ''].join('\n');

function put(home: Home, name: string, contents: string | Uint8Array): string {
  writeFileSync(home.path(name), contents);
  return home.path(name);
}

const names = async (home: Home) =>
  (await succeed(home, ['list'])).split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]]));

const entityBomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "hunter2">${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${String(at)} "${'&a;'.repeat(10)}">`).join('')}]><KeePassFile>&a8;</KeePassFile>`;
const onePux = zipOf([
  {
    name: 'export.data',
    data: Buffer.from(
      JSON.stringify({ accounts: [{ vaults: [{ items: [{ overview: { title: 'x' }, details: { password: 'hunter2' } }] }] }] }),
    ),
  },
]);
const bomb = zipOf([{ name: 'export.data', data: Buffer.alloc(100 * 1024 * 1024, ' ') }]);
const manyEntries = `{"format":"vault","version":1,"entries":[\n${Array.from({ length: 3000 }, (_, at) => JSON.stringify({ name: `n${String(at)}`, password: 'hunter2' })).join(',\n')}`;

describe('vault import', () => {
  const home = sharedHome({ prepare: (made) => createVault(made) });

  it('brings a file in, skips what is there, and takes conflicts as it is told', async () => {
    const file = put(home(), 'a.csv', chrome('one,https://one.example,me,pw1,', 'two,,me,"p,""w"",2",note'));
    expect(await json(home(), ['import', 'auto', file])).toEqual({ imported: 2, skipped: 0, conflicts: 0, problems: [] });
    expect(await json(home(), ['get', 'two'])).toMatchObject({ username: 'me', password: 'p,"w",2', notes: 'note' });
    expect(await json(home(), ['import', 'chrome', file])).toEqual({ imported: 0, skipped: 2, conflicts: 0, problems: [] });

    const other = put(home(), 'b.csv', chrome('one,https://one.example,me,other,'));
    const skipped = await home().run(['import', 'auto', other]);
    expect(skipped).toMatchObject({ code: 9, stdout: '', stderr: expect.stringContaining('line 2 (one) was left out') as string });
    expect(await succeed(home(), ['get', 'one'])).toBe('pw1');
    expect(await json(home(), ['import', 'auto', other, '--on-conflict', 'replace'])).toMatchObject({ imported: 1, conflicts: 1 });
    expect(await json(home(), ['get', 'one'])).toMatchObject({ password: 'other', revision: 2 });
    expect(await json(home(), ['import', 'auto', file, '--on-conflict', 'keep-both'])).toMatchObject({
      imported: 1,
      skipped: 1,
      conflicts: 1,
    });
    expect((await names(home())).filter((name) => name === 'one')).toHaveLength(2);
  });

  it('shows with --dry-run what would come, and changes nothing', async () => {
    const file = put(home(), 'c.csv', chrome('three,https://three.example,me,the-secret,'));
    const before = await names(home());
    const { code, stdout } = await home().run(['import', 'auto', file, '--dry-run']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'three\tme\t\tline 2 (three)\n' });
    expect(await names(home())).toEqual(before);
  });

  it('reads what a spreadsheet made of a file: UTF-16, semicolons', async () => {
    const rows = chrome('grün,https://gruen.example,me,"p;w ü",').replaceAll(',', ';').replace('p;w', 'p,w');
    const file = put(home(), 'excel.csv', Buffer.from(`\uFEFF${rows}`, 'utf16le'));
    expect(await json(home(), ['import', 'auto', file])).toMatchObject({ imported: 1, problems: [] });
    expect(await succeed(home(), ['get', 'grün'])).toBe('p,w ü');
  });

  it('reads standard input and other pipes', async () => {
    const input = chrome('piped,,me,pw,');
    expect(await json(home(), ['import', 'auto', '-'], { input })).toMatchObject({ imported: 1 });
    const named = await home().shell(
      `mkfifo pipe && { sleep 0.3; printf 'name,url,username,password\\nfifo,,me,pw\\n' >pipe; } & vault import auto pipe`,
    );
    expect(named).toMatchObject({ code: 0, stderr: expect.stringContaining('imported 1 entry') as string });
  });

  it('names its formats', async () => {
    const listed = (await succeed(home(), ['import', '--list'])).trimEnd().split('\n');
    expect(listed.map((line) => line.split('\t')[0])).toEqual(
      'bitwarden kdbx keepass-xml keepassxc-csv 1pux 1password-csv chrome firefox apple lastpass dashlane proton enpass nordpass roboform pass cxf vault'.split(
        ' ',
      ),
    );
  });

  it.each([
    ['a file that is not there', (): string => 'nowhere.csv', 2, 'no such file'],
    ['a folder', (): string => '.', 2, 'it is a directory'],
    ['a device', (): string => '/dev/zero', 2, 'it is a device'],
    ['an empty file', (): string => put(home(), 'empty', ''), 2, 'empty'],
    ['a file of no format', (): string => put(home(), 'x.csv', 'hunter2-secret,really\n'), 2, 'no format'],
    [
      'JSON cut short',
      (): string => put(home(), 'x.json', '{"encrypted":false,"items":[{"type":1,"name":"n","login":{"password":"hunter2-secret"'),
      2,
      'JSON',
    ],
    ['a quote that is never closed', (): string => put(home(), 'q.csv', chrome('new,,me,pw,', 'cut,,me,"hunter2-secret')), 2, 'cut short'],
    [
      'XML with entities',
      (): string =>
        put(home(), 'x.xml', '<?xml version="1.0"?><!DOCTYPE KeePassFile [<!ENTITY a "hunter2-secret">]><KeePassFile>&a;</KeePassFile>'),
      2,
      'document type',
    ],
    ['an entity bomb', (): string => put(home(), 'bomb.xml', entityBomb), 2, 'document type'],
    ['an archive that inflates beyond measure', (): string => put(home(), 'bomb.1pux', bomb), 2, 'inflates beyond all measure'],
    ['an archive cut short', (): string => put(home(), 'cut.1pux', onePux.subarray(0, onePux.length - 40)), 2, 'cut short'],
    [
      'an archive whose middle is gone',
      (): string => put(home(), 'middle.1pux', Buffer.concat([onePux.subarray(0, 100), onePux.subarray(160)])),
      2,
      'damaged',
    ],
    [
      'our own JSON cut short within an entry, thousands of them behind it',
      (): string => put(home(), 'own.json', manyEntries.slice(0, -9)),
      2,
      'JSON',
    ],
    [
      'JSON nested three million deep',
      (): string => put(home(), 'deep.json', `{"encrypted":false,"items":${'['.repeat(3_000_000)}`),
      2,
      'too deep',
    ],
    ['quotes ten deep', (): string => put(home(), 'quotes.csv', chrome(`new,,me,${'"'.repeat(21)}hunter2-secret`)), 2, 'cut short'],
    ['the database of another program', (): string => join(import.meta.dirname, '../vectors/frozen-0.1.0/vault.db'), 2, 'no format'],
  ] as const)('of %s says so, brings nothing and repeats no secret', async (_, path, status, words) => {
    const before = await names(home());
    const { code, stdout, stderr } = await home().run(['import', 'auto', path()], { input: 'hunter2-secret\n' });
    expect({ code, stdout }).toEqual({ code: status, stdout: '' });
    expect(stderr).toContain(words);
    expect(stderr).not.toMatch(/hunter2|internal/);
    expect(readFileSync(home().path('daemon.log'), 'utf8')).not.toContain('hunter2');
    expect(await names(home())).toEqual(before);
  });

  it('asks for nothing without a terminal where the vault is locked', async () => {
    const locked = freshHome();
    await createVault(locked);
    await succeed(locked, ['lock']);
    const file = put(locked, 'a.csv', chrome('one,,me,pw,'));
    expect(await locked.run(['import', 'auto', file])).toMatchObject({ code: 4, stderr: expect.stringContaining('vault login') as string });
  });
});

describe('vault import on a terminal', () => {
  it('makes the vault, shows how far it is, and with Ctrl+C changes nothing', async () => {
    const home = freshHome();
    const rows = Array.from({ length: 60_000 }, (_, i) => `site${String(i)},https://s${String(i)}.example,me,pw${String(i)},`);
    const file = put(home, 'many.csv', chrome(...rows));
    const first = home.terminal(['import', 'auto', file]);
    await first.waitForPrompt('Choose a master password:');
    first.answer(masterPassword);
    await first.waitForPrompt('Once more');
    first.answer(masterPassword);
    await first.waitForPrompt('recovery kit');
    first.answer('n');
    await first.waitFor(/importing {2}[█░]/);
    first.press('ctrl-c');
    expect(await first.waitForEnd()).toEqual({ code: 130, signal: 0 });
    expect(await names(home)).toEqual([]);
  });
});

describe.runIf(isHere('keepassxc-cli'))('a database of KeePassXC', () => {
  it('is opened by the password that is typed at the second try, and keeps its fields', async () => {
    const home = freshHome();
    await createVault(home);
    const database = home.path('real.kdbx');
    const shell = (line: string, input: string) =>
      run('/bin/sh', ['-c', line], { env: home.environment({ DB: database }), cwd: home.directory, input });
    await shell('keepassxc-cli db-create -q -t 100 -p "$DB"', 'file pw\nfile pw\n');
    await shell('keepassxc-cli mkdir -q "$DB" Work', 'file pw\n');
    await shell(
      'keepassxc-cli add -q -p -u me@example.com --url https://example.com --notes "a note" "$DB" Work/example',
      'file pw\nthe "secret"\n',
    );
    const terminal = home.terminal(['import', 'auto', database]);
    await terminal.waitForPrompt('Password of real.kdbx:');
    terminal.answer('wrong');
    await terminal.waitFor('not the password');
    await terminal.waitForPrompt('Password of real.kdbx:');
    terminal.answer('file pw');
    await terminal.waitFor('imported 1 entry');
    expect((await terminal.waitForEnd()).code).toBe(0);
    expect(await json(home, ['get', 'example'])).toMatchObject({
      username: 'me@example.com',
      password: 'the "secret"',
      urls: ['https://example.com'],
      notes: 'a note',
      tags: ['Work'],
    });
  });
});

describe.runIf(isHere('gpg'))('a store of pass', () => {
  it('is opened by the own gpg; a file that it cannot open is reported', async () => {
    const home = freshHome();
    await createVault(home);
    // A socket's path has to be short.
    const gnupg = mkdtempSync(join(tmpdir(), 'gpg-'));
    const env = { GNUPGHOME: gnupg, PASSWORD_STORE_DIR: home.path('store') };
    onTestFinished(async () => {
      await home.shell('gpgconf --kill all', { env });
      rmSync(gnupg, { recursive: true, force: true });
    });
    mkdirSync(home.path('store/work'), { recursive: true });
    const made = await home.shell(
      [
        'gpg --batch --quiet --pinentry-mode loopback --passphrase "" --quick-generate-key me@example.com default default never',
        'echo me@example.com >store/.gpg-id',
        "printf 'first secret\\nuser: me\\nurl: https://example.com\\nmore\\n' | gpg --quiet -e -r me@example.com -o store/work/site.gpg",
        "printf 'second' | gpg --quiet -e -r me@example.com -o store/top.gpg",
        'echo broken >store/broken.gpg',
      ].join(' && '),
      { env },
    );
    expect(made).toMatchObject({ code: 0 });
    const { code, stdout } = await home.run(['import', 'pass', '--json'], { env });
    expect(JSON.parse(stdout)).toMatchObject({ imported: 2, problems: [{ place: 'broken.gpg' }] });
    expect(code).toBe(9);
    expect(await json(home, ['get', 'work/site'])).toMatchObject({
      username: 'me',
      password: 'first secret',
      notes: 'more',
      tags: ['work'],
    });
    expect(await json(home, ['import', 'auto', home.path('store')], { env }).catch(String)).toContain('ended with 9');
  });
});
