import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repository } from '../../test/support/repository.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { vault } from '../support/vault-command.ts';

/** Programs that our own may look for by name. */
const wanted = [
  'node',
  'bun',
  'env',
  'readlink',
  'uname',
  'sh',
  'stty',
  'git',
  'xclip',
  'xsel',
  'wl-copy',
  'pbcopy',
  'vaultd',
  'vault',
  'cat',
  'gpg',
  'sleep',
];

/** A working directory in which everything tries to run: settings of runtimes, and programs by every name. Each leaves a mark where it did. */
function plant(directory: string, mark: string): void {
  mkdirSync(directory, { recursive: true });
  const code = `require('node:fs').writeFileSync(${JSON.stringify(mark)}, 'ran');`;
  writeFileSync(join(directory, 'evil.cjs'), code);
  writeFileSync(join(directory, 'evil.ts'), code);
  writeFileSync(join(directory, 'bunfig.toml'), 'preload = ["./evil.ts"]\n');
  writeFileSync(
    join(directory, '.env'),
    'NODE_OPTIONS="--require ./evil.cjs"\nBUN_OPTIONS="--preload ./evil.ts"\nVAULTD_HOME=/nowhere\nEDITOR=./evil\n',
  );
  writeFileSync(join(directory, '.npmrc'), 'node-options="--require ./evil.cjs"\n');
  writeFileSync(join(directory, 'package.json'), '{"type":"module","main":"./evil.ts","imports":{"#x":"./evil.ts"}}');
  for (const name of wanted) {
    writeFileSync(join(directory, name), `#!/bin/sh\necho ran > '${mark}'\nexit 1\n`);
    chmodSync(join(directory, name), 0o755);
  }
}

const forbidden = /^(?:NODE_|LD_|BUN_|OPENSSL_|DYLD_|SSL)/;

/** Variables of processes on a home that must never have been handed on (Linux). */
function inherited(home: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      const environment = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      const ours = command.includes('dist/daemon/') && (environment.includes(`VAULTD_HOME=${home}`) || command.includes('password-worker'));
      return ours ? environment.filter((variable) => forbidden.test(variable)) : [];
    } catch {
      return [];
    }
  });
}

async function commandsIn(run: Run, native: '0' | '1'): Promise<void> {
  const home = new DaemonHome(run);
  run.atEnd(async () => {
    await vault(home.directory, ['daemon', 'stop']);
  });
  const cwd = join(run.directory(), 'hostile');
  const mark = join(home.directory, 'planted');
  plant(cwd, mark);
  const path = ['.', '', 'bin', dirname(process.execPath), process.env['PATH'] ?? ''].join(':');
  const env = {
    VAULTD_NATIVE: native,
    PATH: path,
    NODE_OPTIONS: '--require ./evil.cjs',
    NODE_PATH: cwd,
    BUN_OPTIONS: '--preload ./evil.ts',
    BUN_BE_BUN: '1',
    BUN_INSPECT: '1',
    OPENSSL_CONF: join(cwd, 'openssl.cnf'),
    LD_LIBRARY_PATH: cwd,
    EDITOR: 'true',
  };
  const state = { watching: true };
  const watcher = (async () => {
    while (state.watching) {
      for (const variable of inherited(home.directory)) {
        run.failed(`the daemon or its child has ${variable.split('=')[0] ?? ''} of its caller`);
      }
      await sleep(10);
    }
  })();
  const name = `$(touch planted); \`touch planted\``;
  for (const [args, input] of [
    [['init', '--password-stdin'], `${masterPassword}\n`],
    [['add', '--password-stdin', '--', name], 'p'],
    [['get', '--', name]],
    [['edit', '--', name]],
    [['list', '--json']],
    [['generate']],
    [['passwd', '--password-stdin'], `${masterPassword}\n${masterPassword}\n`],
    [['doctor']],
    [['get', '-c', '--', name]],
    [['lock', '--all']],
  ] as const) {
    await vault(home.directory, args, { cwd, env, ...(input === undefined ? {} : { input }) });
    run.tried('commands');
    run.check(
      !existsSync(mark) && !existsSync(join(cwd, 'planted')),
      `vault ${args[0]} (${native === '1' ? 'native' : 'on Node.js'}) ran a program of the working directory`,
    );
  }
  state.watching = false;
  await watcher;
}

async function isOpen(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on('connect', () => done(true)).on('error', () => done(false));
  });
}

/** A start with SIGUSR1 from a moment on, until the daemon listens: no inspector may stay open. */
async function signalled(run: Run, from: number): Promise<void> {
  const home = new DaemonHome(run);
  const child = spawn(process.execPath, ['--inspect-port=0', join(repository, 'dist/daemon/main.js'), 'run'], {
    env: { VAULTD_HOME: home.directory, HOME: home.directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await sleep(from);
  while (!said.includes('vaultd: listening on') && child.signalCode === null && child.exitCode === null) {
    child.kill('SIGUSR1');
    run.tried('signals');
    await sleep(5);
  }
  // On a busy machine the thread that answers a signal may come late: the daemon goes on looking for a while.
  await sleep(200);
  for (const [, port] of said.matchAll(/Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/g)) {
    let open = true;
    for (let looks = 0; looks < 100 && open; looks++) {
      open = await isOpen(Number(port));
      if (open) await sleep(100);
    }
    run.check(!open, `an inspector is open after signals from ${String(from)} ms on`);
  }
  child.kill('SIGKILL');
  await ended;
  run.tried('starts');
}

export const hostile: Trial = {
  name: 'hostile',
  what: 'a working directory full of settings and programs that want to run, with `.` in `PATH`; `NODE_*`, `LD_*`, `BUN_*`, `OPENSSL_CONF` of the caller; names that are shell code, in an editor; SIGUSR1 at every moment of a start',
  passes: 'no foreign code, no inspector; the daemon and its children inherit none of these variables',
  impossible: () => (process.platform === 'linux' ? null : 'environments of processes are read as Linux shows them'),
  run: async (run) => {
    for (const native of ['1', '0'] as const) await commandsIn(run, native);
    for (const round of run.rounds(60, 2)) await signalled(run, (round * 7) % 200);
  },
};
