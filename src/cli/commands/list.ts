import type { Cli } from '../cli.ts';
import { checkLength } from '../names.ts';
import { showList } from '../show-list.ts';

export interface ListOptions {
  readonly tag?: string;
}

/** `vault list [PATTERN]`. */
export async function list(cli: Cli, pattern: string | undefined, { tag }: ListOptions): Promise<void> {
  checkLength(pattern ?? '', 'PATTERN');
  checkLength(tag ?? '', 'TAG');
  const query = { ...(pattern === undefined ? {} : { pattern }), ...(tag === undefined ? {} : { tag }) };
  const entries = await cli.client.call({ path: '/passwords', method: '$get', query });
  await showList(
    cli,
    entries,
    pattern === undefined && tag === undefined ? 'the vault is empty: vault add NAME stores the first entry' : 'nothing matches',
  );
}
