import { dockerTag, noServerWords, notFoundWords, noUsernameWords, serverSite } from '../../core/credentials/docker-protocol.ts';
import { VaultError } from '../../core/errors.ts';
import { version } from '../../core/version.ts';
import { type HelperCall, onlyReadsWords, unlessMissing } from './call.ts';

/** Docker reads the reason of a failure from stdout. */
class DockerRefusal extends Error {}

async function serverIn({ input }: HelperCall): Promise<string> {
  const server = (await input()).toString('utf8').trim();
  if (server === '') throw new DockerRefusal(noServerWords);
  return server;
}

function refuseLocked(found: unknown, { hasVault }: HelperCall): void {
  if (found !== null) return;
  throw new DockerRefusal(hasVault ? 'the vault is locked: vault login unlocks it' : 'there is no vault yet: vault init makes one');
}

function refuseToChange({ onlyReads }: HelperCall): void {
  if (onlyReads) throw new DockerRefusal(`${onlyReadsWords}: unset it to use your own login`);
}

async function get(call: HelperCall): Promise<string> {
  const server = await serverIn(call);
  const query = { ...serverSite(server), tag: dockerTag };
  const ask = () => call.cli.client.call({ path: '/credentials', method: '$get', query }, { background: !call.attended });
  const found = call.hasVault ? await unlessMissing(ask) : null;
  if (found?.username == null || found.password === null) throw new DockerRefusal(notFoundWords);
  return JSON.stringify({ ServerURL: server, Username: found.username, Secret: found.password });
}

async function store(call: HelperCall): Promise<void> {
  const { parseDockerCredential } = await import('../../core/credentials/docker-credential.ts');
  const given = parseDockerCredential((await call.input()).toString('utf8'));
  if (given === null) throw new DockerRefusal('this is no credential as docker writes it');
  const { ServerURL: url, Username: username, Secret: password } = given;
  if (url.trim() === '') throw new DockerRefusal(noServerWords);
  if (username === '') throw new DockerRefusal(noUsernameWords);
  refuseToChange(call);
  const json = { ...serverSite(url), url, username, password, tag: dockerTag };
  refuseLocked(
    call.hasVault ? await unlessMissing(() => call.cli.client.call({ path: '/credentials', method: '$put', json })) : null,
    call,
  );
}

async function erase(call: HelperCall): Promise<void> {
  const json = { ...serverSite(await serverIn(call)), tag: dockerTag };
  refuseToChange(call);
  refuseLocked(
    call.hasVault ? await unlessMissing(() => call.cli.client.call({ path: '/credentials/erase', method: '$post', json })) : null,
    call,
  );
}

/** Every server that docker stored a credential for, as docker wrote it, with its username. What only reads can list nothing. */
async function list({ cli, attended, hasVault, onlyReads }: HelperCall): Promise<string> {
  const ask = () => cli.client.call({ path: '/passwords', method: '$get', query: { tag: dockerTag } }, { background: !attended });
  const entries = (hasVault && !onlyReads ? await unlessMissing(ask) : null) ?? [];
  const byAge = [...entries].sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
  const pairs = byAge.flatMap(({ name, urls, username }) =>
    username === null ? [] : (urls.length > 0 ? urls : [name]).map((url) => [url, username]),
  );
  return JSON.stringify(Object.fromEntries(pairs));
}

async function answer(call: HelperCall): Promise<string | null> {
  switch (call.operation) {
    case 'get':
      return await get(call);
    case 'list':
      return await list(call);
    case 'store':
      await store(call);
      return null;
    case 'erase':
      await erase(call);
      return null;
    case 'version':
      return `docker-credential-vault ${version}`;
    default:
      throw new DockerRefusal('Usage: docker-credential-vault <store|get|erase|list|version>');
  }
}

/** `docker-credential-vault OPERATION`, as docker's own helpers answer. */
export async function dockerHelper(call: HelperCall): Promise<number> {
  try {
    const said = await answer(call);
    if (said !== null) process.stdout.write(`${said}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof DockerRefusal) && !(error instanceof VaultError)) throw error;
    process.stdout.write(`${error.message}\n`);
    return 1;
  }
}
