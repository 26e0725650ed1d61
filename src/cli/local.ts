import { VaultError } from '../core/errors.ts';
import type { Cli } from './cli.ts';

/** Throws `usage` where the daemon is one elsewhere, for what can only be done beside it. */
export function localOnly(cli: Cli, reason: string): void {
  if (cli.client.link.local) return;
  throw new VaultError('usage', `${reason}, and VAULTD_URL names one elsewhere`, {
    hint: 'unset VAULTD_URL to use the daemon of this machine',
  });
}
