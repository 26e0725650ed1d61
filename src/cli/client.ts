import type { Askpass } from '../core/api/accounts.ts';
import { VaultError } from '../core/errors.ts';
import { mayOpenLocked } from '../core/scope/token-text.ts';
import { decodeAnswer, encodeCall, type Call, type CallOptions, type Method, type Path, type Success } from './api.ts';
import { askpassOf } from './askpass.ts';
import { variable, type Environment } from './environment.ts';
import type { Link } from './link.ts';
import { NoDaemonError, type StreamedAnswer } from './transport.ts';

/** Opens the vault by asking for the master password on the terminal, and gives the new token; throws where there is no terminal. */
export type Unlock = (client: Client) => Promise<string>;

/** Gives the master password of an open vault again, by asking for it on the terminal; throws the refusal where there is no terminal. */
export type Confirm = (client: Client, token: string, refusal: VaultError) => Promise<void>;

/** The daemon, as commands talk to it. */
export interface Client {
  readonly link: Link;
  /** The account that commands mean: `VAULTD_ACCOUNT`, or the one logged into last. Null leaves the choice to the daemon. */
  readonly account: string | null;
  /** `VAULTD_ACCOUNT`: a login for it does not make it the account that other commands mean. */
  readonly accountFromEnvironment: string | null;
  /** What a login hands over, for the SSH agent to ask somebody to agree. */
  readonly askpass: Askpass | undefined;
  /** The token to use now; null where nobody logged in. */
  token(): string | null;
  /** Whether the token is `VAULTD_TOKEN`, which no login replaces. */
  readonly tokenIsGiven: boolean;
  /** A request that needs no open vault. `NoDaemonError` where no daemon runs; `start` starts it. */
  ask<P extends Path, M extends Method<P>>(call: Call<P, M>, options?: CallOptions & { readonly start?: boolean }): Promise<Success<P, M>>;
  /** Sees to it that the vault is open, before anybody is asked for what it is to hold. */
  ensureOpen(): Promise<void>;
  /** A request that needs the vault open: where it is locked, the master password is asked for on the terminal, and the request goes on. */
  call<P extends Path, M extends Method<P>>(call: Call<P, M>, options?: CallOptions): Promise<Success<P, M>>;
  /** The same, for an answer that is read as it comes: its body. */
  stream<P extends Path, M extends Method<P>>(call: Call<P, M>, options?: CallOptions): Promise<AsyncIterable<Uint8Array>>;
}

/** Why a vault that is locked stays so. */
export function lockedError(hint: string): VaultError {
  return new VaultError('vault_locked', 'the vault is locked', { hint });
}

export function createClient(
  link: Link,
  env: Environment,
  { unlock, confirm }: { readonly unlock: Unlock; readonly confirm: Confirm },
): Client {
  const given = variable(env, 'VAULTD_TOKEN');
  const accountFromEnvironment = variable(env, 'VAULTD_ACCOUNT');
  const accountInUse = () => accountFromEnvironment ?? link.tokens.currentAccount();
  const ask = async <P extends Path, M extends Method<P>>(
    call: Call<P, M>,
    { start = false, ...options }: CallOptions & { readonly start?: boolean } = {},
  ): Promise<Success<P, M>> => {
    const request = encodeCall(call, options);
    try {
      return decodeAnswer<P, M>(await link.send(request));
    } catch (error) {
      if (!(error instanceof NoDaemonError) || !start) throw error;
    }
    await link.start();
    return decodeAnswer<P, M>(await link.send(request));
  };
  const stream = async <P extends Path, M extends Method<P>>(
    call: Call<P, M>,
    options: CallOptions,
  ): Promise<AsyncIterable<Uint8Array>> => {
    const answer = await link.stream(encodeCall(call, options));
    if (answer.status === 200) return answer.body;
    throw await refusalOf(answer);
  };
  /** Makes a request; where the daemon wants the password again, once more after that. */
  const confirmed = async <T>(token: string, request: (token: string) => Promise<T>): Promise<T> => {
    try {
      return await request(token);
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'confirmation_required') throw error;
      await confirm(client, token, error);
      return await request(token);
    }
  };
  /** Makes a request with the token at hand; where the vault is locked, again with that of an unlocked one. */
  const withToken = async <T>(request: (token: string) => Promise<T>): Promise<T> => {
    const token = client.token();
    if (token !== null) {
      try {
        return await confirmed(token, request);
      } catch (error) {
        if (given !== null && error instanceof NoDaemonError) {
          throw lockedError('VAULTD_TOKEN is set, and no daemon runs that it could open');
        }
        if (given !== null && error instanceof VaultError && error.code === 'unauthenticated') {
          throw new VaultError(error.code, error.message, { hint: 'VAULTD_TOKEN holds it: unset it, or set another', cause: error });
        }
        if (given !== null || !isLocked(error)) throw error;
      }
    }
    return confirmed(await unlock(client), request);
  };
  const client: Client = {
    link,
    get account() {
      return accountInUse();
    },
    accountFromEnvironment,
    // A program and a display of this machine are nothing to another one's daemon.
    askpass: link.local ? askpassOf(env) : undefined,
    tokenIsGiven: given !== null,
    token: () => given ?? link.tokens.read(accountInUse()),
    ask,
    ensureOpen: async () => {
      const token = client.token();
      try {
        if (token !== null && (await ask({ path: '/status', method: '$get' }, { token })).locked === false) return;
      } catch (error) {
        if (!isLocked(error)) throw error;
      }
      if (given === null) await unlock(client);
    },
    call: (call, options = {}) => withToken((token) => ask(call, { ...options, token, start: given !== null && mayOpenLocked(given) })),
    stream: (call, options = {}) => withToken((token) => stream(call, { ...options, token })),
  };
  return client;
}

/** The error that an answer holds instead of what was asked for. */
async function refusalOf({ status, headers, body }: StreamedAnswer): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  try {
    return decodeAnswer({ status, headers, body: Buffer.concat(chunks).toString('utf8') });
  } catch (error) {
    return error;
  }
}

/** Whether an error says only that the vault is locked. */
export function isLocked(error: unknown): boolean {
  return (
    error instanceof NoDaemonError || (error instanceof VaultError && (error.code === 'unauthenticated' || error.code === 'vault_locked'))
  );
}
