import { VaultError } from '../../core/errors.ts';
import { fillTemplate, parseTemplate } from '../../core/template.ts';
import type { Cli } from '../cli.ts';
import { writeNewFile } from '../new-file.ts';
import { openFile, readToEnd, standardInputFile } from '../read-file.ts';
import { readReferences } from '../read-references.ts';

export interface InjectOptions {
  readonly in?: string;
  readonly out?: string;
  readonly force?: boolean;
}

/** All of a template, which is held in memory. */
async function readTemplate(cli: Cli, path: string): Promise<Buffer> {
  const file = path === '-' ? standardInputFile(cli.stdin, '-i') : await openFile(path);
  return await readToEnd(file, 'the template');
}

/** `vault inject`. */
export async function inject(cli: Cli, { in: source = '-', out = '-', force = false }: InjectOptions): Promise<void> {
  if (force && out === '-') throw new VaultError('usage', '--force goes with -o FILE');
  const template = parseTemplate(await readTemplate(cli, source));
  const wanted = template.references.map(({ reference, line }) => ({ where: `line ${String(line)}`, reference }));
  const resolved = await readReferences(cli, wanted, 'inject');
  const filled = fillTemplate(
    template,
    resolved.map(({ value }) => value),
  );
  if (out === '-') {
    await cli.output.bytes(filled);
    return;
  }
  const file = await writeNewFile({ path: out, replace: force }, cli.signals, [filled]);
  if (cli.globals.json) cli.output.json({ file, references: resolved.length });
}
