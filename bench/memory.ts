import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VaultHome } from './vault-home.ts';

/** Resident memory of the daemon in MiB, a second after it was unlocked and has listed everything. */
export async function residentMemory(home: VaultHome): Promise<number | null> {
  await home.send('GET', '/passwords');
  await sleep(1000);
  const pid = home.pid();
  if (pid === null || process.platform !== 'linux') return null;
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}
