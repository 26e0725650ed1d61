import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { inject, onTestFinished } from 'vitest';
import { newVaultKey } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { parseConfig } from '../../src/core/config.ts';
import { newId } from '../../src/core/entry/id.ts';
import type { Clock } from '../../src/daemon/clock.ts';
import { composeDaemon } from '../../src/daemon/compose.ts';
import type { Way } from '../../src/daemon/environment.ts';
import type { Log, RequestRecord } from '../../src/daemon/log.ts';
import { type BootKeys, createBootKeys } from '../../src/daemon/sessions/boot.ts';
import { openStore } from '../../src/daemon/store/store.ts';
import { createVaultContext } from '../../src/daemon/vault/context.ts';
import { SeenManifests } from '../../src/daemon/vault/seen.ts';
import { createUser } from '../../src/daemon/vault/users.ts';
import { quickKdf } from '../support/kdf.ts';
import { repository } from '../support/repository.ts';
import { credentialFor } from '../support/vault.ts';

/** A clock that a test sets: the real time, plus what was added to either side. */
export class TestClock implements Clock {
  #wall = 0;
  #monotonic = 0;
  #stopped: { readonly wall: number; readonly monotonic: number } | null = null;

  wall(): number {
    return (this.#stopped?.wall ?? Date.now()) + this.#wall;
  }

  monotonic(): number {
    return (this.#stopped?.monotonic ?? performance.now()) + this.#monotonic;
  }

  /** From now on no time passes but what is added, however slow the machine is. */
  stop(): void {
    this.#stopped = { wall: Date.now(), monotonic: performance.now() };
  }

  /** Time passes, on both clocks. */
  advance(milliseconds: number): void {
    this.#wall += milliseconds;
    this.#monotonic += milliseconds;
  }

  /** Somebody sets the clock, or the machine sleeps. */
  setWall(milliseconds: number): void {
    this.#wall += milliseconds;
  }
}

/** What the daemon wrote down. */
class TestLog implements Log {
  readonly requests: RequestRecord[] = [];
  readonly defects: unknown[] = [];

  note(): void {
    // Notes are about the process, which no test of the app has.
  }

  request(record: RequestRecord): void {
    this.requests.push(record);
  }

  defect(error: unknown): void {
    this.defects.push(error);
  }
}

export interface TestRequest {
  readonly method?: string;
  readonly way?: Way;
  readonly token?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, as JSON unless the headers say otherwise. */
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; null where it is none. */
  readonly body: unknown;
}

/** The worker as the build made it: argon2 runs in a process of its own in tests too. */
export const passwordWorker = join(repository, 'dist/daemon/password-worker.js');

const docsAssets = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

export type TestDaemon = Awaited<ReturnType<typeof startTestDaemon>>;

/** The daemon without a server, on a database of its own; its requests come through the socket unless they say otherwise. */
export async function startTestDaemon({
  config = {},
  worker = passwordWorker,
  directory = mkdtempSync(join(inject('temporary'), 'd-')),
  boot = createBootKeys(),
}: { config?: object; worker?: string; directory?: string; boot?: BootKeys } = {}) {
  const store = await openStore(join(directory, 'vault.db'));
  const clock = new TestClock();
  const log = new TestLog();
  const seen = new SeenManifests(join(directory, 'seen.json'));
  let rests = 0;
  const { app, sessions, passwords, door, agent, endLog } = composeDaemon({
    store,
    seen,
    clock,
    config: parseConfig({ kdf: quickKdf, brake: { readsPerMinute: 0 }, ...config }),
    passwordWorker: worker,
    docsAssets,
    log,
    boot,
    process: () => ({ pid: 1, startedAt: '2026-01-01T00:00:00.000Z', socket: '/run/vault/daemon.sock', port: null, database: '/vault.db' }),
    askpassEnvironment: { PATH: process.env['PATH'] ?? '' },
    onRest: () => {
      rests += 1;
    },
  });
  const request = async (path: string, options: TestRequest = {}): Promise<TestAnswer> => {
    const { json, token, way = 'socket' } = options;
    const body = json === undefined ? options.body : JSON.stringify(json);
    const headers = new Headers({ host: 'localhost' });
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (body !== undefined) headers.set('content-type', 'application/json');
    for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value);
    const init = { method: options.method ?? (body === undefined ? 'GET' : 'POST'), headers, ...(body === undefined ? {} : { body }) };
    const response = await app.request(path, init, { way });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const parsed: unknown = isJson ? JSON.parse(text) : null;
    return { status: response.status, headers: response.headers, text, body: parsed };
  };
  return {
    app,
    store,
    sessions,
    passwords,
    agent,
    /** As a daemon does when it ends. */
    endLog,
    /** Works on the file behind the daemon's back. */
    tamper: (sql: string) => {
      const database = new BetterSqlite3(join(directory, 'vault.db'));
      database.pragma('foreign_keys = on');
      database.exec(sql);
      database.close();
    },
    door,
    clock,
    log,
    directory,
    request,
    /** How often the daemon had maybe nothing left to do. */
    rests: () => rests,
    /** An account whose keys do not come from a password, and a session of it: where the password is beside the point. */
    addUser: async (account: string): Promise<{ id: Buffer; token: string; again: () => Promise<string> }> => {
      const vaultKey = newVaultKey();
      const id = newId();
      const keys = deriveKeys(vaultKey, id);
      const context = createVaultContext({ store, clock, seen, generatorDefaults: parseConfig({}).generate });
      await createUser(context, { userId: id, keys }, account, credentialFor(vaultKey, id));
      const again = async () => (await sessions.begin({ id, account }, keys)).token;
      return { id, token: await again(), again };
    },
    close: async () => {
      await store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A daemon for the running test, closed after it. */
export async function freshDaemon(options: Parameters<typeof startTestDaemon>[0] = {}): Promise<TestDaemon> {
  const daemon = await startTestDaemon(options);
  onTestFinished(() => daemon.close());
  return daemon;
}

/** The text of a property somewhere in an answer's body; fails where there is none. */
export function textAt({ body }: TestAnswer, ...path: readonly string[]): string {
  let value = body;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) throw new Error(`no ${path.join('.')} in ${JSON.stringify(body)}`);
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  if (typeof value !== 'string') throw new Error(`no ${path.join('.')} in ${JSON.stringify(body)}`);
  return value;
}

/** What every refusal looks like. */
export function refusal(status: number, code: string): object {
  return { status, body: { error: { code } } };
}
