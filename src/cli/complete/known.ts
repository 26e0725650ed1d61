import type { EntrySummary } from '../../core/entry/schema.ts';
import type { Call, Method, Path, Success } from '../api.ts';
import type { Client } from '../client.ts';

/** What the daemon knows, for as long as the vault is unlocked. Never asks, starts nothing, and is no use of the session. */
export interface Known {
  entries(): Promise<readonly EntrySummary[]>;
  trash(): Promise<readonly { readonly name: string }[]>;
  sshKeys(): Promise<readonly { readonly name: string }[]>;
  tokens(): Promise<readonly { readonly id: string }[]>;
  attachments(entry: string): Promise<readonly { readonly name: string }[]>;
  accounts(): Promise<readonly string[]>;
}

/** Somebody waits at a line that does not move. */
const patienceSeconds = 2;

export function knownTo(client: Client): Known {
  const ask = async <P extends Path, M extends Method<P>>(call: Call<P, M>, token: string | null): Promise<Success<P, M> | null> => {
    try {
      return await client.ask(call, { token, background: true, timeoutSeconds: patienceSeconds });
    } catch {
      return null;
    }
  };
  const unlocked = async <P extends Path, M extends Method<P>>(call: Call<P, M>): Promise<Success<P, M> | null> => {
    const token = client.token();
    return token === null ? null : await ask(call, token);
  };
  return {
    entries: async () => (await unlocked({ path: '/passwords', method: '$get' })) ?? [],
    trash: async () => (await unlocked({ path: '/trash', method: '$get' })) ?? [],
    sshKeys: async () => (await unlocked({ path: '/ssh-keys', method: '$get' })) ?? [],
    tokens: async () => (await unlocked({ path: '/tokens', method: '$get' })) ?? [],
    attachments: async (entry) => (await unlocked({ path: '/attachments', method: '$get', query: { entry } })) ?? [],
    accounts: async () => (await ask({ path: '/status', method: '$get' }, client.token()))?.accounts ?? [],
  };
}
