import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Paths } from './paths.ts';

const plainAccount = /^[a-z0-9_-]{1,32}$/;

/**
 * The token file of an account that is not the current one. A name that might be too long for a file, or the same as another
 * where case does not count (macOS), is replaced by its SHA-256.
 */
export function accountTokenPath({ runtimeDir }: Pick<Paths, 'runtimeDir'>, account: string): string {
  const suffix = plainAccount.test(account) ? account : createHash('sha256').update(account).digest('hex');
  return join(runtimeDir, `token-${suffix}`);
}
