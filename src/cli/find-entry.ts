import type { Entry, EntrySummary } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';
import { fold } from '../core/lookup/fold.ts';
import type { Cli } from './cli.ts';
import { checkLength, checkName, reducedName, refusePasswordInUrl } from './names.ts';
import { entryTitle } from './text.ts';

export interface EntryQuery {
  readonly name: string;
  readonly user: string | undefined;
  /** Ids and exact names only, as everything that changes an entry must. */
  readonly exact: boolean;
  /** The one field that is wanted: a token for another one is refused. */
  readonly field?: string | undefined;
}

function read(cli: Cli, { name, user, exact, field }: EntryQuery): Promise<Entry> {
  return cli.client.call({
    path: '/passwords/:website',
    method: '$get',
    param: { website: name },
    query: {
      ...(user === undefined ? {} : { username: user }),
      ...(exact ? { exact: 'true' } : {}),
      ...(field === undefined ? {} : { field }),
    },
  });
}

/** Entries whose names somebody may have meant, likeliest first, five at most. */
async function similar(cli: Cli, { name, user }: EntryQuery): Promise<EntrySummary[]> {
  const [all, { suggest }] = await Promise.all([cli.client.call({ path: '/passwords', method: '$get' }), import('../core/suggest.ts')]);
  const same = all.filter((entry) => fold(entry.name) === fold(name));
  // The name was right, the username was not.
  if (same.length > 0) return same.slice(0, 5);
  const names = suggest(
    reducedName(name, 'NAME'),
    all.map((entry) => entry.name),
  );
  const found = names.flatMap((suggested) => all.filter((entry) => entry.name === suggested));
  const ofUser = found.filter((entry) => entry.username === user);
  return (ofUser.length > 0 ? ofUser : found).slice(0, 5);
}

/**
 * The entry that a command means. On a miss the names that may have been meant are offered: on a terminal to choose from, else
 * as hints; nothing is ever chosen by likeness alone.
 */
export async function findEntry(cli: Cli, query: EntryQuery): Promise<Entry> {
  checkName(query.name);
  checkLength(query.user ?? '', 'USER');
  checkLength(query.field ?? '', 'FIELD');
  refusePasswordInUrl(query.name);
  try {
    return await read(cli, query);
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'entry_not_found' || cli.globals.json) throw error;
    const candidates = await similar(cli, query).catch((refused: unknown) => {
      // A token for some entries lists none.
      if (refused instanceof VaultError && refused.code === 'scope_denied') return [];
      throw refused;
    });
    if (candidates.length === 0) throw error;
    const prompts = await cli.prompts();
    if (prompts === null) {
      const hint = candidates.map((entry) => `did you mean ${entryTitle(entry)}?`).join('\n');
      throw new VaultError(error.code, error.message, { hint, cause: error });
    }
    const choices = candidates.map((entry) => ({ name: entryTitle(entry), value: entry.id }));
    const id = await prompts.choose('No entry has this name. Did you mean one of these?', choices);
    return read(cli, { name: id, user: undefined, exact: true, field: query.field });
  }
}
