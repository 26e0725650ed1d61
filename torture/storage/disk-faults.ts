import { Disk, type Fault, shimImpossible } from '../disk/disk.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';
import { codeOf } from '../support/client.ts';
import { DaemonHome, masterPassword } from '../support/daemon.ts';
import { integrityOf } from './kill.ts';
import { add, edit, importing, type Operation, passwd, rotation } from './operations.ts';
import { fillVault, same, stateOf, stateOnDisk } from './state.ts';

const operations: readonly Operation[] = [add, edit, importing, passwd, rotation];
const faults: readonly Fault[] = ['full', 'failsOnce', 'fails'];
/** What a refusal may be called. */
const clear: ReadonlySet<string | null> = new Set(['storage_full', 'internal']);

/** One operation on a disk that goes wrong at its 1st, 2nd, 3rd … step, up to `limit`, or until it no longer gets there. */
async function tryEachStep(
  run: Run,
  operation: Operation,
  fault: Fault,
  { limit, stride }: { limit: number; stride: number },
): Promise<void> {
  const home = new DaemonHome(run);
  const disk = new Disk(run, home.directory, { log: false });
  await home.start({ env: disk.env });
  let token = await home.create();
  await fillVault(home.client(), token, 20);
  let password = masterPassword;
  for (let at = 1; at <= limit && run.hasTime(); at += stride) {
    const what = `${operation.name}, disk ${fault} from step ${String(at)}`;
    const client = home.client();
    const { state, id } = await stateOf(client, token, password);
    const next = operation.after(state, at);
    disk.arm(fault, at);
    const answer = await operation.send(client, { token, id, state, n: at });
    const { failed } = disk.counted();
    disk.mend();
    run.tried('operations');
    run.tried('steps refused by the disk', failed);
    const done = answer.status < 300;
    const code = codeOf(answer);
    run.check(done || clear.has(code), `${what}: answered ${String(answer.status)} ${code ?? ''}`);
    run.check(home.end === null, `${what}: the daemon ended: ${String(home.end)}`);

    // Old or new, here and for whoever opens the files next.
    const found: string[] = [];
    const opened = await loginWithEither(home, next.password, password);
    token = opened.token;
    const shown = await stateOf(client, token, opened.password);
    if (!same(shown.state, next) && !same(shown.state, state)) found.push('the daemon shows neither the old state nor the new one');
    if (done && !same(shown.state, next)) found.push('it was acknowledged, and is not there');
    if (answer.text.includes('nothing was changed') && !same(shown.state, state)) {
      found.push('it was refused with "nothing was changed", and is there');
    }
    for (const problem of found) run.failed(`${what}: ${problem}`);
    password = shown.state.password;
    if (failed === 0) break;
  }
  await home.stop();
  const integrity = integrityOf(home.path('vault.db'));
  run.check(integrity === 'ok', `${operation.name}, ${fault}: integrity_check says ${integrity}`);
  await stateOnDisk(home.directory);
}

async function loginWithEither(home: DaemonHome, ...passwords: readonly string[]): Promise<{ token: string; password: string }> {
  const problems: unknown[] = [];
  for (const password of new Set(passwords)) {
    try {
      return { token: await home.login('default', password), password };
    } catch (error) {
      problems.push(error);
    }
  }
  throw new AggregateError(problems, `no password opens the vault: ${problems.map(String).join(', ')}`);
}

export const diskFaults: Trial = {
  name: 'disk-faults',
  what: 'disk full from the Nth step on, one I/O error at the Nth step, I/O errors from the Nth step on: while adding, editing, importing, changing the password, rotating all keys',
  passes:
    'the old state or the new one, never neither; what was acknowledged is there; a clear error; the daemon goes on when the disk is mended',
  impossible: shimImpossible,
  run: async (run) => {
    const size = run.full ? { limit: 200, stride: 1 } : { limit: 12, stride: 7 };
    for (const operation of run.full ? operations : [edit, importing, rotation]) {
      for (const fault of run.full ? faults : [run.random.pick(faults)]) await tryEachStep(run, operation, fault, size);
    }
    // What follows the commit of a new password is refused too.
    if (!run.full) await tryEachStep(run, passwd, 'full', { limit: 30, stride: 12 });
  },
};
