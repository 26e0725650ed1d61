import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { benchEntry } from './fill.ts';
import { summarize, type Times } from './statistics.ts';
import type { VaultHome } from './vault-home.ts';

/** A command line to be timed whole, from start to end. */
interface TimedCommand {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** A program that is not here, and how to get it. */
export interface Missing {
  readonly name: string;
  readonly install: string;
}

export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

const rounds = 5;

/** Times commands in turn, several rounds of each, so that a busy moment of the machine hits all of them. By hyperfine where it is installed. */
function timeCommands(commands: readonly TimedCommand[], runsPerRound = 10): Map<string, Times> {
  const times = new Map<string, number[]>(commands.map(({ name }) => [name, []]));
  const hyperfine = isInstalled('hyperfine');
  for (let round = 0; round < rounds; round++) {
    for (const { name, command, env } of commands) {
      times.get(name)?.push(...(hyperfine ? byHyperfine(command, env, runsPerRound) : byLoop(command, env, runsPerRound)));
    }
  }
  return new Map([...times].map(([name, measured]) => [name, summarize(measured)]));
}

const hyperfineResult = z.object({ results: z.array(z.object({ times: z.array(z.number()) })) });

function byHyperfine(command: readonly string[], env: NodeJS.ProcessEnv, runs: number): number[] {
  const directory = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  try {
    const report = join(directory, 'report.json');
    const quoted = command.map((part) => `'${part.replaceAll("'", String.raw`'\''`)}'`).join(' ');
    execFileSync('hyperfine', ['-N', '--warmup', '1', '--runs', String(runs), '--export-json', report, quoted], { env, stdio: 'ignore' });
    const { results } = hyperfineResult.parse(JSON.parse(readFileSync(report, 'utf8')));
    return results.flatMap((result) => result.times.map((seconds) => seconds * 1000));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function byLoop([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv, runs: number): number[] {
  return Array.from({ length: runs }, () => {
    const began = performance.now();
    const { status } = spawnSync(program, args, { env, stdio: ['ignore', 'ignore', 'ignore'] });
    if (status !== 0) throw new Error(`${program} ended with ${String(status)}`);
    return performance.now() - began;
  });
}

const secret = 'correct horse battery staple';

/** A `pass` store with one entry, under a key without a passphrase: pass at its quickest. */
function preparePass(home: string): NodeJS.ProcessEnv {
  const env = { ...process.env, GNUPGHOME: join(home, 'gnupg'), PASSWORD_STORE_DIR: join(home, 'store') };
  const sh = (line: string, input?: string) => execFileSync('sh', ['-c', line], { env, input, stdio: ['pipe', 'ignore', 'ignore'] });
  sh('mkdir -m 700 "$GNUPGHOME"');
  sh('gpg --batch --pinentry-mode loopback --passphrase "" --quick-generate-key bench@example.com rsa2048 encrypt never');
  sh('pass init bench@example.com');
  sh('pass insert -m example.com', secret);
  return env;
}

/** A KDBX database with one entry, at the program's own key derivation. */
function prepareKeepass(home: string): string {
  const path = join(home, 'bench.kdbx');
  execFileSync('keepassxc-cli', ['db-create', '-p', path], { input: 'bench\nbench\n', stdio: ['pipe', 'ignore', 'ignore'] });
  execFileSync('keepassxc-cli', ['add', '-p', path, 'example.com'], { input: `bench\n${secret}\n`, stdio: ['pipe', 'ignore', 'ignore'] });
  return path;
}

/** `vault get` and `vault generate` against what does the same, each where it is installed. */
export function compareCommands(home: VaultHome): { readonly times: Map<string, Times>; readonly missing: Missing[] } {
  const directory = mkdtempSync(join(tmpdir(), 'vault-bench-'));
  const missing: Missing[] = [];
  const { name } = benchEntry(1);
  const [vault, own] = [resolve('bin/vault'), home.environment];
  const curl = ['-sf', '--unix-socket', home.socket, '-H', `Authorization: Bearer ${home.token}`, `http://localhost/passwords/${name}`];
  const commands: TimedCommand[] = [
    { name: 'vault get', command: [vault, 'get', name], env: own },
    { name: 'vault get, on Node.js', command: [vault, 'get', name], env: { ...own, VAULTD_NATIVE: '0' } },
    { name: 'vault generate', command: [vault, 'generate'], env: own },
  ];
  const add = (program: string, install: string, prepare: () => TimedCommand) => {
    if (isInstalled(program)) commands.push(prepare());
    else missing.push({ name: program, install });
  };
  try {
    add('curl', 'apt-get install curl', () => ({ name: 'curl --unix-socket, the same route', command: ['curl', ...curl], env: own }));
    add('pass', 'apt-get install pass', () => ({
      name: 'pass show',
      command: ['pass', 'show', 'example.com'],
      env: preparePass(directory),
    }));
    add('keepassxc-cli', 'apt-get install keepassxc', () => ({
      name: 'keepassxc-cli show',
      command: ['sh', '-c', `echo bench | keepassxc-cli show -q -s -a password '${prepareKeepass(directory)}' example.com`],
      env: own,
    }));
    add('bw', 'npm install -g @bitwarden/cli', () => ({
      name: 'bw generate',
      command: ['bw', 'generate'],
      env: { ...process.env, BITWARDENCLI_APPDATA_DIR: directory },
    }));
    writeFileSync(join(directory, 'note'), 'made by the benchmark');
    return { times: timeCommands(commands), missing };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
