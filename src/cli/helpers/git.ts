import {
  expiryIn,
  formatCredential,
  type GitRequest,
  isEphemeral,
  knowsAuthtype,
  parseGitRequest,
} from '../../core/credentials/git-protocol.ts';
import { VaultError } from '../../core/errors.ts';
import { type HelperCall, onlyReadsWords, staysLocked, unlessMissing } from './call.ts';

/** What a request is about; null where it names no host: git may have died before it said which. */
function siteIn({ attributes }: GitRequest) {
  const [protocol, host, path, username] = ['protocol', 'host', 'path', 'username'].map((name) => attributes.get(name));
  if (protocol === undefined || host === undefined) return null;
  return { protocol, host, ...(path === undefined ? {} : { path }), ...(username === undefined ? {} : { username }) };
}

async function get({ cli, input, attended, hasVault }: HelperCall): Promise<void> {
  const request = parseGitRequest(await input(), { whole: false });
  const site = request === null ? null : siteIn(request);
  if (request === null || site === null || !hasVault) return;
  const query = { ...site, ...(knowsAuthtype(request) ? { authtype: 'true' as const } : {}) };
  const found = await unlessMissing(() => cli.client.call({ path: '/credentials', method: '$get', query }, { background: !attended }));
  if (found === null) return;
  const told = formatCredential(found);
  if (told === null) cli.output.warn('vault: what is kept for this site has more than one line, which git cannot take');
  else process.stdout.write(told);
}

/** A request to change something, which must have come whole. */
async function changeIn(input: HelperCall['input']) {
  const request = parseGitRequest(await input(), { whole: true });
  if (request === null) throw new VaultError('usage', 'the request ends in the middle: nothing was changed');
  return request;
}

/** Tells the daemon of a change, as far as the vault is open: nobody is asked for a password after the fact. */
async function unlessLocked({ cli, operation, attended, onlyReads }: HelperCall, work: (token: string) => Promise<unknown>): Promise<void> {
  if (onlyReads) {
    // git stores after each use what it was given, which is no news; that it was given something wrong is.
    if (attended || operation === 'erase') cli.output.note(`vault: ${onlyReadsWords}, and nothing was changed`);
    return;
  }
  const token = cli.client.token();
  try {
    if (token !== null) {
      await work(token);
      return;
    }
  } catch (error) {
    if (!staysLocked(error)) throw error;
  }
  if (attended) cli.output.note('vault: the vault is locked, and nothing was changed: vault login unlocks it');
}

async function store(call: HelperCall): Promise<void> {
  const request = await changeIn(call.input);
  const site = siteIn(request);
  const [password, authtype, credential, refreshToken] = ['password', 'authtype', 'credential', 'oauth_refresh_token'].map((name) =>
    request.attributes.get(name),
  );
  const complete = password !== undefined || (authtype !== undefined && credential !== undefined);
  if (site === null || !complete || isEphemeral(request) || !call.hasVault) return;
  const passwordExpiry = expiryIn(request);
  const json = { ...site, password, authtype, credential, refreshToken, passwordExpiry };
  await unlessLocked(call, (token) => call.cli.client.ask({ path: '/credentials', method: '$put', json }, { token }));
}

async function erase(call: HelperCall): Promise<void> {
  const request = await changeIn(call.input);
  const site = siteIn(request);
  if (site === null || !call.hasVault) return;
  const json = { ...site, password: request.attributes.get('password'), credential: request.attributes.get('credential') };
  await unlessLocked(call, (token) => call.cli.client.ask({ path: '/credentials/erase', method: '$post', json }, { token }));
}

/** `git-credential-vault OPERATION`: what gitcredentials(7) wants of a helper. Operations that nobody knows are ignored. */
export async function gitHelper(call: HelperCall): Promise<number> {
  if (call.operation === 'get') await get(call);
  else if (call.operation === 'store') await store(call);
  else if (call.operation === 'erase') await erase(call);
  else if (call.operation === 'capability') process.stdout.write('version 0\ncapability authtype\n');
  return 0;
}
