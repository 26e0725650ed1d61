import type { TrashedEntry } from '../core/api/revisions.ts';
import { VaultError } from '../core/errors.ts';
import { fold } from '../core/lookup/fold.ts';
import type { Cli } from './cli.ts';
import { checkLength, checkName, reducedName } from './names.ts';

/**
 * The entry in the trash that a name or an id means; null where there is none. `entry_ambiguous` where several do: names that are
 * used again and again may have many there.
 */
export async function findTrashed(cli: Cli, name: string, user: string | undefined): Promise<TrashedEntry | null> {
  checkName(name);
  checkLength(user ?? '', 'USER');
  const wanted = fold(reducedName(name, 'NAME'));
  const trashed = await cli.client.call({ path: '/trash', method: '$get' });
  const ofUser = trashed.filter(({ username }) => user === undefined || (username ?? '').normalize('NFC') === user.normalize('NFC'));
  const byId = ofUser.filter(({ id }) => id === name.toLowerCase());
  const found = byId.length > 0 ? byId : ofUser.filter((entry) => fold(entry.name) === wanted);
  if (found.length > 1) {
    const candidates = found.map(({ id, username, ...entry }) => ({ id, name: entry.name, username }));
    throw new VaultError('entry_ambiguous', `${String(found.length)} entries in the trash match, the one removed last first`, {
      details: { candidates },
    });
  }
  return found[0] ?? null;
}
