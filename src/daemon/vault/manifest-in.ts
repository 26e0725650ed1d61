import { blobId } from '../../core/crypto/seal.ts';
import { VaultError } from '../../core/errors.ts';
import type { Rows } from '../store/rows.ts';
import type { Caller, VaultContext } from './context.ts';
import { refusedManifest } from './damage.ts';
import { Manifest, openStoredRoot, remember } from './manifest.ts';
import { contradiction, judge, look } from './sighting.ts';

/**
 * The caller's manifest in this transaction, whose first statement this must be. It is the one last verified; where another
 * program wrote to the file since, the whole vault is verified again.
 */
export async function manifestIn(context: VaultContext, rows: Rows, caller: Caller): Promise<Manifest> {
  const { seen, verified, store } = context;
  const settled = rows.isSnapshot ? null : verified.settled(caller.userId);
  if (settled?.foreignVersion === store.foreignVersion()) return new Manifest(context, rows, caller, settled);

  // Both are read before the transaction sees anything: what is remembered is then never newer than what it shows.
  const remembered = seen.get(caller.userId);
  const before = verified.candidates(caller.userId);
  const user = verified.userNumber(caller.userId);
  const rootId = user === null ? null : await storedRootId(rows, user);
  const known = [...before, ...verified.candidates(caller.userId)].find((manifest) => rootId?.equals(manifest.rootId) === true);
  if (known?.foreignVersion === store.foreignVersion()) return new Manifest(context, rows, caller, known);

  const found = judge(caller, await look(context, rows, caller.userId));
  const problem = contradiction(remembered, found);
  if (problem !== null) throw refusedManifest(problem);
  remember(context, caller, found);
  return new Manifest(context, rows, caller, found);
}

async function storedRootId(rows: Rows, user: number): Promise<Buffer | null> {
  const blob = await rows.manifest.root(user);
  return blob === null ? null : blobId(blob);
}

/**
 * The same for work that changes something. The caller's keys have to be those of the root as it is now: what waited for its turn
 * while every key was made anew must not seal with the old ones. `unauthenticated` then.
 */
export async function manifestToChange(context: VaultContext, rows: Rows, caller: Caller): Promise<Manifest> {
  const manifest = await manifestIn(context, rows, caller);
  try {
    openStoredRoot(caller, await rows.manifest.root(manifest.user));
  } catch (cause) {
    throw new VaultError('unauthenticated', 'every key was made anew meanwhile: unlock the vault again', { cause });
  }
  return manifest;
}
