import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { freshHome, type Home } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const files = ['vault.db', 'vault.db-wal', 'vault.db-shm'];
const bodyRow = z.object({ body: z.instanceof(Buffer) });

/** Copies the database of a vault whose daemon has ended. */
function copyDatabase(home: Home, from: '' | '.copy', to: '' | '.copy'): void {
  for (const file of files) {
    rmSync(home.path(`${file}${to}`), { force: true });
    if (existsSync(home.path(`${file}${from}`))) copyFileSync(home.path(`${file}${from}`), home.path(`${file}${to}`));
  }
}

async function vaultWithOlderCopy(): Promise<Home> {
  const home = freshHome();
  await createVault(home);
  await addEntry(home, 'first', 'one');
  await succeed(home, ['daemon', 'stop']);
  copyDatabase(home, '', '.copy');
  await succeed(home, ['login', '--password-stdin'], { input: masterPassword });
  await addEntry(home, 'second', 'two');
  await succeed(home, ['daemon', 'stop']);
  copyDatabase(home, '.copy', '');
  return home;
}

describe('a database that was put back', () => {
  it('is refused with 7 and the way on, and taken where its owner says so', async () => {
    const home = await vaultWithOlderCopy();
    const refused = await home.run(['login', '--password-stdin'], { input: masterPassword });
    expect(refused).toMatchObject({
      code: 7,
      stderr: expect.stringMatching(/^vault: the database is older .*\nhint: .*vault login --accept-older/),
    });
    await succeed(home, ['login', '--accept-older', '--password-stdin'], { input: masterPassword });
    expect(await json(home, ['list'])).toMatchObject([{ name: 'first' }]);
  });

  it('is asked about on a terminal', async () => {
    const home = await vaultWithOlderCopy();
    const refused = home.terminal(['get', 'first']);
    await refused.waitFor('Master password:');
    refused.answer(masterPassword);
    await refused.waitFor('Go on with this copy of the vault?');
    refused.press('enter');
    expect((await refused.waitForEnd()).code).toBe(7);
    const taken = home.terminal(['get', 'first']);
    await taken.waitFor('Master password:');
    taken.answer(masterPassword);
    await taken.waitFor('Go on with this copy of the vault?');
    taken.answer('y');
    await taken.waitFor('one\n');
  });
});

describe('a database that cannot be opened', () => {
  it('is named where it is none, and left as it is', async () => {
    const home = freshHome();
    writeFileSync(home.path('vault.db'), 'this is no database, but it is long enough to look like a file of some kind', { mode: 0o600 });
    const before = readFileSync(home.path('vault.db'));
    for (const args of [
      ['login', '--password-stdin'],
      ['init', '--password-stdin'],
      ['daemon', 'start'],
    ]) {
      expect(await home.run(args, { input: masterPassword })).toMatchObject({
        code: 7,
        stdout: '',
        stderr: expect.stringMatching(/^vault: the database file .*\nhint: /),
      });
    }
    expect(readFileSync(home.path('vault.db')).equals(before)).toBe(true);
  });

  it('is never read as something else because of one flipped bit', async () => {
    const home = freshHome();
    await createVault(home);
    await addEntry(home, 'a', 'x'.repeat(3000));
    await succeed(home, ['lock']);
    const database = new BetterSqlite3(home.path('vault.db'));
    const body = bodyRow.parse(database.prepare('select body from entries').get()).body;
    database.close();
    // Whoever closes the database last, the daemon that is ending or this test, empties the write-ahead log into it.
    await eventually(() => !existsSync(home.path('vault.db-wal')), { what: 'the daemon to close the database' });
    const bytes = readFileSync(home.path('vault.db'));
    // In the blob's id, its commitment, its tag and its ciphertext.
    for (const place of [8, 40, 70, 200]) {
      const at = bytes.indexOf(body.subarray(place, place + 16));
      expect(at).toBeGreaterThan(0);
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(at) ^ 1, at);
      for (const file of files) rmSync(home.path(file), { force: true });
      writeFileSync(home.path('vault.db'), flipped, { mode: 0o600 });
      const login = await home.run(['login', '--password-stdin'], { input: masterPassword });
      const read = await home.run(['get', 'a']);
      expect([login.code, read.code]).toContain(7);
      expect(read.stdout).toBe('');
      await home.run(['daemon', 'stop']);
    }
  });
});
