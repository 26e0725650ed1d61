import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { checkLength } from '../names.ts';
import { showList } from '../show-list.ts';

/** `vault find TERM`. */
export async function find(cli: Cli, term: string): Promise<void> {
  if (term === '') throw new VaultError('usage', 'TERM must not be empty', { hint: 'vault list shows everything' });
  checkLength(term, 'TERM');
  const entries = await cli.client.call({ path: '/passwords', method: '$get', query: { query: term } });
  await showList(cli, entries, 'nothing matches');
}
