import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { generatorDefaults } from '../src/core/generate/defaults.ts';
import { generatePassword } from '../src/core/generate/generate.ts';
import { benchEntry } from './fill.ts';
import { timed } from './statistics.ts';
import { VaultHome } from './vault-home.ts';

const words = ['dragon', 'summer', 'monkey', 'sunshine', 'football', 'shadow', 'master', 'flower'];

/** As people have them: half of them generated, the others words with something behind. */
function password(index: number): string {
  if (index % 2 === 0) return generatePassword(index % 4 === 0 ? { length: 12 } : {}, generatorDefaults);
  return `${words[index % words.length] ?? ''}${index % 3 === 0 ? 'S' : '!'}${String(index % 5000)}`;
}

/** Seconds of `vault audit` on so many entries, with a list of a million breached passwords. */
export async function auditing(entries: number): Promise<number> {
  const home = new VaultHome();
  try {
    await home.prepare(0);
    const lines = Array.from({ length: entries }, (_, index) => `${JSON.stringify({ ...benchEntry(index), password: password(index) })}\n`);
    await home.sendLines('/imports', lines.join(''));
    const hashes = Array.from({ length: 1_000_000 }, (_, index) => createHash('sha1').update(String(index)).digest('hex').toUpperCase());
    const list = join(home.directory, 'breached.txt');
    writeFileSync(list, `${hashes.sort().join(':1\r\n')}:1\r\n`);
    return (await timed(() => run(home, list))) / 1000;
  } finally {
    await home.remove();
  }
}

/** It ends with 9, since it finds something. */
async function run(home: VaultHome, list: string): Promise<void> {
  const code = await new Promise((done) => {
    const options = { env: home.environment, maxBuffer: 1 << 30 };
    const child = execFile(resolve('bin/vault'), ['audit', '--hibp', list], options, () => {
      done(child.exitCode);
    });
  });
  if (code !== 9) throw new Error(`the audit ended with ${String(code)}`);
}
