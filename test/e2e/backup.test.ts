import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'e', 'of the copy');
  },
});
const input = `${masterPassword}\n`;

let copy: string;

it('a copy is made, proven and gone back to', async () => {
  copy = (await succeed(home(), ['backup'])).trim();
  expect(copy).toMatch(/\/backups\/vault-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.db$/);
  expect(await json(home(), ['backup', 'verify', copy, '--password-stdin'], { input })).toMatchObject({ entries: 1 });
  expect(await home().run(['backup', 'verify', copy, '--password-stdin'], { input: 'wrong\n' })).toMatchObject({ code: 4, stdout: '' });
  expect(await home().run(['backup', 'verify', 'config.json', '--password-stdin'], { input })).toMatchObject({ code: 7 });
  await home().run(['edit', 'e', '--password-stdin'], { input: 'of later' });
  expect(await home().run(['backup', 'restore', copy, '--password-stdin'], { input })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--yes'),
  });
  const restored = await home().run(['backup', 'restore', copy, '--yes', '--password-stdin'], { input });
  expect(restored).toMatchObject({ code: 0, stdout: '', stderr: expect.stringMatching(/^restored the vault of default: 1 entry/) });
  expect(await succeed(home(), ['get', 'e'])).toBe('of the copy');
  expect(await succeed(home(), ['doctor'])).toContain(copy);
});

it('on a terminal the copy is proven before anything is asked', async () => {
  await home().run(['edit', 'e', '--password-stdin'], { input: 'of later' });
  const terminal = home().terminal(['backup', 'restore', copy]);
  await terminal.waitForPrompt('Master password of the copy:');
  terminal.answer(masterPassword);
  await terminal.waitForPrompt('Replace the vault by this copy?');
  expect(await terminal.screen()).toContain('the copy is sound: 1 entry');
  terminal.answer('n');
  expect(await terminal.waitForEnd()).toMatchObject({ code: 130 });
  expect(await succeed(home(), ['get', 'e'])).toBe('of later');
});

it('killed while it goes back, the vault is as it was or as the copy had it', async () => {
  for (const delay of [50, 150, 300]) {
    await home().run(['edit', 'e', '--password-stdin'], { input: `later ${String(delay)}` });
    const restoring = home().run(['backup', 'restore', copy, '--yes', '--password-stdin'], { input });
    await setTimeout(delay);
    const pid = home().daemonPid();
    if (pid !== null) process.kill(pid, 'SIGKILL');
    await restoring;
    await succeed(home(), ['login', '--password-stdin'], { input });
    expect(['of the copy', `later ${String(delay)}`]).toContain(await succeed(home(), ['get', 'e']));
  }
});
