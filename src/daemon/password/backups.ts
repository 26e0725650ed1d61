import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BackupReport, RestoreResponse } from '../../core/api/backups.ts';
import { checkedHeader } from '../../core/crypto/credential.ts';
import { VaultError } from '../../core/errors.ts';
import { defaultAccount } from '../../core/limits.ts';
import type { Way } from '../environment.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { isStorageFull } from '../store/failures.ts';
import { openCopy } from '../store/open-copy.ts';
import type { UserRow } from '../store/user-rows.ts';
import { openEverything } from '../vault/contents.ts';
import { type Caller, createVaultContext, type VaultContext } from '../vault/context.ts';
import { restoreVault } from '../vault/restore-copy.ts';
import { SeenManifests } from '../vault/seen.ts';
import { findUserById, listUsers } from '../vault/users.ts';
import { beginVerification } from '../vault/verify.ts';
import type { Attempt } from './attempts.ts';
import type { Door } from './door.ts';
import { dropReplaced } from './drop-replaced.ts';
import type { Task } from './protocol.ts';

export interface BackupDependencies {
  readonly vault: VaultContext;
  readonly sessions: Sessions;
  readonly door: Door;
}

/** A copy of the database, one of whose vaults is open and proven whole. */
interface ProvenCopy {
  readonly copy: VaultContext;
  readonly caller: Caller;
  readonly report: BackupReport;
}

/** What seals the state of an account's whole vault; null where there is no account. */
async function storedRoot({ store }: VaultContext, userId: Buffer): Promise<Buffer | null> {
  return await store.read(async (rows) => {
    const user = await rows.users.byId(userId);
    return user === null ? null : await rows.manifest.root(user.seq);
  });
}

function isSame(a: Buffer | null, b: Buffer | null): boolean {
  return a !== null && b?.equals(a) === true;
}

/** What is done with copies of the database, which their own master passwords open. */
export class Backups {
  readonly #deps: BackupDependencies;

  constructor(deps: BackupDependencies) {
    this.#deps = deps;
  }

  /** Opens all that a copy holds of an account, without touching anything. */
  async verify(way: Way, body: readonly Buffer[]): Promise<BackupReport> {
    return await this.#withCopy(way, body, ({ report }) => Promise.resolve(report));
  }

  /** Puts a copy, once all of it is proven, in the place of the account's vault, of which a copy is made first. Ends its sessions and tokens. */
  async restore(way: Way, body: readonly Buffer[]): Promise<RestoreResponse> {
    return await this.#withCopy(way, body, async ({ copy, caller, report }) => {
      const { vault, sessions } = this.#deps;
      const root = await storedRoot(vault, caller.userId);
      const replaces = (await findUserById(vault, caller.userId)) !== null;
      const before = replaces ? (await vault.store.backUp(null, new Date(vault.clock.wall()))).path : null;
      try {
        await restoreVault(vault, copy, caller);
      } catch (error) {
        // On a disk that is full its room is wanted, and so is that of the transaction's log. Where the vault may have been replaced all the same, it is all that is left.
        const isAsBefore = isStorageFull(error) && isSame(root, await storedRoot(vault, caller.userId).catch(() => null));
        if (before !== null && isAsBefore) rmSync(before, { force: true });
        vault.store.checkpoint();
        throw error;
      }
      const sessionsEnded = sessions.endAll(caller.userId);
      // Whatever a session made meanwhile: none is left now that could make another.
      return { ...report, sessionsEnded, before, ...(await dropReplaced({ vault, sessions }, caller.userId)) };
    });
  }

  async #withCopy<T>(way: Way, body: readonly Buffer[], work: (proven: ProvenCopy) => Promise<T>): Promise<T> {
    const { vault, door } = this.#deps;
    return await door.enter(way, 'openBackup', body, async (child) => {
      const { path = '', account } = child.asked;
      const store = await openCopy(path, vault.store.path);
      try {
        // This machine remembers nothing of a copy: it may be older than what was seen here.
        const copy = createVaultContext({ ...vault, store, seen: new SeenManifests(join(dirname(store.path), 'seen.json')) });
        const user = await userIn(copy, account);
        const attempt: Attempt = { way, account: `copy of ${user.account}`, exists: false };
        door.check(attempt);
        // The copy's own cost: nothing is to be written anew for it.
        const { memoryKiB, iterations, parallelism } = checkedHeader(user.credential);
        const task: Task = { kind: 'open', credential: user.credential, kdf: { memoryKiB, iterations, parallelism } };
        return await door.derive(child, task, attempt, async ({ keys }) => {
          const caller: Caller = { userId: user.id, keys };
          await beginVerification(copy, user.id).finish(caller, { acceptOlder: false });
          const report = { account: user.account, ...(await openEverything(copy, caller)) };
          return await work({ copy, caller, report });
        });
      } finally {
        await store.close();
      }
    });
  }
}

/** The account that a copy is opened for: the one named, else the only one there is, else `default`. */
async function userIn(copy: VaultContext, asked: string | undefined): Promise<UserRow> {
  const users = await listUsers(copy);
  const sole = users.length === 1 ? users[0]?.account : undefined;
  const name = (asked ?? sole ?? defaultAccount).normalize('NFC');
  const user = users.find(({ account }) => account === name);
  if (user !== undefined) return user;
  throw new VaultError('user_not_found', 'the copy has no such account', { details: { accounts: users.map(({ account }) => account) } });
}
