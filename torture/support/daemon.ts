import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { quickKdf } from '../../test/support/kdf.ts';
import { repository } from '../../test/support/repository.ts';
import type { Run } from '../frame/run.ts';
import { Client, type Place } from './client.ts';

export const masterPassword = 'torture master password';

const loggedIn = z.object({ token: z.string() });

export interface DaemonSetting {
  readonly env?: Readonly<Record<string, string>>;
  /** Listens on a TCP port too: this one, or one of the system's choice. */
  readonly tcp?: boolean | number;
  /** Whether it outlives its sessions; it does where nothing is said. */
  readonly stay?: boolean;
}

/** A vault's home with the real daemon in a process of its own, the key derivation at its floor. Whatever still runs is killed when the run ends. */
export class DaemonHome {
  readonly directory: string;
  #child: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();
  #clients: Client[] = [];
  #port: number | null = null;
  #said = '';

  constructor(run: Run, config: object = {}) {
    this.directory = run.directory();
    writeFileSync(this.path('config.json'), JSON.stringify({ kdf: quickKdf, brake: { readsPerMinute: 0 }, ...config }), { mode: 0o600 });
    run.atEnd(() => this.kill());
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('the daemon does not run');
    return this.#child.pid;
  }

  get runs(): boolean {
    return this.#child !== null;
  }

  /** The daemon's exit status or the signal that ended it; null while it runs. */
  get end(): number | string | null {
    return this.#child === null ? null : (this.#child.exitCode ?? this.#child.signalCode);
  }

  /** What the daemon wrote to stderr since it was started. */
  get said(): string {
    return this.#said;
  }

  get socket(): Place {
    return { socketPath: this.path('daemon.sock') };
  }

  get tcp(): Place {
    if (this.#port === null) throw new Error('the daemon has no port');
    return { host: '127.0.0.1', port: this.#port };
  }

  /** Starts the daemon and resolves when it listens. Rejects with what it said where it ends instead. */
  async start({ env = {}, tcp = false, stay = true }: DaemonSetting = {}): Promise<void> {
    const args = ['run', ...(stay ? ['--stay'] : []), ...(tcp === false ? [] : ['--port', tcp === true ? '0' : String(tcp)])];
    // The launcher hands on no variable that it does not know.
    const [program, ...before] =
      Object.keys(env).length === 0 ? [join(repository, 'bin/vaultd')] : [process.execPath, join(repository, 'dist/daemon/main.js')];
    const child = spawn(program, [...before, ...args], {
      env: { VAULTD_HOME: this.directory, HOME: this.directory, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#said = '';
    this.#ended = new Promise((resolve) => child.once('close', resolve));
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', () => {
        reject(new Error(`the daemon ended: ${this.#said.trim() || String(child.exitCode ?? child.signalCode)}`));
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
        if (!this.#said.includes('vaultd: listening on')) return;
        const port = /127\.0\.0\.1:(\d+)/.exec(this.#said)?.[1];
        this.#port = port === undefined ? null : Number(port);
        resolve();
      });
    });
  }

  /** A client of this daemon, closed with it. */
  client(connections = 1, place = this.socket): Client {
    const client = new Client(place, connections);
    this.#clients.push(client);
    return client;
  }

  /** Creates an account and gives its token. */
  async create(account = 'default', password = masterPassword): Promise<string> {
    return await this.#authenticate('/users', { account, password });
  }

  async login(account = 'default', password = masterPassword): Promise<string> {
    return await this.#authenticate('/login', { account, password });
  }

  /** Ends it as a power cut would, as far as the process goes. */
  async kill(): Promise<void> {
    await this.#endBy('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.#endBy('SIGTERM');
  }

  /** Waits until the process is gone, whoever ends it. */
  async ended(): Promise<void> {
    await this.#ended;
    for (const client of this.#clients.splice(0)) client.close();
    this.#child = null;
  }

  async #endBy(signal: NodeJS.Signals): Promise<void> {
    if (this.#child === null) return;
    this.#child.kill(signal);
    await this.ended();
  }

  async #authenticate(path: string, json: object): Promise<string> {
    const client = new Client(this.socket);
    try {
      const answer = await client.send('POST', path, { json });
      if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.text}`);
      return loggedIn.parse(answer.body).token;
    } finally {
      client.close();
    }
  }
}
