import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { keptPath, SeenManifests } from '../../src/daemon/vault/seen.ts';
import { listEntries } from '../../test/daemon/vault/list-entries.ts';
import { eventually } from '../../test/support/eventually.ts';
import { Disk, shimImpossible } from '../disk/disk.ts';
import { readLog, ReplayedDisk, type Step, type Survival } from '../disk/replay.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome } from '../support/daemon.ts';
import { Ledger } from '../support/ledger.ts';
import { copyHome, withOpenHome } from '../support/open-home.ts';
import { type Effects, type Observer, Writer } from '../support/writers.ts';
import { integrityOf } from './kill.ts';

const writers = 8;
const mark = z.tuple([z.enum(['intended', 'acknowledged']), z.int(), z.array(z.tuple([z.string(), z.string().nullable()]))]);

/** Lets a daemon work under writers, and gives every step it took, with what the writers were told among them. */
async function record(run: Run, milliseconds: number): Promise<Step[]> {
  const home = new DaemonHome(run);
  const disk = new Disk(run, home.directory, { log: true });
  await home.start({ env: disk.env });
  const token = await home.create();
  await eventually(() => existsSync(keptPath(home.path('seen.json'))), { what: 'what was seen is synced' });
  disk.mark('begin');
  const tell = (what: 'intended' | 'acknowledged') => (writer: number, effects: Effects) =>
    disk.mark(JSON.stringify([what, writer, effects]));
  const observer: Observer = { intended: tell('intended'), acknowledged: tell('acknowledged') };
  let enough = false;
  const working = Array.from({ length: writers }, (_, i) => new Writer(i, run.random, observer).work(home.client(), token, () => enough));
  await sleep(milliseconds);
  enough = true;
  await Promise.all(working);
  // Ending moves the write-ahead log into the database: moments of their own.
  await home.stop();
  return readLog(disk.log());
}

/** What a power cut left of a vault. */
interface Examined {
  readonly problems: readonly string[];
  /** How many changes what was seen of it is behind it. */
  readonly late: number;
}

const versionOf = (seen: SeenManifests, userId: Buffer) => seen.get(userId)?.version ?? 0;

/** Holds what a power cut left against what was acknowledged before it. */
async function examine(directory: string, steps: readonly Step[]): Promise<Examined> {
  const ledger = new Ledger();
  for (const step of steps) {
    if (step.kind !== 'mark' || step.text === 'begin') continue;
    const [what, writer, effects] = mark.parse(JSON.parse(step.text));
    ledger[what](writer, effects);
  }
  const integrity = integrityOf(join(directory, 'vault.db'));
  if (integrity !== 'ok') return { problems: [`integrity_check says ${integrity}`], late: 0 };
  const seen = new SeenManifests(join(directory, 'seen.json'));
  try {
    return await withOpenHome(directory, async ({ context, caller }) => {
      const entries = await listEntries(context, caller, {});
      const problems = ledger.settle(new Map(entries.map(({ name, username }) => [name, username])));
      return { problems, late: versionOf(context.seen, caller.userId) - versionOf(seen, caller.userId) };
    });
  } catch (error) {
    return { problems: [`the vault does not open: ${String(error)}`], late: 0 };
  }
}

/** A state of the vault from before the recording. */
interface Older {
  readonly directory: string;
  readonly version: number;
  readonly userId: Buffer;
}

async function takeOlder(directory: string): Promise<Older> {
  return await withOpenHome(directory, ({ context, caller: { userId } }) =>
    Promise.resolve({ directory, userId, version: versionOf(context.seen, userId) }),
  );
}

/** Why an older state, in place of the one that a power cut left, is a problem; null where it is noticed, or where nothing newer was seen for sure. */
async function rollBack(cut: string, older: Older): Promise<string | null> {
  const seen = new SeenManifests(join(cut, 'seen.json'));
  if (seen.get(older.userId) === null) return 'what was seen of the vault is forgotten';
  const directory = `${cut}-rolled-back`;
  copyHome(older.directory, directory);
  for (const name of ['seen.json', 'seen.json.kept']) {
    rmSync(join(directory, name), { force: true });
    if (existsSync(join(cut, name))) copyFileSync(join(cut, name), join(directory, name));
  }
  const answer = await withOpenHome(directory, () => Promise.resolve('accepted')).catch(String);
  rmSync(directory, { recursive: true });
  return versionOf(seen, older.userId) === older.version || answer.includes('is older than') ? null : `an older copy: ${answer}`;
}

export const powerLoss: Trial = {
  name: 'power-loss',
  what: 'power cuts: every write and sync of a daemon under 8 writers is recorded, and the files are made again as a cut at a sync point or between would leave them (only what was synced; all of it; or torn and out of order)',
  passes:
    '0 acknowledged writes lost, imports whole or absent, `integrity_check` ok, manifest valid, the next start clean; a disk that ignores syncs is found out',
  impossible: shimImpossible,
  run: async (run) => {
    const steps = await record(run, run.count(8000, 400));
    const begin = steps.findIndex((step) => step.kind === 'mark' && step.text === 'begin');
    const syncs = steps.flatMap((step, at) => (at > begin && step.kind === 'sync' ? [at] : []));
    run.measured('recorded', `${String(steps.length)} steps, ${String(syncs.length)} of them syncs`);
    const survivals: readonly Survival[] = ['nothing', 'something', 'everything'];
    const directory = join(run.directory(), 'cut');
    const cut = async (at: number, survival: Survival, disk: ReplayedDisk) => {
      rmSync(directory, { recursive: true, force: true });
      disk.cut(directory, survival, run.random);
      const torn = new SeenManifests(join(directory, 'seen.json')).unreadable !== 'nothing';
      const rolledBack = await rollBack(directory, older);
      const { problems, late } = await examine(directory, steps.slice(0, at));
      return { torn, late, problems: rolledBack === null ? problems : [...problems, rolledBack] };
    };
    // Right before a sync, right after it, or anywhere.
    const moments = Array.from({ length: run.count(200, 6) }, (_, round) => {
      const sync = run.random.pick(syncs);
      return round % 3 === 0 ? sync : round % 3 === 1 ? sync + 1 : run.random.between(begin, steps.length);
    });
    const disk = new ReplayedDisk();
    const lying = new ReplayedDisk();
    let done = 0;
    const replayTo = (at: number) => {
      for (; done < at; done++) {
        const step = steps[done];
        if (step === undefined) continue;
        disk.do(step);
        if (done < begin || step.kind !== 'sync') lying.do(step);
      }
    };
    replayTo(begin);
    disk.cut(`${directory}-older`, 'everything', run.random);
    const older = await takeOlder(`${directory}-older`);
    let [torn, latest] = [0, 0];
    for (const at of moments.sort((a, b) => a - b)) {
      if (!run.hasTime()) break;
      replayTo(at);
      const survival = run.random.pick(survivals);
      run.tried('cuts');
      const left = await cut(at, survival, disk);
      if (left.torn) torn += 1;
      latest = Math.max(latest, left.late);
      for (const problem of left.problems) {
        run.failed(`a cut after step ${String(at)}, ${survival} of what was not synced survived: ${problem}`);
      }
    }
    run.measured('cuts that left seen.json unreadable, so that what was synced last counted', String(torn));
    run.measured('changes that what was seen was behind the vault, at most', String(latest));
    // The trial itself: on a disk that ignores syncs, a cut has to lose something.
    replayTo(steps.length);
    const lost = await cut(steps.length, 'nothing', lying);
    run.check(lost.problems.length > 0, 'a disk that ignores every sync lost nothing: this trial sees nothing');
  },
};
