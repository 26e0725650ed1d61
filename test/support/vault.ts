import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { createCredential, newVaultKey, type StoredCredential } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { newId } from '../../src/core/entry/id.ts';
import { generatorDefaults } from '../../src/core/generate/defaults.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { openStore, type Store } from '../../src/daemon/store/store.ts';
import { type Caller, createVaultContext, type VaultContext } from '../../src/daemon/vault/context.ts';
import { SeenManifests } from '../../src/daemon/vault/seen.ts';
import { createUser } from '../../src/daemon/vault/users.ts';
import { beginVerification } from '../../src/daemon/vault/verify.ts';

/** A real database in a directory of its own, with users whose keys do not come from a password. */
export interface TestVault {
  readonly directory: string;
  readonly path: string;
  context: VaultContext;
  /** Another user of the same database. */
  addUser(account: string): Promise<Caller>;
  /** Closes the database and opens it again, as a new daemon does. */
  reopen(): Promise<void>;
  /** Opens it again and verifies as a login does. */
  login(caller: Caller, options?: { acceptOlder: boolean }): Promise<void>;
  /** Works on the file behind the store's back, while the store is closed. */
  tamper(work: (database: BetterSqlite3.Database) => void): Promise<void>;
  close(): Promise<void>;
}

const floorKdf = { memoryKiB: 19 * 1024, iterations: 2, parallelism: 1 };

function contextOn(store: Store, directory: string): VaultContext {
  return createVaultContext({ store, clock: systemClock, seen: new SeenManifests(join(directory, 'seen.json')), generatorDefaults });
}

/** A credential for a vault key, as if the root of the password were known. */
export function credentialFor(vaultKey: Buffer, userId: Buffer): StoredCredential {
  const root = Buffer.alloc(32, 7);
  return createCredential(root, { ...floorKdf, userId, salt: Buffer.alloc(16, 1) }, vaultKey, null);
}

export async function createTestVault(): Promise<TestVault> {
  const directory = mkdtempSync(join(tmpdir(), 'vault-test-'));
  const path = join(directory, 'vault.db');
  const vault: TestVault = {
    directory,
    path,
    context: contextOn(await openStore(path), directory),
    addUser: async (account) => {
      const vaultKey = newVaultKey();
      const userId = newId();
      const caller: Caller = { userId, keys: deriveKeys(vaultKey, userId) };
      await createUser(vault.context, caller, account, credentialFor(vaultKey, userId));
      return caller;
    },
    reopen: async () => {
      await vault.context.store.close();
      vault.context = contextOn(await openStore(path), directory);
    },
    login: async (caller, options = { acceptOlder: false }) => {
      await vault.reopen();
      await beginVerification(vault.context, caller.userId).finish(caller, options);
    },
    tamper: async (work) => {
      await vault.context.store.close();
      const database = new BetterSqlite3(path);
      work(database);
      database.close();
      vault.context = contextOn(await openStore(path), directory);
    },
    close: async () => {
      await vault.context.store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return vault;
}
