import type { ErrorCode, VaultError } from '../core/errors.ts';

/** What helps where the daemon says no: its answers carry a code and a message, the advice belongs to the program that is typed into. */
const hints: Partial<Record<ErrorCode, string>> = {
  storage_full: 'free some space and try again',
  daemon_unreachable: 'vault daemon status says more',
  unauthenticated: 'vault login unlocks the vault',
  vault_locked: 'vault login unlocks the vault',
  incorrect_password: 'check Caps Lock and the keyboard layout; vault status names the accounts',
  confirmation_required:
    'vault confirm gives it, in scripts with --password-stdin; vault config brake.readsPerMinute sets how much can be read',
  scope_denied: 'VAULTD_TOKEN is a token for a few entries: unset it to use your own login',
  too_many_attempts: 'nothing is lost: try again then',
  entry_not_found: 'vault list shows what there is, vault find looks through all that is no secret',
  entry_ambiguous: '-u USER chooses one, and so does its id in place of the name',
  entry_exists: 'vault edit changes it',
  file_exists: 'give the file another name with --as, or take the other one away: vault attachment remove',
  user_exists: 'vault login opens it; --account NAME makes another one',
  not_initialized: 'vault init creates a vault',
  rotation_pending: 'vault rotate NAME --commit puts it in force, --abort gives it up',
  revision_conflict: 'somebody changed the entry meanwhile: look at it with vault get --all and repeat the command',
  payload_too_large: 'a text holds at most 1 MiB, a request 8 MiB',
};

const acceptable: ReadonlySet<unknown> = new Set(['older', 'fork', 'lineage']);

/** Whether a vault is refused only because this machine remembers another state of it, which its owner may overrule. */
export function isOlderState({ code, details }: VaultError): boolean {
  return code === 'vault_corrupt' && acceptable.has(details?.['reason']);
}

/** The hint to show with an error; undefined where nothing helps. */
export function hintFor(error: VaultError): string | undefined {
  if (error.hint !== undefined) return error.hint;
  if (isOlderState(error)) return 'if you put this copy there yourself: vault login --accept-older';
  if (error.code === 'vault_corrupt') return 'nothing was changed; restore a backup of the vault';
  return hints[error.code];
}
