import { VaultError } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { findEntry } from '../find-entry.ts';
import { findTrashed } from '../find-trashed.ts';
import { entryTitle } from '../text.ts';

export interface RestoreOptions {
  readonly user?: string;
  readonly revision?: string;
}

/** The entry of this name or, where none has it, the one in the trash. */
async function findAnywhere(cli: Cli, name: string, user: string | undefined): Promise<{ id: string; revision: number }> {
  try {
    return await cli.client.call({
      path: '/passwords/:website',
      method: '$get',
      param: { website: name },
      query: { exact: 'true', ...(user === undefined ? {} : { username: user }) },
    });
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'entry_not_found') throw error;
    return (await findTrashed(cli, name, user)) ?? findEntry(cli, { name, user, exact: true });
  }
}

async function findRemoved(cli: Cli, name: string, user: string | undefined): Promise<{ id: string; revision: number }> {
  const trashed = await findTrashed(cli, name, user);
  if (trashed !== null) return trashed;
  throw new VaultError('entry_not_found', 'no such entry in the trash', {
    hint: 'vault trash list shows what is there; --revision N brings an earlier revision back: vault history NAME',
  });
}

/** `vault restore NAME`. */
export async function restore(cli: Cli, name: string, { user, revision }: RestoreOptions): Promise<void> {
  if (revision !== undefined && !/^[1-9]\d{0,8}$/.test(revision)) {
    throw new VaultError('usage', '--revision must be the number of a revision', { hint: 'vault history NAME shows them' });
  }
  const found = await (revision === undefined ? findRemoved(cli, name, user) : findAnywhere(cli, name, user));
  const json = revision === undefined ? {} : { revision: Number(revision) };
  try {
    const restored = await cli.client.call(
      { path: '/restore/:id', method: '$post', param: { id: found.id }, json },
      { ifMatch: found.revision },
    );
    if (cli.globals.json) cli.output.json(restored);
    const unchanged = restored.revision === found.revision;
    cli.output.note(
      unchanged ? `nothing to change in ${entryTitle(restored)}` : `${cli.output.noteStyle.green('restored')} ${entryTitle(restored)}`,
    );
  } catch (error) {
    throw advised(error);
  }
}

/** The same error with what to do about it here. */
function advised(error: unknown): unknown {
  if (!(error instanceof VaultError)) return error;
  const hints: Partial<Record<typeof error.code, string>> = {
    entry_exists: 'vault rename gives the other entry another name; then restore this one again',
    field_not_found: 'vault history NAME shows the revisions that are kept',
  };
  const { code, message, details } = error;
  const hint = hints[code];
  if (hint === undefined) return error;
  return new VaultError(code, message, { hint, cause: error, ...(details === undefined ? {} : { details }) });
}
