import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchEntry } from './fill.ts';
import { summarize } from './statistics.ts';
import type { VaultHome } from './vault-home.ts';

export interface Throughput {
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p99: number;
}

const connections = 8;
const requestsPerRound = 4000;
const rounds = 5;
const warmingRounds = 5;

/** Sends the same request over several connections at once, as fast as they are answered. */
async function load(socketPath: string, path: string, token: string | null): Promise<{ seconds: number; times: number[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  const one = () =>
    new Promise<void>((fulfil, reject) => {
      const outgoing = request({ agent, socketPath, path, headers }, (answer) => {
        answer.resume();
        answer.on('end', () => {
          if (answer.statusCode === 200) fulfil();
          else reject(new Error(`${path} answered ${String(answer.statusCode)}`));
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  const times: number[] = [];
  let left = requestsPerRound;
  const began = performance.now();
  const work = async () => {
    while (left-- > 0) {
      const sent = performance.now();
      await one();
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  agent.destroy();
  return { seconds: (performance.now() - began) / 1000, times };
}

function throughput(loads: readonly { seconds: number; times: number[] }[]): Throughput {
  const times = loads.flatMap((one) => one.times).sort((a, b) => a - b);
  const perSecond = summarize(loads.map(({ seconds }) => requestsPerRound / seconds)).median;
  return { perSecond, p99: times[Math.floor(times.length * 0.99)] ?? Number.NaN };
}

/** `GET /passwords/{website}`, opened for a token, against a bare handler that answers the same bytes; in turn, after some rounds that do not count: a daemon lives for hours, so what counts is compiled code. */
export async function compareRequests(home: VaultHome): Promise<{ readonly vault: Throughput; readonly bare: Throughput }> {
  const path = `/passwords/${benchEntry(1).name}`;
  const body = (await home.send('GET', path)).toString();
  const socket = join(home.directory, 'bare.sock');
  const server = spawn(process.execPath, ['scripts/run.js', 'bench/bare-hono.ts', socket, body], { stdio: 'ignore' });
  try {
    while (!existsSync(socket)) await sleep(20);
    const loads: { vault: Awaited<ReturnType<typeof load>>; bare: Awaited<ReturnType<typeof load>> }[] = [];
    for (let round = 0; round < warmingRounds + rounds; round++) {
      const measured = { bare: await load(socket, path, null), vault: await load(home.socket, path, home.token) };
      if (round >= warmingRounds) loads.push(measured);
    }
    return { vault: throughput(loads.map(({ vault }) => vault)), bare: throughput(loads.map(({ bare }) => bare)) };
  } finally {
    server.kill();
  }
}
