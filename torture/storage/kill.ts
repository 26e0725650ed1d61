import BetterSqlite3 from 'better-sqlite3';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Trial } from '../frame/trial.ts';
import { DaemonHome } from '../support/daemon.ts';
import { Ledger } from '../support/ledger.ts';
import { listValues, Writer } from '../support/writers.ts';

const writers = 8;
/** A new vault after so many kills: an old one is only slower to verify. */
const killsPerVault = 50;

/** What SQLite finds wrong with a database whose daemon is gone. */
export function integrityOf(path: string): string {
  const database = new BetterSqlite3(path);
  try {
    return String(database.pragma('integrity_check', { simple: true }));
  } finally {
    database.close();
  }
}

export const kill: Trial = {
  name: 'kill',
  what: '`kill -9` of the daemon at random moments under 8 writers that add, edit, remove and import',
  passes: '0 acknowledged writes lost, imports whole or absent, `integrity_check` ok, manifest valid, the next start clean',
  run: async (run) => {
    let home = new DaemonHome(run);
    let ledger = new Ledger();
    let team: Writer[] = [];
    for (const round of run.rounds(1000, 3)) {
      if (round % killsPerVault === 0) {
        await home.kill();
        home = new DaemonHome(run);
        ledger = new Ledger();
        const observer = ledger;
        team = Array.from({ length: writers }, (_, i) => new Writer(i, run.random, observer));
        await home.start();
        await home.create();
        await home.kill();
      }
      await home.start();
      // The login verifies every row against the manifest, and refuses a vault that is not as it was left.
      const token = await home.login();
      const before = ledger.writes;
      const clients = team.map(() => home.client());
      const working = team.map((writer, i) => writer.work(clients[i] ?? home.client(), token, () => false));
      // After a number of answers, however quick the machine is, and at any moment between two of them.
      const enough = before + run.random.between(0, 30);
      for (let waited = 0; ledger.writes < enough && waited < 10_000; waited += 2) await sleep(2);
      await sleep(run.random.below(12));
      await home.kill();
      await Promise.all(working);
      run.tried('kills');
      run.tried('acknowledged writes', ledger.writes - before);

      const integrity = integrityOf(home.path('vault.db'));
      run.check(integrity === 'ok', `round ${String(round)}: integrity_check says ${integrity}`);
      await home.start();
      const values = await listValues(home.client(), await home.login());
      for (const problem of ledger.settle(new Map([...values].map(([name, { value }]) => [name, value])))) {
        run.failed(`round ${String(round)}: ${problem}`);
      }
      for (const writer of team) writer.resume(values);
      await home.kill();
    }
  },
};
