import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Disk, type Fault, shimImpossible } from '../disk/disk.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { copyHome } from '../support/open-home.ts';
import { integrityOf } from './kill.ts';
import { importing, type Operation, passwd, rotation, type State } from './operations.ts';
import { makeOlder } from './older-form.ts';
import { fillVault, same, stateOf, stateOnDisk } from './state.ts';

const entries = 12;

interface Template {
  readonly directory: string;
  readonly state: State;
  readonly id: string;
}

/** The files of a vault whose daemon has ended: each try begins with a copy of them. */
async function makeTemplate(run: Run): Promise<Template> {
  const home = new DaemonHome(run);
  await home.start();
  const token = await home.create();
  await fillVault(home.client(), token, entries);
  const { state, id } = await stateOf(home.client(), token, masterPassword);
  await home.stop();
  return { directory: home.directory, state, id };
}

/** What a step is, for the numbers: the same step is tried with the process ending before it and in the middle of it. */
const endings: readonly Fault[] = ['kill', 'tear'];

/** Runs `act` on a fresh copy, on a daemon that ends at a step, then opens what is left. Whether the step was reached. */
async function killAt(
  run: Run,
  what: string,
  { template, at, ending, allowed, act }: { template: Template; at: number; ending: Fault; allowed: readonly State[]; act: Act },
): Promise<boolean> {
  const home = new DaemonHome(run);
  copyHome(template.directory, home.directory);
  const disk = new Disk(run, home.directory, { log: false });
  const done = await act(home, disk, () => disk.arm(ending, at)).catch(() => false);
  const reached = disk.counted().failed > 0;
  if (reached) await home.ended();
  else await home.stop();
  run.tried(`${what}: steps`, reached ? 1 : 0);
  run.check(reached || done, `${what}: failed although the disk did nothing wrong`);
  const integrity = integrityOf(home.path('vault.db'));
  run.check(integrity === 'ok', `${what}, ${ending} at step ${String(at)}: integrity_check says ${integrity}`);
  try {
    const found = await stateOnDisk(home.directory);
    const last = allowed.at(-1);
    const fits = done && last !== undefined ? same(found, last) : allowed.some((state) => same(state, found));
    run.check(fits, `${what}, ${ending} at step ${String(at)}: neither the old state nor the new one`);
  } catch (error) {
    run.failed(
      `${what}, ${ending} at step ${String(at)}: the vault does not open: ${String(error)}${error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : ''}`,
    );
  }
  rmSync(home.directory, { recursive: true, force: true });
  return reached;
}

/** Does the work; `arm` is called when the steps that count begin. Whether it was acknowledged. */
type Act = (home: DaemonHome, disk: Disk, arm: () => void) => Promise<boolean>;

function operating(operation: Operation, { state, id }: Template): Act {
  return async (home, disk, arm) => {
    await home.start({ env: disk.env });
    const token = await home.login();
    arm();
    const answer = await operation.send(home.client(), { token, id, state, n: 1 });
    return answer.status < 300;
  };
}

const migrating: Act = async (home, disk, arm) => {
  arm();
  await home.start({ env: disk.env });
  return true;
};

export const killedSteps: Trial = {
  name: 'killed-steps',
  what: 'the daemon killed before, and in the middle of, each single write, sync, truncation and rename of a migration, a password change, a rotation of all keys, an import',
  passes: 'the old state or the new one, never neither; `integrity_check` ok, manifest valid, the next start clean',
  impossible: shimImpossible,
  run: async (run) => {
    const template = await makeTemplate(run);
    const older: Template = { ...template, directory: join(run.directory(), 'older') };
    copyHome(template.directory, older.directory);
    await makeOlder(join(older.directory, 'vault.db'));
    const works: readonly (readonly [string, Template, readonly State[], Act])[] = [
      ['migration', older, [template.state], migrating],
      ...[passwd, rotation, importing].map(
        (operation) =>
          [operation.name, template, [template.state, operation.after(template.state, 1)], operating(operation, template)] as const,
      ),
    ];
    for (const [what, from, allowed, act] of works) {
      for (const ending of run.full ? endings : [run.random.pick(endings)]) {
        const stride = run.count(1, 0);
        // The short run looks at one step of each.
        const steps = stride === 1 ? Array.from({ length: 2000 }, (_, i) => i + 1) : [run.random.between(1, 130)];
        for (const at of steps) {
          if (!run.hasTime()) break;
          if (!(await killAt(run, what, { template: from, at, ending, allowed, act })) && run.full) break;
        }
      }
    }
  },
};
