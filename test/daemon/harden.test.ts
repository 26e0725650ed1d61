import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, inject, it, onTestFinished } from 'vitest';
import { frame } from '../../src/daemon/password/frames.ts';
import { operations } from '../../src/daemon/password/protocol.ts';
import { eventually } from '../support/eventually.ts';
import { repository } from '../support/repository.ts';

interface Program {
  readonly child: ChildProcess;
  /** What it has written so far. */
  readonly said: { stdout: string; stderr: string };
}

/** A built program of the daemon, whose inspector would take a port that the system chooses: the usual one may be somebody else's. */
function start(file: string, args: readonly string[], env: Record<string, string>): Program {
  const child = spawn(process.execPath, ['--inspect-port=0', join(repository, 'dist/daemon', file), ...args], { env });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString('latin1')));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, said };
}

function startWorker(): Program {
  const program = start('password-worker.js', [], {});
  const preface = [Buffer.alloc(32), Buffer.of(operations.login), ...frame(Buffer.from('{"password":"p"}'))];
  program.child.stdin?.write(Buffer.concat(preface));
  return program;
}

function startDaemon(): Program {
  const directory = mkdtempSync(join(inject('temporary'), 'i-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return start('main.js', ['run'], { VAULTD_HOME: directory, HOME: directory });
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

it.each([
  { name: 'the process that has read a password', program: startWorker, isReady: ({ said }: Program) => said.stdout !== '' },
  { name: 'the daemon that is ready', program: startDaemon, isReady: ({ said }: Program) => said.stderr.includes('vaultd: listening') },
])('$name has no inspector open, whenever SIGUSR1 came', async ({ name, program, isReady }) => {
  const begun = performance.now();
  const undisturbed = program();
  await eventually(() => isReady(undisturbed), { what: `${name} is ready` });
  const usual = performance.now() - begun;
  undisturbed.child.kill('SIGKILL');
  let opened = 0;
  // How long a start takes depends on what else the machine does: ten times at least, and until Node has opened one.
  for (let round = 0; round < 10 || (opened === 0 && round < 100); round++) {
    const started = program();
    const first = (usual * (2 + (round % 8))) / 10;
    await sleep(first);
    // Until Node has a handler of its own the signal ends it: then there is nothing to see.
    while (!isReady(started) && started.child.signalCode === null) {
      started.child.kill('SIGUSR1');
      await sleep(5);
    }
    const ports = [...started.said.stderr.matchAll(/Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
    opened += ports.length;
    for (const port of ports) expect(await isOpen(port), `signals from ${first.toFixed()} ms on`).toBe(false);
    started.child.kill('SIGKILL');
  }
  expect(opened).toBeGreaterThan(0);
});
