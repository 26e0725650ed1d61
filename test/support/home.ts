import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import { daemonPid, stopDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';
import { quickKdf } from './kdf.ts';
import { repository } from './repository.ts';
import { run, type RunResult } from './run.ts';
import { Terminal, type TerminalOptions } from './terminal.ts';

export { quickKdf };

const bin = join(repository, 'bin');

export interface VaultOptions {
  readonly input?: string | Uint8Array;
  /** Added to the home's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

export type VaultTerminalOptions = Omit<VaultOptions, 'input' | 'timeoutMs'> & Pick<TerminalOptions, 'columns' | 'rows'>;

/** A vault's home (VAULTD_HOME) in a directory of its own, and the real `vault` to be run on it. */
export class Home {
  readonly directory: string;
  readonly #terminals: Terminal[] = [];

  /** `config` is written to config.json; without one it holds the key derivation's floor and nothing else. */
  constructor(config: object = { kdf: quickKdf }) {
    this.directory = mkdtempSync(join(inject('temporary'), 'h-'));
    this.#writeConfig(config);
  }

  /** Gives it another configuration: settings beside the key derivation's floor. */
  configure(settings: object): void {
    this.#writeConfig({ kdf: quickKdf, ...settings });
  }

  #writeConfig(config: object): void {
    writeFileSync(this.path('config.json'), JSON.stringify(config), { mode: 0o600 });
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** The environment of a command: nothing of the caller's but where programs are. */
  environment(changes: VaultOptions['env'] = {}): Record<string, string> {
    const path = [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const all: Record<string, string | undefined> = {
      PATH: path,
      HOME: this.directory,
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      VAULTD_HOME: this.directory,
      // Which of the two programs runs: vitest.config.ts.
      VAULTD_NATIVE: process.env['VAULTD_NATIVE'],
      ...changes,
    };
    return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  /** Runs `vault` to its end, without a terminal. */
  async run(args: readonly string[], { input, env, cwd = this.directory, timeoutMs }: VaultOptions = {}): Promise<RunResult> {
    return await run(join(bin, 'vault'), args, { env: this.environment(env), cwd, input, timeoutMs });
  }

  /** Runs a line of shell to its end, without a terminal; `vault` and `vaultd` are in its PATH. */
  async shell(line: string, { input, env, cwd = this.directory, timeoutMs }: VaultOptions = {}): Promise<RunResult> {
    return await run('/bin/sh', ['-c', line], { env: this.environment(env), cwd, input, timeoutMs });
  }

  /** Starts `vault` in a terminal. */
  terminal(args: readonly string[], options: VaultTerminalOptions = {}): Terminal {
    return this.#start(join(bin, 'vault'), args, options);
  }

  /** Starts a line of shell in a terminal; `vault` and `vaultd` are in its PATH. */
  shellTerminal(line: string, options: VaultTerminalOptions = {}): Terminal {
    return this.#start('/bin/sh', ['-c', line], options);
  }

  /** The process id of the daemon that serves this home, or null. */
  daemonPid(): number | null {
    return daemonPid(this.directory);
  }

  /** Closes the terminals and stops the daemon; the files stay. */
  async stop(): Promise<void> {
    for (const terminal of this.#terminals.splice(0)) await terminal.close();
    const pid = this.daemonPid();
    if (pid !== null) await stopDaemon(pid);
  }

  /** Stops everything and removes the directory. */
  async remove(): Promise<void> {
    await this.stop();
    // A daemon that ends by itself has said so before it closes its files, and may write to them once more.
    await eventually(() => isRemoved(this.directory), { what: `nobody to write below ${this.directory} any more` });
  }

  #start(program: string, args: readonly string[], { env, cwd = this.directory, ...size }: VaultTerminalOptions): Terminal {
    const terminal = new Terminal(program, args, { env: this.environment(env), cwd, ...size });
    this.#terminals.push(terminal);
    return terminal;
  }
}

/** Removes a directory; false where somebody made a file in it meanwhile. */
function isRemoved(directory: string): boolean {
  try {
    rmSync(directory, { recursive: true, force: true });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY') return false;
    throw error;
  }
}

/** A home for the running test, removed after it. */
export function freshHome(config?: object): Home {
  const home = new Home(config);
  onTestFinished(() => home.remove());
  return home;
}

/** One home for all tests of the file or `describe` in which this is called; the function gives it to them. */
export function sharedHome({ config, prepare }: { config?: object; prepare?: (home: Home) => Promise<void> } = {}): () => Home {
  let home: Home | null = null;
  beforeAll(async () => {
    home = new Home(config);
    await prepare?.(home);
  });
  afterAll(async () => {
    await home?.remove();
  });
  return () => {
    if (home === null) throw new Error('the shared home exists only while tests run');
    return home;
  };
}
