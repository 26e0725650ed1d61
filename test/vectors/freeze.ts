/*
 * Makes the frozen vault of a release: `node scripts/run.js test/vectors/freeze.ts test/vectors/frozen-VERSION`. Run it once for
 * a release that changes the format, and never again: every later version must open what is there.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import argon2 from 'argon2';
import { createCredential, newVaultKey } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { passwordBytes } from '../../src/core/crypto/password.ts';
import { encodeRecoveryKit, newRecoveryKit, wrapForRecovery } from '../../src/core/crypto/recovery.ts';
import { newId } from '../../src/core/entry/id.ts';
import { generatorDefaults } from '../../src/core/generate/defaults.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { openStore } from '../../src/daemon/store/store.ts';
import { type Caller, createVaultContext } from '../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry, removeEntry } from '../../src/daemon/vault/entries.ts';
import { SeenManifests } from '../../src/daemon/vault/seen.ts';
import { createUser } from '../../src/daemon/vault/users.ts';

const [, , directory] = process.argv;
if (directory === undefined) throw new Error('name the directory to make');
mkdirSync(directory);
const path = join(directory, 'vault.db');
const store = await openStore(path);
const context = createVaultContext({ store, clock: systemClock, seen: new SeenManifests(join(directory, 'seen.json')), generatorDefaults });

async function user(account: string, password: string) {
  const vaultKey = newVaultKey();
  const header = { userId: newId(), salt: newId(), memoryKiB: 19 * 1024, iterations: 2, parallelism: 1 };
  const root = await argon2.hash(passwordBytes(password), {
    raw: true,
    type: argon2.argon2id,
    hashLength: 32,
    salt: header.salt,
    memoryCost: header.memoryKiB,
    timeCost: header.iterations,
    parallelism: header.parallelism,
  });
  const kit = newRecoveryKit(header.userId);
  const caller: Caller = { userId: header.userId, keys: deriveKeys(vaultKey, header.userId) };
  await createUser(context, caller, account, createCredential(root, header, vaultKey, wrapForRecovery(kit, vaultKey)));
  return { caller, kit: encodeRecoveryKit(kit) };
}

const password = 'frozen Zu\u0308rich \ufb01ve 🔑';
const { caller, kit } = await user('default', password);
const { caller: other } = await user('zoë', 'another password');

await addEntry(context, caller, { name: 'github.com', username: 'me@example.com', password: 'first', urls: ['https://github.com/login'] });
const { id } = await addEntry(context, caller, {
  name: 'work/db “main” 🗄',
  username: null,
  password: 'p"ä\nss',
  urls: ['https://db.example.co.uk:8443/', 'postgres://db.example.co.uk'],
  totp: 'otpauth://totp/db?secret=JBSWY3DPEHPK3PXP&algorithm=SHA256&digits=8',
  notes: 'line one\nline two\n'.repeat(400),
  fields: [
    { name: 'dsn', value: 'postgres://u:p@h/d', hidden: true },
    { name: 'port', value: '5432', hidden: false },
  ],
  tags: ['work/servers', 'été'],
});
await changeEntry(context, caller, id, { password: 'second', notes: 'short' }, 1);
await changeEntry(context, caller, id, { name: 'work/db' }, 2);
const gone = await addEntry(context, caller, { name: 'gone', password: 'in the trash' });
await removeEntry(context, caller, gone.id, 1);
for (let i = 0; i < 20; i++) {
  await addEntry(context, caller, { name: `site${String(i)}.example`, username: `u${String(i)}`, password: `p${String(i)}` });
}
await addEntry(context, other, { name: 'github.com', password: 'zoë’s' });

const entries = [await readEntry(context, caller, { website: 'github.com' }), await readEntry(context, caller, { website: 'work/db' })];
writeFileSync(join(directory, 'expected.json'), `${JSON.stringify({ password, kit, count: 22, trashed: gone.id, entries }, null, 2)}\n`);
await store.close();
rmSync(join(directory, 'seen.json'));
