import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { freshHome, type Home } from '../support/home.ts';
import { createVault, json, masterPassword, succeed } from './vaults.ts';

const read = (home: Home): unknown => JSON.parse(readFileSync(home.path('config.json'), 'utf8'));

describe('vault config', () => {
  it('shows, sets and unsets values with their defaults', async () => {
    const home = freshHome({});
    expect(await succeed(home, ['config', 'session.idleMinutes'])).toBe('15');
    await succeed(home, ['config', 'session.idleMinutes', '30']);
    await succeed(home, ['config', 'generate.symbols', 'false']);
    expect(await succeed(home, ['config', 'session.idleMinutes'])).toBe('30');
    expect(read(home)).toEqual({ session: { idleMinutes: 30 }, generate: { symbols: false } });
    expect(statSync(home.path('config.json')).mode & 0o777).toBe(0o600);
    await succeed(home, ['config', '--unset', 'session.idleMinutes']);
    expect(await succeed(home, ['config', 'session.idleMinutes'])).toBe('15');
  });

  it('lists every key: a table on a terminal, columns in a pipe, an object as JSON', async () => {
    const home = freshHome({ clipboard: { clearSeconds: 10 } });
    expect((await home.run(['config'])).stdout).toMatch(/^clipboard\.clearSeconds\t10$/m);
    expect(await json(home, ['config'])).toMatchObject({ 'clipboard.clearSeconds': 10, 'generate.length': 20, port: null });
    expect(await json(home, ['config', 'clipboard.clearSeconds'])).toEqual({ 'clipboard.clearSeconds': 10 });
    const terminal = home.terminal(['config']);
    await terminal.waitForEnd();
    expect(terminal.output).toMatch(/^clipboard\.clearSeconds +10 +set +seconds until/m);
  });

  it('refuses unknown keys and bad values by name, and changes nothing then', async () => {
    const home = freshHome({});
    expect(await home.run(['config', 'sesion.idleMinutes', '3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean session.idleMinutes?'),
    });
    for (const [key, value] of [
      ['kdf.memoryMiB', '1'],
      ['kdf.memoryMiB', 'lots'],
      ['generate.symbols', 'yes'],
      ['port', '0'],
      ['clipboard.clearSeconds', '-1'],
    ] as const) {
      expect(await home.run(['config', '--', key, value])).toMatchObject({ code: 2, stderr: expect.stringContaining(key) });
    }
    expect(read(home)).toEqual({});
    expect(await home.run(['config', 'port'])).toMatchObject({ code: 5 });
  });

  it('unsets nothing by a wrong name, and leaves no empty section behind', async () => {
    const home = freshHome({ clipboard: { clearSeconds: 10 }, port: 8200 });
    expect(await home.run(['config', '--unset', 'clipboard.clearSecond'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean clipboard.clearSeconds?'),
    });
    await succeed(home, ['config', '--unset', 'clipboard.clearSeconds']);
    expect(read(home)).toEqual({ port: 8200 });
    await succeed(home, ['config', '--unset', 'clipboard.clearSeconds']);
    expect(read(home)).toEqual({ port: 8200 });
  });

  it('tells when a daemon runs that does not know yet', async () => {
    const home = freshHome();
    await createVault(home);
    expect((await home.run(['config', 'session.idleMinutes', '30'])).stderr).toContain('vault daemon stop');
    for (const [key, value] of [
      ['clipboard.clearSeconds', '30'],
      ['generator.rulesFile', '/rules.json'],
      ['audit.totpSitesFile', '/sites.json'],
    ] as const) {
      expect((await home.run(['config', key, value])).stderr).toBe('saved\n');
    }
  });
});

describe('a broken configuration', () => {
  it.each([
    ['an unknown key', '{"sesion":{}}', 'sesion'],
    ['a bad value', '{"kdf":{"memoryMiB":1}}', 'kdf.memoryMiB'],
    ['no JSON', '{"kdf":', 'not valid JSON'],
    ['no object', '[]', 'must be a JSON object'],
  ])('(%s) stops what would start the daemon, and names what is wrong', async (_, text, message) => {
    const home = freshHome();
    writeFileSync(home.path('config.json'), text);
    const refused = await home.run(['init', '--password-stdin'], { input: masterPassword });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
    for (const args of [['status'], ['lock'], ['lock', '--all']]) expect(await home.run(args)).toMatchObject({ code: 0 });
    expect(await home.run(['config'])).toMatchObject({ code: 0, stderr: expect.stringContaining(message) });
    expect(await home.run(['doctor'])).toMatchObject({ code: 2, stdout: expect.stringContaining(message) });
  });

  it('is mended by vault config, key by key', async () => {
    const home = freshHome();
    writeFileSync(home.path('config.json'), '{"sesion":{"idleMinutes":3},"kdf":{"memoryMiB":1,"iterations":4}}');
    await succeed(home, ['config', '--unset', 'sesion']);
    await succeed(home, ['config', 'kdf.memoryMiB', '19']);
    expect(read(home)).toEqual({ kdf: { memoryMiB: 19, iterations: 4 } });
    expect(await home.run(['doctor'])).toMatchObject({ code: 0 });
  });

  it('that is no JSON is left as it is', async () => {
    const home = freshHome();
    writeFileSync(home.path('config.json'), '{"kdf":');
    expect(await home.run(['config', 'port', '1234'])).toMatchObject({ code: 2, stderr: expect.stringContaining('not valid JSON') });
    expect(readFileSync(home.path('config.json'), 'utf8')).toBe('{"kdf":');
  });
});

describe('vault doctor', () => {
  it('finds nothing wrong with a good vault, and says what it looked at', async () => {
    const home = freshHome();
    await createVault(home);
    expect(await home.run(['doctor'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^ok .*program.*^ok .*configuration.*^ok .*database.*^ok .*daemon/ms),
    });
    expect(await json(home, ['doctor'])).toMatchObject({
      ok: true,
      checks: expect.arrayContaining([expect.objectContaining({ name: 'database', state: 'ok' })]),
    });
  });

  it('names a database that is none, and one that others may read', async () => {
    const home = freshHome();
    await createVault(home);
    await succeed(home, ['daemon', 'stop']);
    chmodSync(home.path('vault.db'), 0o644);
    expect(await home.run(['doctor'])).toMatchObject({ code: 1, stdout: expect.stringMatching(/chmod 600/) });
    writeFileSync(home.path('vault.db'), 'nonsense');
    chmodSync(home.path('vault.db'), 0o600);
    expect(await home.run(['doctor'])).toMatchObject({ code: 7, stderr: expect.stringContaining('is no database') });
  });
});
