import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quickKdf } from '../../test/support/kdf.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { vault } from '../support/vault-command.ts';

/** Somebody else: nobody's number on most systems. */
const stranger = 65_534;

/** Runs a little program of Node.js as the other user, to its end; gives what it printed. */
function asStranger(script: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(
    'setpriv',
    ['--reuid', String(stranger), '--regid', String(stranger), '--clear-groups', process.execPath, '-e', script, ...args],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: { HOME: '/', PATH: process.env['PATH'] ?? '' },
    },
  );
  return stdout === '' ? `nothing: ${stderr.slice(0, 200)}` : stdout.trim();
}

/** Tries to read, list, connect and write; prints what it got, or the error's code. */
const probe = `const fs = require('node:fs'), net = require('node:net');
const [what, path] = process.argv.slice(1);
const say = (text) => { console.log(text); process.exit(0); };
try {
  if (what === 'read') say('read ' + fs.readFileSync(path).length);
  else if (what === 'list') say('listed ' + fs.readdirSync(path).length);
  else if (what === 'link') { fs.symlinkSync('/etc/passwd', path); say('linked'); }
  else if (what === 'write') { fs.writeFileSync(path, 'x'); say('written'); }
  else net.connect(path).on('connect', () => say('connected')).on('error', (error) => say(error.code));
} catch (error) { say(error.code); }`;

async function probes(run: Run, home: DaemonHome): Promise<void> {
  for (const [what, name] of [
    ['list', ''],
    ['connect', 'daemon.sock'],
    ...[
      'vault.db',
      'vault.db-wal',
      'vault.db-shm',
      'seen.json',
      'config.json',
      'daemon.log',
      'vault.db.daemon',
      'vault.db.lock',
      'token',
    ].map((file) => ['read', file] as const),
    ['link', 'planted'],
    ['write', 'planted'],
    ['write', 'config.json'],
  ] as const) {
    const got = asStranger(probe, what, home.path(name));
    run.tried('attempts on files and the socket');
    run.check(got === 'EACCES', `another user may ${what} ${name}: ${got}`);
  }
}

/** A place that the other user prepared, with somebody listening who writes down what arrives. What a command sends there. */
async function impostor(run: Run, prepare: (directory: string) => void, what: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'vi-'));
  run.atEnd(() => rmSync(directory, { recursive: true, force: true }));
  prepare(directory);
  const received = join(directory, 'received');
  const server = spawn(
    'setpriv',
    [
      ...['--reuid', String(stranger), '--regid', String(stranger), '--clear-groups', process.execPath, '-e'],
      `const fs = require('node:fs'); require('node:net').createServer((socket) => socket.on('data', (data) => fs.appendFileSync(process.argv[2], data))).listen(process.argv[1], () => { fs.chmodSync(process.argv[1], 0o777); console.log('ready'); });`,
      join(directory, 'daemon.sock'),
      received,
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const listening = await new Promise<boolean>((resolve) => {
    server.stdout.once('data', () => resolve(true));
    server.once('close', () => resolve(false));
  });
  for (const [args, input] of [
    [['get', 'a']],
    [['status']],
    [['login', '--password-stdin'], `${masterPassword}\n`],
    [['init', '--password-stdin'], `${masterPassword}\n`],
  ] as const) {
    const { stdout } = await vault(directory, args, input === undefined ? {} : { input });
    run.tried('commands towards an impostor');
    run.check(!stdout.includes('"running":true'), `${what}: vault ${args[0]} took the impostor for the daemon`);
  }
  const got = spawnSync('cat', [received]).stdout.toString();
  run.check(listening, `${what}: the impostor could not listen, so nothing was tried`);
  run.check(got === '', `${what}: the impostor was sent ${JSON.stringify(got.slice(0, 80))}`);
  server.kill('SIGKILL');
  await vault(directory, ['daemon', 'stop']);
}

/** As many logins as the port takes, as the other user, for so many milliseconds. */
const flood = `const http = require('node:http'); const port = Number(process.argv[1]); const end = Date.now() + Number(process.argv[2]); let sent = 0;
const one = () => { if (Date.now() > end) return; sent++; const body = JSON.stringify({ password: 'guess' + sent });
  const request = http.request({ host: '127.0.0.1', port, path: '/login', method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length } }, (answer) => { answer.resume(); answer.on('end', () => setImmediate(one)); });
  request.on('error', () => setTimeout(one, 5)); request.end(body); };
for (let i = 0; i < 32; i++) one();
process.on('exit', () => console.log(sent));`;

async function underFlood(run: Run, home: DaemonHome): Promise<void> {
  const place = home.tcp;
  if (!('port' in place)) return;
  const flooding = spawn(
    'setpriv',
    [
      '--reuid',
      String(stranger),
      '--regid',
      String(stranger),
      '--clear-groups',
      process.execPath,
      '-e',
      flood,
      String(place.port),
      String(run.count(30_000, 3000)),
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let sent = '';
  flooding.stdout.on('data', (data: Buffer) => (sent += data.toString()));
  const ended = new Promise((resolve) => flooding.once('close', resolve));
  await sleep(1000);
  const began = performance.now();
  await home.login();
  run.measured('login of the owner under the flood', `${((performance.now() - began) / 1000).toFixed(1)} s`);
  await ended;
  run.tried('logins by the other user', Number(sent));
  for (const [path, status] of [
    ['/passwords', 401],
    ['/tokens', 401],
  ] as const) {
    const answer = await home.client(1, place).send('GET', path);
    run.check(answer.status === status, `${path} through the port: ${String(answer.status)}`);
  }
}

const config = JSON.stringify({ kdf: quickKdf });

export const otherUser: Trial = {
  name: 'other-user',
  what: 'another user of the machine: lists, reads, writes and links in the home, connects to the socket, floods logins on the port; sits on a socket where the command line looks, in a directory of their own, in one open to all',
  passes: '0 successes; the command line sends nothing to an impostor; the owner can still log in',
  impossible: () =>
    process.getuid?.() !== 0
      ? 'only root can try it as a second user: run it as root'
      : spawnSync('setpriv', ['--version']).status !== 0
        ? 'setpriv is not installed (apt-get install util-linux)'
        : asStranger("console.log('works')") === 'works'
          ? null
          : 'Node.js does not run as another user here',
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start({ tcp: true });
    await home.create();
    await vault(home.directory, ['login', '--password-stdin'], { input: `${masterPassword}\n` });
    await probes(run, home);
    await underFlood(run, home);
    await impostor(
      run,
      (directory) => {
        writeFileSync(join(directory, 'config.json'), config);
        chmodSync(directory, 0o755);
        chownSync(directory, stranger, stranger);
      },
      'a directory of theirs',
    );
    await impostor(
      run,
      (directory) => {
        mkdirSync(join(directory, 'x'));
        chmodSync(directory, 0o777);
      },
      'a directory open to all',
    );
  },
};
