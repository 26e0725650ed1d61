import { idText } from '../../core/entry/id.ts';
import { VaultError } from '../../core/errors.ts';

/**
 * What can be wrong with an entry's row. `missing`: the manifest knows it, the database does not; `added`: the reverse;
 * `older`: an earlier revision was put back; `altered`: neither; `unproven`: the part of the manifest that covers it was changed.
 */
export type RowProblem = 'missing' | 'added' | 'older' | 'altered' | 'unproven';

export interface DamagedRow {
  readonly id: Buffer;
  readonly problem: RowProblem;
}

/** So many entries are named; the rest is counted. */
const named = 100;

/** `vault_corrupt` that names entries by id and says what is wrong with each. */
export function damagedRows(rows: readonly DamagedRow[]): VaultError {
  const entries = rows.slice(0, named).map(({ id, problem }) => ({ id: idText(id), problem }));
  const summary = [...new Set(rows.map(({ problem }) => problem))].join(', ');
  return new VaultError(
    'vault_corrupt',
    `${String(rows.length)} ${rows.length === 1 ? 'entry is' : 'entries are'} not as the vault left them: ${summary}`,
    {
      details: { reason: 'rows', count: rows.length, entries },
      hint: 'restore a backup of the vault; nothing was changed',
    },
  );
}

/** `vault_corrupt` for an entry's attachment that is not the one the entry lists. */
export function damagedAttachment(entryId: Uint8Array, attachmentId: Uint8Array): VaultError {
  return new VaultError('vault_corrupt', 'an attachment is not as the vault left it', {
    details: { reason: 'attachment', entries: [{ id: idText(entryId), problem: 'altered' }], attachment: idText(attachmentId) },
    hint: 'restore a backup of the vault; nothing was changed',
  });
}

/** Why a manifest is refused, for people and (as `details.reason`) for programs. */
const reasons = {
  manifest: 'the manifest does not fit the database',
  credential: "the account's stored key is not the one the manifest knows",
  older: 'the database is older than the one last used on this machine',
  fork: 'the database was changed elsewhere from an earlier state',
  lineage: 'the database comes from another lineage, such as a restored backup',
} as const;

export type ManifestProblem = keyof typeof reasons;

/** `vault_corrupt` for the vault as a whole. The last three can be accepted by the owner: `login --accept-older`. */
export function refusedManifest(reason: ManifestProblem): VaultError {
  const acceptable = reason !== 'manifest' && reason !== 'credential';
  return new VaultError('vault_corrupt', reasons[reason], {
    details: { reason },
    hint: acceptable
      ? 'if you put this copy there yourself: vault login --accept-older'
      : 'restore a backup of the vault; nothing was changed',
  });
}
