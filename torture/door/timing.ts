import { open, seal } from '../../src/core/crypto/seal.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { daemonInProcess } from '../support/in-process.ts';

/**
 * Where a difference counts, in standard errors: by chance alone it comes once in some ten thousand runs. That is 4 of them, and more where
 * few were compared: Student's t by its expansion for so many degrees of freedom (Abramowitz and Stegun, 26.7.5) …
 */
function significant(degrees: number): number {
  const z = 4;
  const terms = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96, (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384];
  return terms.reduce((sum, term, at) => sum + term / degrees ** (at + 1), z);
}

/** … and below this nobody could use it: what the machine does meanwhile is not quite independent from one try to the next. */
const smallest = { ms: 1, µs: 0.05 } as const;

/**
 * Compares two things that take turns, by the differences of neighbours; the largest tenth of them, where the machine did something
 * else, is left out on both sides. Reports the smallest difference that would have been found four times of five.
 */
function compare(run: Run, what: string, differences: readonly number[], unit: keyof typeof smallest): void {
  // There was no time.
  if (differences.length < 4) return;
  const sorted = [...differences].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 10);
  const kept = sorted.slice(cut, sorted.length - cut);
  const mean = kept.reduce((sum, each) => sum + each, 0) / kept.length;
  const variance = kept.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (kept.length - 1);
  // Trimmed means vary by the winsorized variance over the kept share (Yuen 1974).
  const [low = 0, high = 0] = [kept[0], kept.at(-1)];
  const winsorized = (variance * (kept.length - 1) + cut * ((low - mean) ** 2 + (high - mean) ** 2)) / (differences.length - 1);
  const error = Math.sqrt(winsorized) / (0.8 * Math.sqrt(differences.length));
  const found = Math.abs(mean) / error;
  const wanted = significant(kept.length - 1);
  run.measured(
    what,
    `difference ${mean.toFixed(3)} ${unit}, standard error ${error.toFixed(3)}; ${((wanted + 0.84) * error).toFixed(3)} ${unit} would have been found`,
  );
  run.check(
    found < wanted || Math.abs(mean) < smallest[unit],
    `${what}: they differ by ${mean.toFixed(3)} ${unit}, ${found.toFixed(1)} standard errors`,
  );
}

async function logins(run: Run): Promise<void> {
  const daemon = await daemonInProcess(run);
  await daemon.request('/users', { json: { account: 'known', password: 'right' } });
  const login = async (account: string): Promise<number> => {
    // The door closes after five; this trial is about what stands behind it.
    daemon.clock.advance(3_600_000);
    const began = performance.now();
    const { status } = await daemon.request('/login', { json: { account, password: 'wrong' } });
    const took = performance.now() - began;
    run.check(status === 401, `a wrong password was answered ${String(status)}`);
    run.tried('logins');
    return took;
  };
  const differences: number[] = [];
  for (const round of run.rounds(5000, 30)) {
    // The other half of the time is for the tags.
    if (!run.hasTime(0.5)) break;
    const unknown = `unknown-${String(round)}`;
    // Who is first changes, so that nothing comes from the order.
    if (round % 2 === 0) {
      const first = await login('known');
      differences.push(first - (await login(unknown)));
    } else {
      const first = await login(unknown);
      differences.push((await login('known')) - first);
    }
  }
  compare(run, 'wrong password, known and unknown account', differences, 'ms');
}

function tags(run: Run): void {
  const key = run.random.bytes(32);
  const context = { purpose: 'entryBody', userId: run.random.bytes(16) } as const;
  const blob = seal(key, context, run.random.bytes(100));
  // A new copy each time: how long the same one takes depends on where in memory it happens to be.
  const spoilt = (at: number) => {
    const copy = Buffer.from(blob);
    copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
    return copy;
  };
  const refuse = (changed: Buffer): number => {
    const began = process.hrtime.bigint();
    try {
      open(key, context, changed);
      run.failed('a changed blob was opened');
    } catch {
      // As it should be.
    }
    return Number(process.hrtime.bigint() - began) / 1000;
  };
  for (const [what, from] of [
    ['commitment', 33],
    ['tag', 65],
  ] as const) {
    const [first, last] = [from, from + (what === 'tag' ? 15 : 31)];
    for (let i = 0; i < 2000; i++) refuse(spoilt(first));
    const differences: number[] = [];
    for (const round of run.rounds(250_000, 2000)) {
      const [a, b] = round % 2 === 0 ? [spoilt(first), spoilt(last)] : [spoilt(last), spoilt(first)];
      const [one, other] = [refuse(a), refuse(b)];
      differences.push(round % 2 === 0 ? one - other : other - one);
    }
    run.tried('blobs', differences.length * 2);
    compare(run, `wrong ${what}, first and last byte`, differences, 'µs');
  }
}

export const timing: Trial = {
  name: 'timing',
  what: 'wrong password for a known and an unknown account, and a tag or commitment wrong at its first and at its last byte, taking turns',
  passes:
    'no difference of 4 standard errors (more where few are compared) and of 1 ms (logins) or 0.05 µs (tags); what would have been found is stated',
  run: async (run) => {
    await logins(run);
    tags(run);
  },
};
