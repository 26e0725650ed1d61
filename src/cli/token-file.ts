import { createHash } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { accountTokenPath } from '../core/account-token.ts';
import type { Paths } from '../core/paths.ts';
import { makePrivateDirectory, readPrivateFile } from './private-files.ts';
import { writePrivateFile } from './write-private-file.ts';

/** The tokens that logins keep in the runtime directory, one per account. */
export interface TokenFile {
  /** The account whose token is the current one: what commands mean where none is named. Null before the first login. */
  currentAccount(): string | null;
  /** The token of an account, or of the current one; null where nobody logged in. */
  read(account: string | null): string | null;
  /**
   * Keeps an account's token, and makes the account the current one, unless `isCurrent` is false and there is one already. Gives
   * the token that this replaces, for its session to be ended.
   */
  save(account: string, token: string, isCurrent?: boolean): string | null;
  /** Forgets the token of an account, or of the current one. The current account stays current. */
  remove(account: string | null): void;
}

function line(text: string | null): string | null {
  const value = text?.trim() ?? '';
  return value === '' ? null : value;
}

/** Where the tokens for one daemon lie. */
export type TokenPaths = Pick<Paths, 'runtimeDir' | 'token' | 'tokenAccount'>;

/** The files for the daemon of this machine: `token` is the current account's, `account` names it, `token-…` are the others'. */
export function localTokens(paths: TokenPaths): TokenFile {
  const current = () => line(readPrivateFile(paths.tokenAccount));
  const fileOf = (account: string | null) => {
    const named = current();
    return account === null || named === null || account === named ? paths.token : accountTokenPath(paths, account);
  };
  return {
    currentAccount: current,
    read: (account) => line(readPrivateFile(fileOf(account))),
    save: (account, token, isCurrent = true) => {
      makePrivateDirectory(paths.runtimeDir);
      const before = current();
      const replaced = line(readPrivateFile(fileOf(account)));
      if (!isCurrent && before !== null && before !== account) {
        writePrivateFile(accountTokenPath(paths, account), token);
        return replaced;
      }
      if (before !== null && before !== account) {
        rmSync(accountTokenPath(paths, before), { force: true });
        try {
          renameSync(paths.token, accountTokenPath(paths, before));
        } catch {
          // There was no token to keep.
        }
        rmSync(accountTokenPath(paths, account), { force: true });
      }
      // The name first: a token without its name would be taken for another account's.
      writePrivateFile(paths.tokenAccount, account);
      writePrivateFile(paths.token, token);
      return replaced;
    },
    remove: (account) => {
      rmSync(fileOf(account), { force: true });
    },
  };
}

/** The files for a daemon elsewhere (`VAULTD_URL`), apart from those above: no daemon is ever given another one's token. */
export function remoteTokens(paths: TokenPaths, url: string): TokenFile {
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const prefix = join(paths.runtimeDir, `remote-${name}`);
  const remote = { runtimeDir: paths.runtimeDir, token: prefix, tokenAccount: `${prefix}-account` };
  return localTokens(remote);
}
