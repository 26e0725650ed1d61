import type { Answer, Client } from '../support/client.ts';
import { masterPassword } from '../support/daemon.ts';

/** What a home holds, as far as an operation may change it. */
export interface State {
  readonly password: string;
  /** Each name's value. */
  readonly values: ReadonlyMap<string, string | null>;
}

/** A change that must happen as a whole or not at all. */
export interface Operation {
  readonly name: string;
  /** Asks for it the `n`-th time; `id` is that of the entry "victim". */
  send(client: Client, asking: { readonly token: string; readonly id: string; readonly state: State; readonly n: number }): Promise<Answer>;
  /** The state after it. */
  after(state: State, n: number): State;
}

export const otherPassword = 'another torture password';

const swapped = ({ password }: State) => (password === masterPassword ? otherPassword : masterPassword);

const changed = (state: State, changes: readonly (readonly [string, string])[]): State => ({
  ...state,
  values: new Map([...state.values, ...changes]),
});

const importSize = 100;
const imported = (n: number) =>
  Array.from({ length: importSize }, (_, i): [string, string] => [`import-${String(n)}-${String(i)}`, `value ${String(i)}`]);

export const add: Operation = {
  name: 'add',
  send: (client, { token, n }) => {
    const value = `added ${String(n)}`;
    return client.send('POST', '/passwords', { token, json: { name: `add-${String(n)}`, username: value, password: value } });
  },
  after: (state, n) => changed(state, [[`add-${String(n)}`, `added ${String(n)}`]]),
};

export const edit: Operation = {
  name: 'edit',
  send: (client, { token, id, n }) => client.send('PATCH', `/passwords/${id}`, { token, json: { username: `edited ${String(n)}` } }),
  after: (state, n) => changed(state, [['victim', `edited ${String(n)}`]]),
};

export const importing: Operation = {
  name: 'import',
  send: (client, { token, n }) => {
    const body = imported(n)
      .map(([name, username]) => JSON.stringify({ name, username }))
      .join('\n');
    return client.send('POST', '/imports', { token, body, headers: { 'content-type': 'application/x-ndjson' } });
  },
  after: (state, n) => changed(state, imported(n)),
};

const passwordChange = (name: string, rotateKeys: boolean): Operation => ({
  name,
  send: (client, { token, state }) => {
    const json = { currentPassword: state.password, newPassword: swapped(state), rotateKeys };
    return client.send('PUT', '/users/me/password', { token, json });
  },
  after: (state) => ({ ...state, password: swapped(state) }),
});

export const passwd = passwordChange('password change', false);
export const rotation = passwordChange('rotation of all keys', true);
