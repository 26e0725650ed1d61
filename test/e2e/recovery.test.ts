import { readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, masterPassword, succeed } from './vaults.ts';

const home = sharedHome({
  prepare: async (made) => {
    await createVault(made);
    await addEntry(made, 'e', 'kept');
  },
});

it('a kit goes to a new file, and without a terminal nowhere else', async () => {
  const input = `${masterPassword}\n`;
  expect(await home().run(['recovery-kit', '--password-stdin'], { input })).toMatchObject({ code: 2, stdout: '' });
  const kit = home().path('kit');
  expect(await home().run(['recovery-kit', kit, '--password-stdin'], { input: 'wrong\n' })).toMatchObject({ code: 4 });
  await succeed(home(), ['recovery-kit', kit, '--password-stdin'], { input });
  expect(statSync(kit).mode & 0o777).toBe(0o600);
  expect(readFileSync(kit, 'utf8')).toMatch(/^([0-9A-Z]{4}-)+[0-9A-Z]{1,4}\n$/);
  expect(await home().run(['recovery-kit', kit, '--password-stdin'], { input })).toMatchObject({ code: 6 });
});

it('the kit sets a new password where the old one is forgotten, and the next kit replaces it', async () => {
  await succeed(home(), ['lock']);
  const [kit, next] = [home().path('kit'), home().path('next')];
  const args = ['recover', '--kit-file', kit, '--recovery-kit', next, '--password-stdin'];
  expect(await json(home(), args, { input: 'fresh one\n' })).toEqual({ account: 'default', sessionsEnded: 0, copies: [] });
  expect(await succeed(home(), ['get', 'e'])).toBe('kept');
  const again = ['recover', '--kit-file', kit, '--recovery-kit', home().path('third'), '--password-stdin'];
  expect(await home().run(again, { input: 'fresh one\n' })).toMatchObject({ code: 4, stdout: '' });
  await succeed(home(), ['lock']);
  expect(await home().run(['login', '--password-stdin'], { input: `${masterPassword}\n` })).toMatchObject({ code: 4 });
});

it('on a terminal asks for kit and password, and shows the next kit once', async () => {
  const terminal = home().terminal(['recover']);
  await terminal.waitForPrompt('Recovery kit:');
  terminal.answer(readFileSync(home().path('next'), 'utf8').trim());
  await terminal.waitForPrompt('New master password:');
  terminal.answer('another fresh one');
  await terminal.waitForPrompt('Once more');
  terminal.answer('another fresh one');
  await terminal.waitForPrompt('Have you written it down?');
  expect(await terminal.screen()).toMatch(/Your recovery kit/);
  terminal.answer('y');
  expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
  expect(await succeed(home(), ['get', 'e'])).toBe('kept');
});
