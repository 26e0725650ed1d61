import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { u8 } from '../../../src/core/crypto/bytes.ts';
import { frame } from '../../../src/daemon/password/frames.ts';
import { operations } from '../../../src/daemon/password/protocol.ts';
import { eventually } from '../../support/eventually.ts';
import { isRunning } from '../../support/daemon.ts';
import { freshDaemon, passwordWorker, refusal, startTestDaemon } from '../test-daemon.ts';

const json = { password: 'correct horse battery staple' };

/** A daemon whose worker is replaced by a program that writes its environment and process id down, and then does `rest`. */
async function withOtherWorker(rest: string) {
  const { directory, store } = await startTestDaemon();
  await store.close();
  const worker = join(directory, 'worker.mjs');
  const report = join(directory, 'report.json');
  const source = `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(report)}, JSON.stringify({ env: process.env, args: process.argv.length, pid: process.pid, cwd: process.cwd() }));
${rest}`;
  writeFileSync(worker, source);
  const daemon = await freshDaemon({ directory, worker });
  return { daemon, report: (): unknown => JSON.parse(readFileSync(report, 'utf8')) };
}

describe('the process that sees a password', () => {
  it('gets no environment, no argument, and no directory of ours', async () => {
    process.env['VAULT_TEST_SECRET'] = 'of the daemon';
    const { daemon, report } = await withOtherWorker('process.exit(0);');
    delete process.env['VAULT_TEST_SECRET'];
    await daemon.request('/users', { json });
    const found = report();
    expect(found).toMatchObject({ args: 2, cwd: '/' });
    // What macOS adds by itself is no concern.
    expect(JSON.stringify(found)).not.toContain('VAULT_TEST_SECRET');
    if (process.platform === 'linux') expect(found).toMatchObject({ env: {} });
  });

  it.each([
    ['ends without an answer', 'process.exit(0);'],
    ['is killed', "process.kill(process.pid, 'SIGKILL');"],
    ['says something else', "process.stdout.write('hello, this is no frame at all');"],
    ['promises more than it may', "process.stdout.write(Buffer.from('ffffffff00', 'hex')); setInterval(() => {}, 1000);"],
  ])('costs the request and nothing more when it %s', async (_name, rest) => {
    const { daemon } = await withOtherWorker(rest);
    const answer = await daemon.request('/users', { json });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('hello');
    expect(daemon.door.working('socket')).toBe(0);
    expect((await daemon.request('/status')).body).toMatchObject({ accounts: [] });
  });

  it('that cannot be started costs the request and nothing more', async () => {
    const daemon = await freshDaemon({ worker: '/nowhere/worker.js' });
    expect(await daemon.request('/users', { json })).toMatchObject(refusal(500, 'internal'));
  });

  it('is ended when its request is answered, whatever it is doing', async () => {
    const { daemon, report } = await withOtherWorker("process.stdout.write(Buffer.from('ffffffff', 'hex')); setInterval(() => {}, 1000);");
    await daemon.request('/users', { json });
    const found = report();
    const pid = typeof found === 'object' && found !== null && 'pid' in found ? Number(found.pid) : 0;
    expect(pid).toBeGreaterThan(1);
    await eventually(() => !isRunning(pid), { what: 'the worker ends' });
  });

  it('opens no inspector on SIGUSR1', async () => {
    expect(existsSync(passwordWorker)).toBe(true);
    const child = spawn(process.execPath, [passwordWorker], { env: {}, stdio: ['pipe', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
    const ended = once(child, 'close');
    child.stdin.write(Buffer.concat([Buffer.alloc(32), u8(operations.login), ...frame(Buffer.from('{"password":"p"}'))]));
    // It asks for the credential: its handler is in place.
    await once(child.stdout, 'data');
    child.kill('SIGUSR1');
    child.stdin.end();
    expect(await ended).toEqual([expect.any(Number), null]);
    expect(Buffer.concat(said).toString()).toBe('');
  });
});
