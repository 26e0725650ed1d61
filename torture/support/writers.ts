import { z } from 'zod';
import type { Random } from '../frame/random.ts';
import { type Client, codeOf } from './client.ts';

/** What a write does: the value that each name then has, null where the entry is gone. All of it, or nothing. */
export type Effects = readonly (readonly [name: string, value: string | null])[];

/** Who wants to know of a write: when it is sent, and when the daemon has acknowledged it. */
export interface Observer {
  intended(writer: number, effects: Effects): void;
  acknowledged(writer: number, effects: Effects): void;
}

const listed = z.array(z.object({ id: z.string(), name: z.string(), username: z.string().nullable() }));
const stored = z.object({ id: z.string() });

export interface Listed {
  readonly id: string;
  readonly value: string | null;
}

/** What `GET /passwords` shows: each name's id, and the value that writers keep in the username. */
export async function listValues(client: Client, token: string): Promise<Map<string, Listed>> {
  const answer = await client.send('GET', '/passwords', { token });
  if (answer.status !== 200) throw new Error(`GET /passwords: ${answer.text}`);
  return new Map(listed.parse(answer.body).map(({ id, name, username }) => [name, { id, value: username }]));
}

/**
 * One of several programs that write at once, each on entries of its own: adds, changes, removes and imports them as fast as the daemon
 * answers. An entry's value stands in its username and its password.
 */
export class Writer {
  readonly #number: number;
  readonly #random: Random;
  readonly #observer: Observer;
  /** Ids of its entries, by name. */
  readonly #own = new Map<string, string>();
  #made = 0;

  constructor(number: number, random: Random, observer: Observer) {
    this.#number = number;
    this.#random = random;
    this.#observer = observer;
  }

  /** Takes over what a vault holds: after a restart. */
  resume(values: ReadonlyMap<string, Listed>): void {
    this.#own.clear();
    for (const [name, { id }] of values) if (name.startsWith(`w${String(this.#number)}-`)) this.#own.set(name, id);
  }

  /** Writes until the daemon is gone or `enough` says so. Throws on any refusal: nobody else writes to its entries. */
  async work(client: Client, token: string, enough: () => boolean): Promise<void> {
    while (!enough()) {
      try {
        await this.#write(client, token);
      } catch (error) {
        if (error instanceof Refused) throw error;
        return;
      }
    }
  }

  async #write(client: Client, token: string): Promise<void> {
    const kind = this.#random.below(10);
    const [name, id] = this.#own.size === 0 ? [] : this.#random.pick([...this.#own]);
    if (name === undefined || id === undefined || kind < 3) await this.#add(client, token);
    else if (kind === 3) await this.#import(client, token);
    else await this.#change(client, token, name, id, kind < 9 ? this.#random.text() : null);
  }

  async #change(client: Client, token: string, name: string, id: string, value: string | null): Promise<void> {
    const path = `/passwords/${id}`;
    await this.#tell([[name, value]], async () => {
      if (value === null) return await client.send('DELETE', path, { token });
      return await client.send('PATCH', path, { token, json: { username: value, password: value } });
    });
    if (value === null) this.#own.delete(name);
  }

  async #add(client: Client, token: string): Promise<void> {
    const [name, value] = [this.#newName(), this.#random.text()];
    const answer = await this.#tell([[name, value]], () =>
      client.send('POST', '/passwords', { token, json: { name, username: value, password: value } }),
    );
    this.#own.set(name, stored.parse(answer.body).id);
  }

  async #import(client: Client, token: string): Promise<void> {
    const effects = Array.from({ length: 5 }, (): [string, string] => [this.#newName(), this.#random.text()]);
    const body = effects.map(([name, value]) => JSON.stringify({ name, username: value, password: value })).join('\n');
    await this.#tell(effects, () => client.send('POST', '/imports', { token, body, headers: { 'content-type': 'application/x-ndjson' } }));
  }

  async #tell(effects: Effects, send: () => ReturnType<Client['send']>): ReturnType<Client['send']> {
    this.#observer.intended(this.#number, effects);
    const answer = await send();
    if (answer.status >= 300) throw new Refused(`writer ${String(this.#number)} was refused: ${codeOf(answer) ?? answer.text}`);
    this.#observer.acknowledged(this.#number, effects);
    return answer;
  }

  #newName(): string {
    return `w${String(this.#number)}-${String(this.#made++)}`;
  }
}

class Refused extends Error {}
