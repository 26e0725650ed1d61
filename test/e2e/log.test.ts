import { expect, it } from 'vitest';
import { freshHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

it('vault log tells who read what, by the quick way and the whole one, and verifies itself', async () => {
  const home = freshHome();
  await createVault(home);
  await addEntry(home, 'site', 'secret', '-u', 'me');
  await succeed(home, ['get', 'site']);
  await succeed(home, ['get', 'site', '-u', 'me']);
  await succeed(home, ['lock']);
  await succeed(home, ['login', '--password-stdin'], { input: `${masterPassword}\n` });
  const env = { VAULTD_TOKEN: await succeed(home, ['token', 'create', '--entry', 'site']) };
  expect((await home.run(['list', 's*'], { env })).code).toBe(4);
  const events = await json(home, ['log']);
  const program = expect.stringMatching(/^vault get( \(.+\))?$/) as string;
  expect(events).toMatchObject([
    { action: 'added', entries: [{ name: 'site', username: 'me' }] },
    { action: 'read', entries: [{ name: 'site' }], program, terminal: null },
    { action: 'read', entries: [{ name: 'site' }], program },
    { action: 'login' },
    { action: 'token made' },
    { action: 'refused', detail: 'scope_denied' },
  ]);
  const lines = (await succeed(home, ['log', '-n', '2'])).trim().split('\n');
  expect(lines.map((line) => line.split('\t')[1])).toEqual(['token made', 'refused']);
  expect(await json(home, ['log', 'verify'])).toEqual({ segments: 2, records: expect.any(Number) as number, broken: null, unclosed: [] });
  expect(await home.run(['log', '-n', '0'])).toMatchObject({ code: 2 });

  const terminal = home.terminal(['log']);
  expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
  expect(await terminal.screen()).toMatch(/WHEN +WHAT +ENTRY/);
  expect(await terminal.screen()).toMatch(/\d\d:\d\d:\d\d +read +site \(me\)/);
});
