import { expect, it } from 'vitest';
import { sharedHome } from '../support/home.ts';
import { addEntry, createVault, json, succeed } from './vaults.ts';

const home = sharedHome({ prepare: createVault });

async function docker(operation: string, input: string | object = '', env: Readonly<Record<string, string>> = {}) {
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  const { code, stdout, stderr } = await home().shell(`docker-credential-vault ${operation}`, { input: text, env });
  return { code, stdout: stdout.trimEnd(), stderr };
}

const hub = { ServerURL: 'https://index.docker.io/v1/', Username: 'me', Secret: 'hub' };
const own = { ServerURL: 'registry.example:5000', Username: '<token>', Secret: '{\n"key": "ü"}\n' };
const notFound = { code: 1, stdout: 'credentials not found in native keychain', stderr: '' };

it('keeps what docker stores, tells it again, and lists that alone', async () => {
  await addEntry(home(), 'github.com', 'secret', '-u', 'me');
  for (const stored of [hub, own, hub]) expect(await docker('store', stored)).toEqual({ code: 0, stdout: '', stderr: '' });
  for (const stored of [hub, own]) {
    const { code, stdout } = await docker('get', `${stored.ServerURL}\n`);
    expect({ code, told: JSON.parse(stdout) as unknown }).toEqual({ code: 0, told: stored });
  }
  const { stdout } = await docker('list');
  expect(JSON.parse(stdout)).toEqual({ [hub.ServerURL]: 'me', [own.ServerURL]: '<token>' });
  expect(await json(home(), ['list', '-t', 'docker'])).toMatchObject([{ revision: 1 }, { name: own.ServerURL }]);
});

it('says that there is none in exactly docker’s words', async () => {
  for (const server of ['https://index.docker.io/v1/access-token', 'a@b']) {
    expect(await docker('get', server), server).toEqual(notFound);
  }
  expect(await docker('get')).toMatchObject({ code: 1, stdout: 'no credentials server URL' });
  expect(await docker('store', { ...hub, Username: '' })).toMatchObject({ code: 1, stdout: 'no credentials username' });
});

it('reads an entry that somebody made, and never erases it', async () => {
  await addEntry(home(), 'mine.example', 'own', '-u', 'me');
  expect(await docker('get', 'mine.example')).toMatchObject({ code: 0, stdout: expect.stringContaining('"Secret":"own"') as string });
  expect(await docker('erase', 'mine.example')).toMatchObject({ code: 0 });
  expect(await succeed(home(), ['get', 'mine.example'])).toBe('own');
  expect(await docker('erase', own.ServerURL)).toMatchObject({ code: 0 });
  expect(await docker('get', own.ServerURL)).toEqual(notFound);
});

it('reads with a scoped token what that is for, and says why it does nothing else', async () => {
  await addEntry(home(), 'scoped.example', 'own', '-u', 'me', '-t', 'docker');
  const token = await succeed(home(), ['token', 'create', '--entry', 'scoped.example']);
  const scoped = async (operation: string, input: string | object = '') => await docker(operation, input, { VAULTD_TOKEN: token });
  expect(await scoped('get', 'scoped.example')).toMatchObject({ code: 0, stdout: expect.stringContaining('"Secret":"own"') as string });
  for (const server of [hub.ServerURL, 'nowhere.example']) expect(await scoped('get', server)).toEqual(notFound);
  expect(await scoped('list')).toEqual({ code: 0, stdout: '{}', stderr: '' });
  const refused = { code: 1, stdout: expect.stringContaining('only reads') as string, stderr: '' };
  expect(await scoped('store', { ...hub, ServerURL: 'scoped.example' })).toEqual(refused);
  expect(await scoped('erase', 'scoped.example')).toEqual(refused);
  expect(await succeed(home(), ['get', 'scoped.example'])).toBe('own');
});

it('goes on without credentials while the vault is locked, but does not pretend to store', async () => {
  await succeed(home(), ['lock']);
  expect(await docker('get', hub.ServerURL)).toEqual(notFound);
  expect(await docker('list')).toEqual({ code: 0, stdout: '{}', stderr: '' });
  expect(await docker('store', hub)).toMatchObject({ code: 1, stdout: expect.stringContaining('locked') as string });
});
