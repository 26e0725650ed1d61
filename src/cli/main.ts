import { fileURLToPath } from 'node:url';
import { ownFiles } from './own-files.ts';
import { runQuickly } from './quick.ts';

process.umask(0o077);

const args = process.argv.slice(2);
if (!(await runQuickly(args, process.env))) {
  const { runCommandLine } = await import('./command-line.ts');
  const status = await runCommandLine(args, ownFiles(fileURLToPath(import.meta.url)));
  // What was printed goes out first. Waiting for the end instead takes for ever where a terminal was lent to an editor (Bun 1.4.5).
  for (const stream of [process.stdout, process.stderr]) await new Promise((written) => stream.write('', written));
  process.exit(status);
}
