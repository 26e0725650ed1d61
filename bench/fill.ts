import argon2 from 'argon2';
import { checkedHeader, openVaultKey } from '../src/core/crypto/credential.ts';
import { deriveKeys } from '../src/core/crypto/derived-keys.ts';
import { newBody } from '../src/core/entry/body.ts';
import { newId } from '../src/core/entry/id.ts';
import { generatorDefaults } from '../src/core/generate/defaults.ts';
import { systemClock } from '../src/daemon/clock.ts';
import { openStore } from '../src/daemon/store/store.ts';
import { createVaultContext, timestamp } from '../src/daemon/vault/context.ts';
import { lookupValues, newEntryKey, sealBody } from '../src/daemon/vault/entry-seal.ts';
import { manifestIn } from '../src/daemon/vault/manifest-in.ts';
import { remember } from '../src/daemon/vault/manifest.ts';
import { SeenManifests } from '../src/daemon/vault/seen.ts';
import { listUsers } from '../src/daemon/vault/users.ts';

/** The `index`-th entry of a benchmark's vault. */
export function benchEntry(index: number) {
  return {
    name: `site${String(index)}.example.com`,
    username: `user${String(index)}@example.com`,
    password: 'correct horse battery staple',
    urls: [`https://www.site${String(index)}.example.com/login`],
    totp: null,
    notes: null,
    fields: [],
    tags: ['bench'],
  };
}

/** Fills the only account of a stopped daemon's database with `count` entries, in one transaction. */
export async function fill(database: string, seen: string, password: string, count: number): Promise<void> {
  const store = await openStore(database);
  const context = createVaultContext({ store, clock: systemClock, seen: new SeenManifests(seen), generatorDefaults });
  const [user] = await listUsers(context);
  if (user === undefined) throw new Error('there is no account to fill');
  const { memoryKiB, iterations, parallelism, salt } = checkedHeader(user.credential);
  const options = {
    type: argon2.argon2id,
    memoryCost: memoryKiB,
    timeCost: iterations,
    parallelism,
    salt,
    hashLength: 32,
    raw: true,
  } as const;
  const root = await argon2.hash(Buffer.from(password), options);
  const caller = { userId: user.id, keys: deriveKeys(openVaultKey(root, user.credential), user.id) };
  const sealed = await store.write(async (rows) => {
    const manifest = await manifestIn(context, rows, caller);
    for (let index = manifest.root.entries; index < count; index++) {
      const body = newBody(benchEntry(index), timestamp(context));
      const id = newId();
      const { key, wrappedKey } = newEntryKey(caller, id);
      const blob = sealBody(caller, key, { id, revision: 1 }, body);
      const row = { id, revision: 1, trashed: false, wrappedKey, body: blob, lookupValues: lookupValues(caller, body) };
      rows.entries.insert(manifest.user, row);
      await manifest.add(row);
    }
    return await manifest.seal();
  });
  remember(context, caller, sealed);
  await store.close();
}
