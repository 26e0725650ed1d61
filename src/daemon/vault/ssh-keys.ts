import type { EntryBody } from '../../core/entry/body.ts';
import { agentTerm } from '../../core/lookup/terms.ts';
import { agentKeyOf } from '../../core/ssh/entry.ts';
import { fingerprint, publicLine, type SshKey } from '../../core/ssh/keys.ts';
import { readKeyFile } from '../../core/ssh/openssh-file.ts';
import type { SshKeySummary } from '../../core/ssh/schema.ts';
import type { Caller, VaultContext } from './context.ts';
import { findByStep, type OpenEntry } from './find-entry.ts';
import { manifestIn } from './manifest-in.ts';

/** Every entry that says something to the agent, and the state of the vault that they are from. */
export async function agentEntries(
  context: VaultContext,
  caller: Caller,
): Promise<{ readonly entries: readonly OpenEntry[]; readonly rootId: Buffer; readonly version: number }> {
  return await context.store.read(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    const entries = await findByStep({ rows, caller, manifest }, { by: { term: agentTerm }, matches: () => true });
    return { entries, rootId: manifest.rootId, version: manifest.root.version };
  });
}

/** The key in an entry; null where there is none that can be read. */
export function keyIn(body: EntryBody): SshKey | null {
  const kept = agentKeyOf(body);
  if (kept === null) return null;
  try {
    return readKeyFile(kept.privateKey).key;
  } catch {
    // A passphrase, a kind that SSH does not know, or damage: `vault ssh list` shows it as a key without a type.
    return null;
  }
}

/** The keys that the agent serves, by name, and those that it would if it could read them. */
export async function listSshKeys(context: VaultContext, caller: Caller): Promise<SshKeySummary[]> {
  const { entries } = await agentEntries(context, caller);
  const keys = entries.flatMap(({ id, row, body }): SshKeySummary[] => {
    const kept = agentKeyOf(body);
    if (kept === null) return [];
    const key = keyIn(body);
    const shown =
      key === null
        ? { type: null, fingerprint: null, publicKey: null }
        : { type: key.type, fingerprint: fingerprint(key.blob), publicKey: publicLine(key, body.name) };
    return [{ id, name: body.name, ...shown, confirm: kept.confirm, revision: row.revision }];
  });
  return keys.sort((a, b) => (a.name < b.name ? -1 : 1));
}
