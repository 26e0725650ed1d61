import { fileURLToPath } from 'node:url';
import { ownFiles } from './own-files.ts';
import { runQuickly } from './quick.ts';

process.umask(0o077);

const args = process.argv.slice(2);
if (!(await runQuickly(args, process.env))) {
  const { runCommandLine } = await import('./command-line.ts');
  process.exitCode = await runCommandLine(args, ownFiles(fileURLToPath(import.meta.url)));
}
