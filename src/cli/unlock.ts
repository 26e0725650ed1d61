import { VaultError } from '../core/errors.ts';
import { defaultAccount } from '../core/limits.ts';
import type { Success } from './api.ts';
import type { Client } from './client.ts';
import { isOlderState } from './hints.ts';
import type { Output } from './output.ts';
import type { Prompts } from './prompts.ts';
import { escapeLine } from './text.ts';

/** Key derivations queue behind one another, and each may be set to take long. */
export const derivationSeconds = 300;

/** How often a wrong master password may be typed before the command gives up. */
const attempts = 3;

export type Status = Success<'/status', '$get'>;

/** How things are, from a daemon that is started where none runs. `not_initialized` where there is no vault yet. */
export async function statusOfVault(client: Client): Promise<Status> {
  const status = await client.ask({ path: '/status', method: '$get' }, { start: true });
  if (status.accounts?.length === 0) {
    throw new VaultError('not_initialized', 'there is no vault yet', { hint: 'vault init creates one, and so does the first vault add' });
  }
  return status;
}

/** The account that a login is for: the one wanted, or the one that the daemon would choose. Null where somebody has to say. */
export function accountFor(wanted: string | null, { accounts = [] }: Status): string | null {
  if (wanted !== null) return wanted;
  const [first, ...others] = accounts;
  if (first !== undefined && others.length === 0) return first;
  return accounts.includes(defaultAccount) ? defaultAccount : null;
}

async function endSession(client: Client, token: string): Promise<void> {
  try {
    await client.ask({ path: '/lock', method: '$post', json: {} }, { token });
  } catch {
    // It had ended already.
  }
}

/**
 * Keeps the token of a new session, and ends the session that it replaces, or the new one where its token cannot be kept: a token
 * that nobody has should open nothing. Other clients' sessions live on.
 */
export async function keepToken(client: Client, token: string, account: string | null): Promise<string> {
  const name = account ?? (await client.ask({ path: '/status', method: '$get' }, { token })).session?.account ?? defaultAccount;
  let replaced: string | null;
  try {
    replaced = client.link.tokens.save(name, token, name !== client.accountFromEnvironment);
  } catch (error) {
    await endSession(client, token);
    throw error;
  }
  if (replaced !== null && replaced !== token) await endSession(client, replaced);
  return token;
}

export interface LoginOptions {
  readonly account: string | null;
  readonly password: string;
  readonly acceptOlder?: boolean;
  /** Takes a line that must be seen. */
  readonly warn: (line: string) => void;
}

/** Logs in, keeps the token and gives it. */
export async function logIn(client: Client, { account, password, acceptOlder = false, warn }: LoginOptions): Promise<string> {
  const { askpass } = client;
  const json = { ...(account === null ? {} : { account }), password, ...(acceptOlder ? { acceptOlder } : {}), askpass };
  const { token, accessLogBroken = false } = await client.ask(
    { path: '/login', method: '$post', json },
    { start: true, timeoutSeconds: derivationSeconds },
  );
  if (accessLogBroken) warn('the access log was changed since the last login: vault log verify says where');
  return keepToken(client, token, account);
}

function chooseAccount(prompts: Prompts, { accounts = [] }: Status): Promise<string> {
  return prompts.choose(
    'Which account?',
    accounts.map((account) => ({ name: escapeLine(account), value: account })),
  );
}

/** What the prompt for the master password says: it names the account wherever there could be a doubt. */
function promptFor(account: string, { accounts = [] }: Status): string {
  const plain = account === defaultAccount && accounts.length <= 1;
  return plain ? 'Master password:' : `Master password of ${escapeLine(account)}:`;
}

export interface AskToLogInOptions {
  readonly client: Client;
  readonly prompts: Prompts;
  readonly output: Output;
  readonly account: string | null;
  readonly acceptOlder?: boolean;
}

/** Asks for the master password on the terminal until it is right, three times at most, and logs in. Gives the token and what was typed. */
export async function askToLogIn(options: AskToLogInOptions): Promise<{ readonly token: string; readonly password: string }> {
  const { client, prompts, output } = options;
  const status = await prompts.before(() => statusOfVault(client));
  const account = accountFor(options.account, status) ?? (await chooseAccount(prompts, status));
  for (let attempt = 1; ; attempt++) {
    const password = await prompts.secret(promptFor(account, status), {
      validate: (value) => (value === '' ? 'type the master password, or Ctrl+C to leave' : true),
    });
    try {
      return { token: await logInOrAsk(options, account, password), password };
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'incorrect_password' || attempt === attempts) throw error;
      output.warn(output.noteStyle.yellow(error.message));
    }
  }
}

/** Logs in; where this machine remembers another state of the vault, asks whether this one is to be taken. */
async function logInOrAsk(
  { client, prompts, output, acceptOlder = false }: AskToLogInOptions,
  account: string,
  password: string,
): Promise<string> {
  try {
    return await logIn(client, { account, password, acceptOlder, warn: output.warn });
  } catch (error) {
    if (!(error instanceof VaultError) || !isOlderState(error) || acceptOlder) throw error;
    output.warn(output.noteStyle.yellow(error.message));
    const accepted = await prompts.confirm('Go on with this copy of the vault? Only if you put it there yourself', false);
    if (!accepted) throw error;
  }
  return logIn(client, { account, password, acceptOlder: true, warn: output.warn });
}

/** Opens a locked vault for a command that was given on a terminal. */
export async function unlock(client: Client, prompts: Prompts, output: Output): Promise<string> {
  return (await askToLogIn({ client, prompts, output, account: client.account })).token;
}
