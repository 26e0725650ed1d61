import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { passwordBytes } from '../../src/core/crypto/password.ts';
import { defaultAccount } from '../../src/core/limits.ts';
import { generatorDefaults } from '../../src/core/generate/defaults.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { derive } from '../../src/daemon/password/derive.ts';
import { openStore } from '../../src/daemon/store/store.ts';
import { type Caller, createVaultContext, type VaultContext } from '../../src/daemon/vault/context.ts';
import { SeenManifests } from '../../src/daemon/vault/seen.ts';
import { findUser } from '../../src/daemon/vault/users.ts';
import { beginVerification } from '../../src/daemon/vault/verify.ts';
import { masterPassword } from './daemon.ts';

const floor = { memoryKiB: 19 * 1024, iterations: 2, parallelism: 1 };

export interface OpenHome {
  readonly context: VaultContext;
  readonly caller: Caller;
}

/**
 * Opens a home's vault as a daemon and a login do, but in this process: migrations, the password, every row against the manifest,
 * the manifest against `seen.json`. Throws what a login would be refused with.
 */
export async function withOpenHome<T>(
  directory: string,
  work: (open: OpenHome) => Promise<T>,
  { password = masterPassword, account = defaultAccount }: { password?: string; account?: string } = {},
): Promise<T> {
  const store = await openStore(join(directory, 'vault.db'));
  try {
    const seen = new SeenManifests(join(directory, 'seen.json'));
    const context = createVaultContext({ store, clock: systemClock, seen, generatorDefaults });
    const user = await findUser(context, account);
    if (user === null) throw new Error(`there is no account ${account}`);
    const verification = beginVerification(context, user.id);
    const request = { asked: {}, password: passwordBytes(password), newPassword: null };
    const { keys } = await derive(request, { kind: 'open', credential: user.credential, kdf: floor });
    const caller: Caller = { userId: user.id, keys };
    await verification.finish(caller, { acceptOlder: false });
    return await work({ context, caller });
  } finally {
    await store.close();
  }
}

/** Copies a home's files, without its socket. The daemon there has ended. */
export function copyHome(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile()) copyFileSync(join(from, entry.name), join(to, entry.name));
  }
}
