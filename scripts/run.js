// @ts-check
/** Runs a TypeScript program of the repository, its own sources bundled below dist/: `node scripts/run.js bench/main.ts [ARGUMENTS]`. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [source, ...args] = process.argv.slice(2);
if (source === undefined) throw new Error('no program is named');

mkdirSync(join(root, 'dist'), { recursive: true });
const directory = mkdtempSync(join(root, 'dist', 'run-'));
process.on('exit', () => {
  rmSync(directory, { recursive: true, force: true });
});
const outfile = join(directory, 'program.js');
await build({
  entryPoints: [resolve(source)],
  outfile,
  bundle: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20.17',
});
process.argv = [process.execPath, outfile, ...args];
await import(pathToFileURL(outfile).href);
