import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { reducedName } from '../names.ts';
import { entryTitle } from '../text.ts';

export interface RenameOptions {
  readonly user?: string;
}

/** `vault rename NAME NEW`. */
export async function rename(cli: Cli, name: string, newName: string, { user }: RenameOptions): Promise<void> {
  const wanted = reducedName(newName, 'NEW');
  const entry = await findEntry(cli, { name, user, exact: true });
  const renamed = await cli.client.call(
    { path: '/passwords/:website', method: '$patch', param: { website: entry.id }, json: { name: wanted } },
    { ifMatch: entry.revision },
  );
  if (cli.globals.json) cli.output.json(renamed);
  cli.output.note(`${cli.output.noteStyle.green('renamed')} ${entryTitle(entry)} to ${entryTitle(renamed)}`);
}
