import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome } from '../support/daemon.ts';
import { Ledger } from '../support/ledger.ts';
import { listValues, Writer } from '../support/writers.ts';

const resident = (pid: number) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const descriptors = (pid: number) => readdirSync(`/proc/${String(pid)}/fd`).length;
const p99 = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;

/** How much later thirds of a run may be above earlier ones. */
const growth = { memory: 1.35, latency: 2 };

export const soak: Trial = {
  name: 'soak',
  what: 'a mixed load (writers, readers, lists, logins, new connections) on one daemon for an hour, or `--minutes`',
  passes:
    'memory and 99th percentile in the last third no higher than in the middle one (within a third, within twice), no descriptor leak; all that was written is there',
  impossible: () => (process.platform === 'linux' ? null : 'memory and descriptors are read as Linux shows them'),
  run: async (run) => {
    const home = new DaemonHome(run);
    await home.start();
    const token = await home.create();
    const ledger = new Ledger();
    const ends = performance.now() + (run.full ? (run.minutes ?? 60) * 60_000 : 2500);
    const over = () => performance.now() > ends;
    const samples: { memory: number; descriptors: number; p99: number }[] = [];
    let times: number[] = [];
    const writing = Array.from({ length: 2 }, (_, i) => new Writer(i, run.random, ledger).work(home.client(), token, over));
    const reading = (async () => {
      const client = home.client();
      while (!over()) {
        const began = performance.now();
        const path = run.random.pick(['/passwords/w0-0', '/passwords/nowhere.example', '/passwords?query=w1', '/status']);
        const { status } = await client.send('GET', path, { token });
        times.push(performance.now() - began);
        run.check(status === 200 || status === 404, `GET ${path}: ${String(status)}`);
        run.tried('reads');
        await sleep(2);
      }
    })();
    const logins = (async () => {
      while (!over()) {
        const own = await home.login();
        await home.client().send('POST', '/lock', { token: own, json: {} });
        run.tried('logins');
        await sleep(run.count(2000, 500));
      }
    })();
    const interval = run.full ? Math.max(1000, (ends - performance.now()) / 90) : 250;
    while (!over()) {
      await sleep(interval);
      if (times.length < 10) continue;
      samples.push({ memory: resident(home.pid), descriptors: descriptors(home.pid), p99: p99(times) });
      times = [];
    }
    await Promise.all([...writing, reading, logins]);
    run.tried('writes', ledger.writes);
    const values = await listValues(home.client(), token);
    for (const problem of ledger.settle(new Map([...values].map(([name, { value }]) => [name, value])))) run.failed(problem);

    // The first third warms up.
    const third = Math.floor(samples.length / 3);
    const of = (part: 1 | 2, what: keyof (typeof samples)[number]) =>
      median(samples.slice(part * third, part === 1 ? 2 * third : undefined).map((sample) => sample[what]));
    for (const [what, unit] of [
      ['memory', 'MiB'],
      ['p99', 'ms'],
      ['descriptors', ''],
    ] as const) {
      run.measured(`${what}, middle and last third`, `${of(1, what).toFixed(1)} and ${of(2, what).toFixed(1)} ${unit}`.trim());
    }
    if (!run.full) return;
    run.check(of(2, 'memory') <= of(1, 'memory') * growth.memory, 'memory grows');
    run.check(of(2, 'p99') <= of(1, 'p99') * growth.latency, 'requests get slower');
    run.check(of(2, 'descriptors') <= of(1, 'descriptors') + 3, 'descriptors leak');
  },
};
