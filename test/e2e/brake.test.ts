import { expect, it } from 'vitest';
import { freshHome, quickKdf } from '../support/home.ts';
import { addEntry, createVault, masterPassword, succeed } from './vaults.ts';

it('reading in bulk ends with exit 4 without a terminal, and goes on after the password on one', async () => {
  const home = freshHome({ kdf: quickKdf, brake: { readsPerMinute: 2 } });
  await createVault(home);
  for (const name of ['a', 'b', 'c', 'd']) await addEntry(home, name, `secret ${name}`);
  await succeed(home, ['get', 'a']);
  await succeed(home, ['get', 'b']);
  expect(await home.run(['get', 'c'])).toMatchObject({ code: 4, stdout: '', stderr: expect.stringContaining('vault confirm') });
  const { stderr } = await home.run(['get', 'c', '--json']);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'confirmation_required' } });
  expect(await home.run(['confirm', '--password-stdin'], { input: 'wrong\n' })).toMatchObject({ code: 4 });
  expect(await home.run(['confirm'])).toMatchObject({ code: 2 });
  await succeed(home, ['confirm', '--password-stdin'], { input: `${masterPassword}\n` });
  expect(await succeed(home, ['get', 'c'])).toBe('secret c');
  await succeed(home, ['get', 'd']);

  const terminal = home.terminal(['get', 'a']);
  await terminal.waitForPrompt('Master password, once more:');
  terminal.answer('wrong');
  await terminal.waitFor('wrong master password');
  await terminal.waitForPrompt('Master password, once more:');
  terminal.answer(masterPassword);
  expect(await terminal.waitForEnd()).toMatchObject({ code: 0 });
  expect(terminal.output).toContain('secret a');
});

it('what takes a whole vault out is given the master password by standard input, be the vault open or locked', async () => {
  const home = freshHome();
  await createVault(home);
  await addEntry(home, 'bank.example', 'correct horse battery staple 42 zebra');
  const input = `${masterPassword}\n`;
  for (const args of [['audit'], ['export', 'csv', '-', '--plaintext', '--yes']]) {
    const given = [...args, '--password-stdin'];
    expect(await home.run(given, { input: 'wrong\n' }), args[0]).toMatchObject({ code: 4, stdout: '' });
    expect(await home.run(given, { input }), args[0]).toMatchObject({ code: 0 });
    await succeed(home, ['lock']);
    expect(await home.run(args), args[0]).toMatchObject({ code: 4, stdout: '' });
    expect(await home.run(given, { input }), args[0]).toMatchObject({ code: 0 });
  }
  const both = await home.run(['export', 'age', 'x.age', '--password-stdin', '--file-password-stdin'], { input });
  expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('vault confirm') });
});
