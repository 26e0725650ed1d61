import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { entryTitle } from '../text.ts';

export interface RemoveOptions {
  readonly user?: string;
  readonly yes?: boolean;
}

/** `vault remove NAME`. */
export async function remove(cli: Cli, name: string, { user, yes = false }: RemoveOptions): Promise<void> {
  const prompts = yes ? null : await cli.prompts();
  if (!yes && prompts === null) {
    throw new VaultError('usage', 'removing has to be confirmed, and there is no terminal to ask on', { hint: '--yes confirms it' });
  }
  const entry = await findEntry(cli, { name, user, exact: true });
  if (prompts !== null && !(await prompts.confirm(`Move ${entryTitle(entry)} to the trash?`, false))) {
    throw new VaultError('cancelled', 'cancelled: nothing was removed');
  }
  const removed = await cli.client.call(
    { path: '/passwords/:website', method: '$delete', param: { website: entry.id } },
    { ifMatch: entry.revision },
  );
  if (cli.globals.json) cli.output.json(removed);
  cli.output.note(`${cli.output.noteStyle.green('removed')} ${entryTitle(removed)}: it is in the trash`);
}
