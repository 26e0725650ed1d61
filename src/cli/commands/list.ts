import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { checkLength } from '../names.ts';
import { showList } from '../show-list.ts';

export interface ListOptions {
  readonly tag?: string;
  readonly tree?: boolean;
}

/** `vault list [PATTERN]`. */
export async function list(cli: Cli, pattern: string | undefined, { tag, tree = false }: ListOptions): Promise<void> {
  if (tree && cli.globals.json) throw new VaultError('usage', '--json and --tree exclude each other');
  checkLength(pattern ?? '', 'PATTERN');
  checkLength(tag ?? '', 'TAG');
  const query = { ...(pattern === undefined ? {} : { pattern }), ...(tag === undefined ? {} : { tag }) };
  const entries = await cli.client.call({ path: '/passwords', method: '$get', query });
  if (tree && entries.length > 0) {
    const { treeLines } = await import('../tree.ts');
    cli.output.lines(treeLines(entries, cli.output.style));
    return;
  }
  await showList(
    cli,
    entries,
    pattern === undefined && tag === undefined ? 'the vault is empty: vault add NAME stores the first entry' : 'nothing matches',
  );
}
