import { readFileSync } from 'node:fs';
import type { VaultHome } from './vault-home.ts';

/** Resident memory of the daemon in MiB, once it was unlocked and has listed everything. */
export async function residentMemory(home: VaultHome): Promise<number | null> {
  await home.send('GET', '/passwords');
  const pid = home.pid();
  if (pid === null || process.platform !== 'linux') return null;
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}
