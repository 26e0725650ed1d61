import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { Client, codeOf, type Place } from '../support/client.ts';
import { DaemonHome } from '../support/daemon.ts';
import { requestsFrom } from './http-fuzz.ts';

const memoryAtMostMiB = 600;

/** The most memory a process ever had, in MiB (Linux); 0 elsewhere. */
function peakMemory(pid: number): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

async function fuzz(run: Run, home: DaemonHome): Promise<void> {
  let token = await home.login();
  const document = await home.client().send('GET', '/openapi.json');
  const next = requestsFrom(document.body, run.random);
  let left = run.count(100_000, 200);
  const worker = async () => {
    const client = home.client();
    while (left-- > 0 && run.hasTime()) {
      const { method, path, body, headers } = next();
      const sent = run.random.chance(0.9) ? { token } : {};
      const what = `${method} ${path.slice(0, 80)} ${(body ?? '').slice(0, 200)}`;
      try {
        const answer = await client.send(method, path, { ...sent, headers, ...(body === null ? {} : { body }) });
        run.tried('requests');
        run.check(answer.status < 500 && answer.status >= 200, `${what}: answered ${String(answer.status)} ${answer.text.slice(0, 100)}`);
        run.check(
          answer.status < 400 || method === 'HEAD' || codeOf(answer) !== null,
          `${what}: ${String(answer.status)} without an error object`,
        );
        if (answer.status === 401 && 'token' in sent) token = await home.login();
      } catch (error) {
        // Our own HTTP client refuses to send some of it; a daemon that hung up is asked below whether it lives.
        if (!(error instanceof TypeError)) run.failed(`${what}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
}

const place = (where: Place) => ('socketPath' in where ? { path: where.socketPath } : where);

/** Opens connections that say a little and never end; gives those that were made. */
async function occupy(where: Place, count: number, says: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let made = 0; made < count; made += 100) {
    const batch = Array.from({ length: Math.min(100, count - made) }, () => {
      const socket = connect(place(where));
      socket.on('error', () => undefined).on('connect', () => socket.write(says));
      return socket;
    });
    sockets.push(...batch);
    await sleep(5);
  }
  return sockets;
}

async function answersSoon(where: Place): Promise<boolean> {
  for (let attempt = 0; attempt < 40; attempt++) {
    const client = new Client(where);
    try {
      if ((await client.send('GET', '/status')).status === 200) return true;
    } catch {
      await sleep(500);
    } finally {
      client.close();
    }
  }
  return false;
}

/** A body without an end, as far as the daemon takes it. */
async function endless(where: Place, path: string, token: string, mebibytes: number): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(place(where));
    let said = '';
    const chunk = Buffer.alloc(1024 * 1024, 0x78);
    let left = mebibytes;
    const head = [
      `POST ${path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${token}`,
      `Content-Type: ${path === '/imports' ? 'application/x-ndjson' : 'application/json'}`,
      'Transfer-Encoding: chunked',
      '',
      '',
    ];
    const pour = () => {
      while (left-- > 0) {
        if (!socket.write(Buffer.concat([Buffer.from('100000\r\n'), chunk, Buffer.from('\r\n')]))) return void socket.once('drain', pour);
      }
      socket.write('0\r\n\r\n');
    };
    socket.on('connect', () => {
      socket.write(head.join('\r\n'));
      pour();
    });
    socket.on('data', (data) => {
      said += data.toString('latin1');
      // An answer before the end: nothing more is read.
      if (said.includes('\r\n\r\n')) socket.destroy();
    });
    socket.on('error', () => undefined).on('close', () => resolve(said));
    socket.setTimeout(60_000, () => socket.destroy());
  });
}

export const badHttp: Trial = {
  name: 'bad-http',
  what: 'bodies, paths and headers fuzzed from the OpenAPI document; slow loris and 10,000 connections on socket and port; a body of 1 GiB',
  passes: 'no crash, no hang, no 500, bounded memory; others are served meanwhile or right after',
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start({ tcp: true });
    await home.create();
    await fuzz(run, home);
    const token = await home.login();
    for (const where of [home.tcp, home.socket]) {
      // A port is anybody's on this machine; what they do to it must not reach the socket.
      const slow = await occupy(where, run.count(1000, 100), 'GET /status HTTP/1.1\r\nHost: localh');
      run.tried('slow connections', slow.length);
      if (where === home.tcp) run.check(await answersSoon(home.socket), 'the socket does not answer while the port is full');
      for (const socket of slow) socket.destroy();
      const idle = await occupy(where, run.count(10_000, 200), '');
      run.tried('idle connections', idle.length);
      for (const socket of idle) socket.destroy();
      run.check(await answersSoon(where), 'it does not answer after they have gone');
    }
    for (const path of ['/passwords', '/imports']) {
      const said = await endless(home.socket, path, token, run.count(1024, 8));
      run.tried('endless bodies');
      run.check(/^HTTP\/1\.1 4\d\d /.test(said) || said === '', `${path}: a body without an end was answered ${said.slice(0, 60)}`);
    }
    run.check(await answersSoon(home.socket), 'the daemon does not answer any more');
    run.check(home.end === null, `the daemon ended: ${String(home.end)} ${home.said}`);
    const peak = peakMemory(home.pid);
    run.measured('most memory', `${peak.toFixed(0)} MiB`);
    run.check(peak < memoryAtMostMiB, `the daemon took ${peak.toFixed(0)} MiB`);
    const defects = readFileSync(home.path('daemon.log'), 'utf8').match(/^.* defect: .*$/gm) ?? [];
    for (const defect of defects) run.failed(defect);
  },
};
