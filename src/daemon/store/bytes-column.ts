import { VaultError } from '../../core/errors.ts';

/** What a column of bytes gave. The file may have been written by anybody: `vault_corrupt` where it holds anything else. */
export function bytesIn(column: unknown): Buffer {
  if (Buffer.isBuffer(column)) return column;
  throw new VaultError('vault_corrupt', 'the database file is damaged', { hint: 'restore a backup' });
}
