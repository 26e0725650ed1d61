import { describe, expect, it } from 'vitest';
import { freshHome, type Home, sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

async function prepare(home: Home): Promise<void> {
  await createVault(home);
  await addEntry(home, 'work/db', 'db secret', '-u', 'app', '-t', 'ci');
  await addEntry(home, 'other', 'other secret');
}

const make = async (home: Home, ...args: string[]) => await succeed(home, ['token', 'create', ...args]);

/** Every form of a command that only looks at the token: the quick one and the whole. */
const reading = (name: string) => [
  ['get', name],
  ['get', name, '-u', 'app'],
];

describe('vault token', () => {
  const home = sharedHome({ prepare });

  it('prints the token alone, and VAULTD_TOKEN carries it to its entries only', async () => {
    const made = await home().run(['token', 'create', '--entry', 'work/db', '--ttl', '1h']);
    expect(made).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^scoped1\.[\w-]{64}$/),
      stderr: expect.stringContaining('work/db (app)'),
    });
    const env = { VAULTD_TOKEN: made.stdout };
    for (const args of reading('work/db')) expect(await home().run(args, { env })).toMatchObject({ code: 0, stdout: 'db secret' });
    for (const args of reading('other')) expect(await home().run(args, { env })).toMatchObject({ code: 5, stdout: '' });
    for (const args of [
      ['list'],
      ['add', '-g', 'x'],
      ['token', 'create', '--entry', 'work/db'],
      ['token', 'list'],
      ['edit', 'work/db', '-g'],
      ['export', 'csv', '-', '--plaintext', '--yes'],
    ]) {
      expect(await home().run(args, { env }), args.join(' ')).toMatchObject({
        code: 4,
        stdout: '',
        stderr: expect.stringContaining('VAULTD_TOKEN'),
      });
    }
  });

  it('for one field refuses another', async () => {
    const env = { VAULTD_TOKEN: await make(home(), '--tag', 'ci', '--field', 'username') };
    expect(await home().run(['get', 'work/db', '-f', 'username'], { env })).toMatchObject({ code: 0, stdout: 'app' });
    expect(await home().run(['get', 'work/db'], { env })).toMatchObject({ code: 4, stdout: '' });
    expect((await home().run(['get', 'work/db', '--json'], { env })).stdout).not.toContain('secret');
  });

  it('is listed, and ends when it is revoked', async () => {
    await succeed(home(), ['token', 'revoke', '--all']);
    const token = await make(home(), '--entry', 'other', '--uses', '5');
    const env = { VAULTD_TOKEN: token };
    await succeed(home(), ['get', 'other'], { env });
    const listed = await json(home(), ['token', 'list']);
    expect(listed).toMatchObject([{ uses: 5, usesLeft: 4, entries: [{ name: 'other' }] }]);
    const [line = ''] = (await succeed(home(), ['token', 'list'])).split('\n');
    expect(line.split('\t').slice(1)).toEqual(['other', '', '4 of 5', '', '']);
    expect(await home().run(['token', 'revoke', 'x'])).toMatchObject({ code: 5, stderr: expect.stringContaining('vault token list') });
    expect(await json(home(), ['token', 'revoke', line.split('\t')[0] ?? ''])).toEqual({ revoked: 1 });
    expect(await home().run(['get', 'other'], { env })).toMatchObject({ code: 4, stderr: expect.stringContaining('VAULTD_TOKEN') });
  });

  it('says how one of several accounts is meant, for which it has no -u', async () => {
    await addEntry(home(), 'twice', 'first secret', '-u', 'a');
    await addEntry(home(), 'twice', 'second secret', '-u', 'b');
    const made = await home().run(['token', 'create', '--entry', 'twice']);
    expect(made).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('--entry ID') });
    expect(made.stderr).not.toContain('-u USER');
  });

  it.each([
    [['token', 'create'], '--entry'],
    [['token', 'create', '--entry', 'other', '--survive-lock'], '--ttl'],
    [['token', 'create', '--entry', 'other', '--ttl', '1 week'], '--ttl'],
    [['token', 'create', '--entry', 'other', '--ttl', '367d'], '--ttl must be at most 366d'],
    [['token', 'create', '--entry', 'other', '--uses', '0'], '--uses'],
    [['token', 'revoke'], '--all'],
    [['token'], 'create'],
  ])('%j is a usage error', async (args, word) => {
    expect(await home().run(args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(word) });
  });
});

it('a token that survives a lock starts the daemon, and ends with the master password', async () => {
  const home = freshHome();
  await prepare(home);
  const env = { VAULTD_TOKEN: await make(home, '--entry', 'work/db', '--ttl', '7d', '--survive-lock') };
  const short = { VAULTD_TOKEN: await make(home, '--entry', 'work/db') };
  await home.stop();
  expect(await home.run(['get', 'work/db'], { env: short })).toMatchObject({ code: 4 });
  expect(home.daemonPid()).toBeNull();
  for (const args of reading('work/db')) expect(await home.run(args, { env })).toMatchObject({ code: 0, stdout: 'db secret' });
  expect(home.daemonPid()).not.toBeNull();
  expect(await home.run(['get', 'other'], { env })).toMatchObject({ code: 5 });
  expect(await home.run(['get', 'other'])).toMatchObject({ code: 4 });
  await succeed(home, ['login', '--password-stdin'], { input: `${masterPassword}\n` });
  await succeed(home, ['passwd', '--password-stdin'], { input: `${masterPassword}\nanother one\n` });
  expect(await home.run(['get', 'work/db'], { env })).toMatchObject({ code: 4 });
});
