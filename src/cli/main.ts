import { fileURLToPath } from 'node:url';
import { helperCommands } from './hidden.ts';
import { ownFiles } from './own-files.ts';
import { countWrites } from './pending-writes.ts';
import { runQuickly } from './quick.ts';

const umask = process.umask(0o077);

const args = process.argv.slice(2);
const isHelper = Object.values<string | undefined>(helperCommands).includes(args[0]);
if (!(await runQuickly(args, process.env))) {
  const out = [process.stdout, process.stderr].map((stream) => countWrites(stream));
  const files = ownFiles(fileURLToPath(import.meta.url), umask);
  const status = isHelper
    ? await (await import('./helpers/helper.ts')).runHelper(args, files)
    : await (await import('./command-line.ts')).runCommandLine(args, files);
  // What was printed goes out first. Waiting for the end instead takes for ever where a terminal was lent to an editor (Bun 1.4.5).
  await Promise.all(out.map((isOut) => isOut()));
  process.exit(status);
}
