import { benchEntry } from './fill.ts';
import { timed } from './statistics.ts';
import { VaultHome } from './vault-home.ts';

/** Seconds that it takes to add so many entries to an empty vault through one `POST /imports`. */
export async function bulkAdding(entries: number): Promise<number> {
  const home = new VaultHome();
  try {
    await home.prepare(0);
    const lines = Array.from({ length: entries }, (_, index) => `${JSON.stringify(benchEntry(index))}\n`).join('');
    return (await timed(() => home.sendLines('/imports', lines))) / 1000;
  } finally {
    await home.remove();
  }
}
