import { expect, it } from 'vitest';
import { plainForm } from '../../src/cli/quick.ts';
import { sharedHome } from '../support/home.ts';

const home = sharedHome({
  prepare: async (made) => {
    expect((await made.run(['init', '--password-stdin'], { input: 'a master password\n' })).code).toBe(0);
    const add = async (args: string[], password: string) => {
      const added = await made.run(['add', ...args, '--password-stdin'], { input: password });
      expect(added).toMatchObject({ code: 0 });
    };
    await add(['github.com', '-u', 'me', '-t', 'a', '-t', 'b'], 'päss word');
    await add(['twice', '-u', 'one'], '1');
    await add(['twice', '-u', 'two'], '2');
    await add(['emoji 🔑/x "y"', '--url', 'https://login.example.co.uk/x', '--notes', 'n\u001b[31m', '--field', 'pin=12'], 'p\nq\n');
  },
});

/** Every plain form, in its ordinary course and out of it. */
const lines: readonly (readonly string[])[] = [
  ['get', 'github.com'],
  ['show', 'GITHUB.com'],
  ['get', 'login.example.co.uk'],
  ['get', 'https://other.example.co.uk/'],
  ['get', 'emoji 🔑/x "y"'],
  ['get', 'emoji 🔑/x "y"', '-f', 'notes'],
  ['get', 'emoji 🔑/x "y"', '-f', 'pin'],
  ['get', 'emoji 🔑/x "y"', '-f', 'url'],
  ['get', 'github.com', '-f', 'username'],
  ['get', 'github.com', '-f', 'password'],
  ['get', 'github.com', '-f', 'totp'],
  ['get', 'github.com', '-f', 'code'],
  ['get', 'github.com', '-f', 'nothing'],
  ['get', 'twice'],
  ['get', 'nobody'],
  ['get', ''],
  ['get', '..'],
  ['get', 'https://me:secret@github.com/'],
  ['read', 'vault://github.com/password'],
  ['read', 'vault://emoji%20🔑/x%20%22y%22/notes'],
  ['read', 'vault://twice?username=two/password'],
  ['read', 'vault://twice?username=/password'],
  ['read', 'vault://twice/password'],
  ['read', 'vault://nobody/password'],
  ['read', 'vault://github.com/pasword'],
  ['read', 'vault://github.com'],
  ['read', 'vault://100%/x'],
  ['list'],
  ['ls'],
];

it.for(lines)('%j says the same quickly and by the whole command line', async (args) => {
  expect(plainForm(args)).not.toBeNull();
  const quick = await home().run(args);
  // An option that changes nothing here, and that no plain form has.
  const whole = await home().run([...args, '--no-input']);
  expect(quick).toEqual(whole);
});

it.for([['generate'], ['gen', '33']])('%j makes what it is asked for, both ways', async (args) => {
  expect(plainForm(args)).not.toBeNull();
  for (const line of [args, [...args, '--no-input']]) {
    const made = await home().run(line);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(made.stdout).toHaveLength(args[1] === undefined ? 20 : 33);
  }
});

it.for([
  ['get'],
  ['get', '-c'],
  ['get', 'a', 'b'],
  ['get', 'a', '-f'],
  ['get', 'a', '-f', '-x'],
  ['read'],
  ['read', 'github.com'],
  ['read', 'vault://a/b', 'c'],
  ['list', 'x'],
  ['generate', '0'],
  ['generate', '-c'],
  ['status'],
  [],
])('%j is no plain form', (args) => {
  expect(plainForm(args)).toBeNull();
});

it('a locked vault is refused as ever, and a broken configuration is no concern of reading', async () => {
  const line = { env: { VAULTD_TOKEN: 'nonsense' } };
  expect(await home().run(['get', 'github.com'], line)).toEqual(await home().run(['get', 'github.com', '--no-input'], line));
  expect(await home().run(['get', 'github.com'], line)).toMatchObject({ code: 4, stdout: '' });
});

it('everything is printed where the reader is slow, and nothing twice where it goes away', async () => {
  const long = 'x'.repeat(900_000);
  expect((await home().run(['add', 'long', '--password-stdin'], { input: long })).code).toBe(0);
  const slow = await home().shell('vault get long | { sleep 1; wc -c; }');
  expect(slow.stdout.trim()).toBe('900000');
  // The whole command line prints it, and this process reads by a socket.
  const json = { name: 'long', password: long };
  const slowJson = await home().shell('vault get long --all --reveal --json | { sleep 1; cat; }');
  expect(JSON.parse(slowJson.stdout)).toMatchObject(json);
  expect(JSON.parse((await home().run(['get', 'long', '--all', '--reveal', '--json'])).stdout)).toMatchObject(json);
  const gone = await home().shell('vault get long | head -c 10');
  expect(gone).toMatchObject({ code: 0, stdout: 'xxxxxxxxxx', stderr: '' });
});
