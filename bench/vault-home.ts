import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { fill } from './fill.ts';

const execute = promisify(execFile);
const bin = resolve('bin');
const password = 'benchmark master password';
const daemonFile = z.object({ pid: z.int() });

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A real vault in a directory of its own, with the default key derivation, and the real daemon on it. */
export class VaultHome {
  readonly directory = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  readonly password = password;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly environment = { ...process.env, VAULTD_HOME: this.directory };
  token = '';

  /** Makes the account and fills it with `entries`, then starts the daemon and logs in. */
  async prepare(entries: number): Promise<void> {
    // Reading in bulk is what a benchmark does.
    await this.vault(['config', 'brake.readsPerMinute', '0']);
    await this.vault(['init', '--password-stdin'], `${password}\n`);
    await this.stop();
    await fill(join(this.directory, 'vault.db'), join(this.directory, 'seen.json'), password, entries);
    await this.start();
    await this.prepareSession();
  }

  /** Logs in as the command line does, and takes its token. */
  async prepareSession(): Promise<void> {
    await this.vault(['login', '--password-stdin'], `${password}\n`);
    this.token = readFileSync(join(this.directory, 'token'), 'utf8').trim();
  }

  /** Runs the command line and gives what it printed. */
  async vault(args: readonly string[], input?: string): Promise<string> {
    const running = execute(join(bin, 'vault'), args, { env: this.environment, maxBuffer: 1 << 30 });
    running.child.stdin?.end(input);
    return (await running).stdout;
  }

  /** Sends a request with the session's token, over one connection that is kept; resolves with the body of a 2xx answer. */
  async send(method: string, path: string, body?: unknown): Promise<Buffer> {
    return await this.#exchange(method, path, body === undefined ? null : { type: 'application/json', text: JSON.stringify(body) });
  }

  /** Sends lines of JSON. */
  async sendLines(path: string, lines: string): Promise<Buffer> {
    return await this.#exchange('POST', path, { type: 'application/x-ndjson', text: lines });
  }

  async #exchange(method: string, path: string, body: { readonly type: string; readonly text: string } | null): Promise<Buffer> {
    return await new Promise((fulfil, reject) => {
      const headers = { authorization: `Bearer ${this.token}`, ...(body === null ? {} : { 'content-type': body.type }) };
      const outgoing = request({ agent: this.#agent, socketPath: this.socket, method, path, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const whole = Buffer.concat(chunks);
          if ((answer.statusCode ?? 500) < 300) fulfil(whole);
          else reject(new Error(`${method} ${path}: ${whole.toString()}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(body?.text);
    });
  }

  /** Starts the daemon and resolves when it accepts a connection. */
  async start(): Promise<void> {
    spawn(join(bin, 'vaultd'), ['run', '--stay'], { env: this.environment, detached: true, stdio: 'ignore' }).unref();
    for (const deadline = Date.now() + 30_000; Date.now() < deadline;) {
      if (await this.#accepts()) return;
      await new Promise((wait) => setTimeout(wait, 2));
    }
    throw new Error('the daemon does not start');
  }

  /** Ends the daemon and waits until it is gone. */
  async stop(): Promise<void> {
    const pid = this.pid();
    if (pid === null) return;
    process.kill(pid, 'SIGTERM');
    while (isRunning(pid)) await new Promise((wait) => setTimeout(wait, 2));
  }

  async remove(): Promise<void> {
    this.#agent.destroy();
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get socket(): string {
    return join(this.directory, 'daemon.sock');
  }

  /** The daemon's process id; null while none runs. */
  pid(): number | null {
    try {
      const { pid } = daemonFile.parse(JSON.parse(readFileSync(join(this.directory, 'vault.db.daemon'), 'utf8')));
      return isRunning(pid) ? pid : null;
    } catch {
      return null;
    }
  }

  async #accepts(): Promise<boolean> {
    return await new Promise((fulfil) => {
      const connection = createConnection(this.socket);
      connection.on('connect', () => {
        connection.destroy();
        fulfil(true);
      });
      connection.on('error', () => {
        fulfil(false);
      });
    });
  }
}
