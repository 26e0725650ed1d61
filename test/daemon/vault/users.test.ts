import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newVaultKey } from '../../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../../src/core/crypto/derived-keys.ts';
import { idBytes } from '../../../src/core/entry/id.ts';
import { lookupRulesVersion } from '../../../src/core/lookup/terms.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry } from '../../../src/daemon/vault/entries.ts';
import { rotateKeys } from '../../../src/daemon/vault/rotate.ts';
import { createUser, findUser, listUsers, replaceCredential } from '../../../src/daemon/vault/users.ts';
import { createTestVault, credentialFor, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
});

afterEach(async () => {
  await vault.close();
});

async function checksum(): Promise<Buffer> {
  const user = await findUser(vault.context, 'alice');
  if (user === null) throw new Error('alice is gone');
  return user.credential.checksum;
}

describe('a user', () => {
  it('is found by account in any composition, and exists once', async () => {
    const caller = await vault.addUser('Zoë');
    expect((await findUser(vault.context, 'Zoe\u0308'))?.id).toEqual(caller.userId);
    expect(await findUser(vault.context, 'nobody')).toBeNull();
    expect((await listUsers(vault.context)).map(({ account }) => account)).toEqual(['alice', 'Zoë']);
    await expect(createUser(vault.context, alice, 'alice', credentialFor(newVaultKey(), alice.userId))).rejects.toMatchObject({
      code: 'user_exists',
    });
  });

  it('gets another credential only in place of the one that was expected', async () => {
    const credential = credentialFor(newVaultKey(), alice.userId);
    expect(await replaceCredential(vault.context, alice, Buffer.alloc(32), credential)).toBe(false);
    await vault.login(alice);
    expect(await replaceCredential(vault.context, alice, await checksum(), credential)).toBe(true);
    expect(await checksum()).toEqual(credential.checksum);
    await vault.login(alice);
  });
});

describe('rotating every key', () => {
  it('keeps ids, revisions, contents and history, and leaves nothing that the old keys open', async () => {
    const { id } = await addEntry(vault.context, alice, { name: 'a', password: '1', urls: ['https://a.example'] });
    await changeEntry(vault.context, alice, id, { password: '2' }, null);
    await addEntry(vault.context, alice, { name: 'b', password: '3' });
    const before = await readEntry(vault.context, alice, { website: 'a' });
    const vaultKey = newVaultKey();
    const newKeys = deriveKeys(vaultKey, alice.userId);
    const credential = credentialFor(vaultKey, alice.userId);
    expect(await rotateKeys(vault.context, alice, { expected: Buffer.alloc(32), credential, newKeys })).toBe(false);
    expect(await rotateKeys(vault.context, alice, { expected: await checksum(), credential, newKeys })).toBe(true);
    const owner = { userId: alice.userId, keys: newKeys };
    expect(await readEntry(vault.context, owner, { website: 'a.example' })).toEqual(before);
    await vault.login(owner);
    expect(await readEntry(vault.context, owner, { website: 'a' })).toEqual(before);
    await changeEntry(vault.context, owner, id, { password: '4' }, 2);
    const again = deriveKeys(newVaultKey(), alice.userId);
    expect(await rotateKeys(vault.context, owner, { expected: await checksum(), credential, newKeys: again })).toBe(true);
    await expect(vault.login(alice)).rejects.toMatchObject({ code: 'vault_corrupt' });
    await expect(readEntry(vault.context, alice, { website: 'a' })).rejects.toMatchObject({ code: 'vault_corrupt' });
  });
});

describe('lookup values of other rules', () => {
  it('are made anew at login', async () => {
    await addEntry(vault.context, alice, { name: 'a', password: '1', urls: ['https://x.a.example'] });
    await vault.tamper((database) => database.exec('update users set lookup_rules = 0'));
    await vault.login(alice);
    expect((await listUsers(vault.context))[0]?.lookupRules).toBe(lookupRulesVersion);
    expect((await readEntry(vault.context, alice, { website: 'x.a.example' })).password).toBe('1');
    await vault.login(alice);
  });

  it.each([
    [0, false],
    [1, true],
  ])('of rules %i leave a row as it is where those only lack a term that it has: %s', async (rules, same) => {
    const { id } = await addEntry(vault.context, alice, { name: 'a', password: '1' });
    const row = () => vault.context.store.read((rows) => rows.entries.byId(1, idBytes(id)));
    const before = await row();
    await vault.tamper((database) => database.exec(`update users set lookup_rules = ${String(rules)}`));
    await vault.login(alice);
    // What fills them up is random.
    expect(isDeepStrictEqual((await row())?.lookupValues, before?.lookupValues)).toBe(same);
    expect((await listUsers(vault.context))[0]?.lookupRules).toBe(lookupRulesVersion);
  });
});
