import { listEntries } from '../../test/daemon/vault/list-entries.ts';
import type { Client } from '../support/client.ts';
import { withOpenHome } from '../support/open-home.ts';
import { masterPassword } from '../support/daemon.ts';
import { listValues } from '../support/writers.ts';
import { otherPassword, type State } from './operations.ts';

export function same(a: State, b: State): boolean {
  return (
    a.password === b.password && a.values.size === b.values.size && [...a.values].every(([name, value]) => b.values.get(name) === value)
  );
}

/** The state a daemon shows, and the id of the entry "victim". */
export async function stateOf(client: Client, token: string, password: string): Promise<{ state: State; id: string }> {
  const listed = await listValues(client, token);
  const values = new Map([...listed].map(([name, { value }]) => [name, value]));
  return { state: { password, values }, id: listed.get('victim')?.id ?? '' };
}

/** The state that a home's files hold. Throws where it opens with neither password. */
export async function stateOnDisk(directory: string): Promise<State> {
  const opened = async (password: string): Promise<State> =>
    await withOpenHome(
      directory,
      async ({ context, caller }) => {
        const entries = await listEntries(context, caller, {});
        return { password, values: new Map(entries.map(({ name, username }) => [name, username])) };
      },
      { password },
    );
  try {
    return await opened(masterPassword);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'incorrect_password') return await opened(otherPassword);
    throw error;
  }
}

/** Fills a new vault: some entries, each with a past. */
export async function fillVault(client: Client, token: string, entries: number): Promise<void> {
  for (const name of ['victim', ...Array.from({ length: entries - 1 }, (_, i) => `entry-${String(i)}`)]) {
    const json = { name, username: 'first', password: 'p'.repeat(300) };
    const answer = await client.send('POST', '/passwords', { token, json });
    const id = typeof answer.body === 'object' && answer.body !== null && 'id' in answer.body ? String(answer.body.id) : '';
    for (const username of ['second', 'third']) await client.send('PATCH', `/passwords/${id}`, { token, json: { username } });
  }
}
