import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchEntry } from './fill.ts';
import { timed } from './statistics.ts';
import { VaultHome } from './vault-home.ts';

/** Files of other programs, as they export so many entries. */
const files = {
  csv: (entries: number) => {
    const line = (index: number) => {
      const { name, username, password, urls } = benchEntry(index);
      return [name, urls[0] ?? '', username, password, ''].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
    };
    return ['name,url,username,password,note', ...Array.from({ length: entries }, (_, index) => line(index)), ''].join('\n');
  },
  'bitwarden JSON': (entries: number) => {
    const items = Array.from({ length: entries }, (_, index) => {
      const { name, username, password, urls } = benchEntry(index);
      const login = { uris: urls.map((uri) => ({ match: null, uri })), username, password, totp: null };
      return { id: String(index), organizationId: null, folderId: null, type: 1, name, notes: null, favorite: false, login };
    });
    return JSON.stringify({ encrypted: false, folders: [], items });
  },
} as const;

/** Seconds of `vault import auto` of so many entries into an empty vault, and of `vault export` of them, by what is read or written. */
export async function exchanging(entries: number): Promise<Map<string, number>> {
  const seconds = new Map<string, number>();
  const note = async (what: string, work: () => Promise<unknown>) => void seconds.set(what, (await timed(work)) / 1000);
  for (const [kind, contents] of Object.entries(files)) {
    const home = new VaultHome();
    const file = join(home.directory, 'file');
    try {
      await home.prepare(0);
      writeFileSync(file, contents(entries));
      await note(`import, ${kind}`, () => home.vault(['import', 'auto', file]));
      rmSync(file);
      if (kind !== 'csv') continue;
      await note('export, csv', () => home.vault(['export', 'csv', file, '--plaintext', '--yes']));
      await note('export, age', () => home.vault(['export', 'age', `${file}.age`, '--file-password-stdin'], 'a password\n'));
    } finally {
      await home.remove();
    }
  }
  return seconds;
}
