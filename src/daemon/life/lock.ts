import { setTimeout } from 'node:timers/promises';
import { VaultError } from '../../core/errors.ts';
import type { Paths } from '../../core/paths.ts';
import { acquireDatabaseLock, type Lock } from '../store/lock.ts';
import { readDaemonFile } from './daemon-file.ts';
import { answers } from './socket.ts';

const patience = 10_000;
const step = 50;

/**
 * Takes the lock that a database's one daemon holds. Waits for a daemon that is just ending; `daemon_unreachable` where one
 * serves the database already.
 */
export async function lockDatabase({ databaseLock, daemonFile }: Paths): Promise<Lock> {
  for (let waited = 0; waited < patience; waited += step) {
    const lock = acquireDatabaseLock(databaseLock);
    if (lock !== null) return lock;
    const other = readDaemonFile(daemonFile);
    if (other !== null && (await answers(other.socket))) {
      throw new VaultError('daemon_unreachable', `a daemon serves this database already: process ${String(other.pid)}`, {
        hint: 'vault daemon status',
      });
    }
    await setTimeout(step);
  }
  throw new VaultError('daemon_unreachable', 'another daemon holds the database, but does not answer', {
    hint: 'vault daemon status; if it hangs, end that process',
  });
}
