import { createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import argon2 from 'argon2';
import BetterSqlite3 from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { openVaultKey } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { passwordBytes } from '../../src/core/crypto/password.ts';
import { decodeRecoveryKit, unwrapByRecovery } from '../../src/core/crypto/recovery.ts';
import { entry } from '../../src/core/entry/schema.ts';
import { generatorDefaults } from '../../src/core/generate/defaults.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { openStore } from '../../src/daemon/store/store.ts';
import { createVaultContext } from '../../src/daemon/vault/context.ts';
import { addEntry, readEntry } from '../../src/daemon/vault/entries.ts';
import { listEntries } from '../daemon/vault/list-entries.ts';
import { SeenManifests } from '../../src/daemon/vault/seen.ts';
import { findUser } from '../../src/daemon/vault/users.ts';
import { beginVerification } from '../../src/daemon/vault/verify.ts';
import { startTestDaemon, textAt } from '../daemon/test-daemon.ts';

const vectors = import.meta.dirname;
const releases = readdirSync(vectors).filter((name) => name.startsWith('frozen-') && !name.endsWith('.ts'));

const expectedSchema = z.object({
  password: z.string(),
  kit: z.string(),
  count: z.int(),
  trashed: z.uuid(),
  entries: z.array(entry),
  /** When it was frozen, in milliseconds since 1970. */
  at: z.int().optional(),
  /** A token that outlives a lock, for `work/db`. */
  scoped: z.string().optional(),
  /** What it answered then. */
  answers: z.array(z.object({ path: z.string(), body: z.unknown() })).default([]),
  log: z.array(z.looseObject({})).default([]),
});

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vault-frozen-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

async function rootOf(password: string, salt: Buffer, memoryCost: number, timeCost: number, parallelism: number): Promise<Buffer> {
  return await argon2.hash(passwordBytes(password), {
    raw: true,
    type: argon2.argon2id,
    hashLength: 32,
    salt,
    memoryCost,
    timeCost,
    parallelism,
  });
}

it('there is a frozen vault', () => {
  expect(releases).toEqual(['frozen-0.1.0', 'frozen-unreleased']);
});

describe.each(releases)('the vault of %s', (release) => {
  const expected = expectedSchema.parse(JSON.parse(readFileSync(join(vectors, release, 'expected.json'), 'utf8')));

  beforeEach(() => {
    cpSync(join(vectors, release, 'vault.db'), join(directory, 'vault.db'));
  });

  it('is verified, read and written by this version', async () => {
    const store = await openStore(join(directory, 'vault.db'));
    const context = createVaultContext({
      store,
      clock: systemClock,
      seen: new SeenManifests(join(directory, 'seen.json')),
      generatorDefaults,
    });
    const user = await findUser(context, 'default');
    if (user === null) throw new Error('the account is gone');
    const { header } = user.credential;
    const root = await rootOf(
      expected.password,
      header.subarray(30),
      header.readUInt32BE(18),
      header.readUInt32BE(22),
      header.readUInt32BE(26),
    );
    const vaultKey = openVaultKey(root, user.credential);
    expect(unwrapByRecovery(decodeRecoveryKit(expected.kit), user.credential.recoveryWrap ?? Buffer.alloc(0))).toEqual(vaultKey);
    const caller = { userId: user.id, keys: deriveKeys(vaultKey, user.id) };
    await beginVerification(context, user.id).finish(caller, { acceptOlder: false });
    for (const frozen of expected.entries) {
      expect(await readEntry(context, caller, { website: frozen.name })).toEqual(frozen);
      expect(await readEntry(context, caller, { website: frozen.id })).toEqual(frozen);
    }
    expect(await listEntries(context, caller, {})).toHaveLength(expected.count);
    await expect(readEntry(context, caller, { website: expected.trashed })).rejects.toMatchObject({ code: 'entry_not_found' });
    await addEntry(context, caller, { name: 'written by a later version', password: 'x' });
    await store.close();
  });

  it('answers as it did then, and its recovery kit sets a new password', async () => {
    const daemon = await startTestDaemon({ directory });
    onTestFinished(() => daemon.close());
    // Neither the trash nor the token has had its time.
    if (expected.at !== undefined) daemon.clock.setWall(expected.at - Date.now());
    const login = async (password: string) => textAt(await daemon.request('/login', { json: { password } }), 'token');
    const token = await login(expected.password);
    for (const frozen of expected.answers) {
      const { text, body } = await daemon.request(frozen.path, { token });
      // Later versions may say more.
      const answered = { body: body ?? createHash('sha256').update(text).digest('hex') };
      expect(answered, frozen.path).toMatchObject({ body: frozen.body });
    }
    const log = expected.log.map((event): unknown => expect.objectContaining(event));
    expect((await daemon.request('/log?limit=1000', { token })).body).toEqual(expect.arrayContaining(log));
    expect(await daemon.request('/log/verify', { token })).toMatchObject({ status: 200, body: { broken: null } });
    if (expected.scoped !== undefined) {
      const read = await daemon.request('/passwords/work%2Fdb', { token: expected.scoped });
      expect(read.body).toEqual(expected.entries.find(({ name }) => name === 'work/db'));
    }
    const newPassword = 'by the kit';
    expect(await daemon.request('/recover', { json: { recoveryKit: expected.kit, newPassword } })).toMatchObject({ status: 200 });
    expect(await login(newPassword)).not.toBe('');
  });

  it('opens by docs/security.md alone, without our code', async () => {
    const database = new BetterSqlite3(join(directory, 'vault.db'));
    const userRow = z.object({
      seq: z.int(),
      header: z.instanceof(Buffer),
      verifier: z.instanceof(Buffer),
      wrapped_vault_key: z.instanceof(Buffer),
    });
    const user = userRow.parse(database.prepare("select * from users where account = 'default'").get());
    const { header } = user;
    const userId = header.subarray(1, 17);
    const derive = (key: Buffer, salt: Buffer, info: Buffer, length = 32) => Buffer.from(hkdfSync('sha256', key, salt, info, length));
    const none = Buffer.alloc(0);
    const unseal = (key: Buffer, purpose: number, entryId: Buffer, revision: number, extra: Buffer, blob: Buffer): Buffer => {
      const context = Buffer.alloc(44 + extra.length);
      context.writeUInt8(1, 0);
      context.writeUInt8(purpose, 1);
      userId.copy(context, 2);
      entryId.copy(context, 18);
      context.writeBigUInt64BE(BigInt(revision), 34);
      context.writeUInt16BE(extra.length, 42);
      extra.copy(context, 44);
      const both = derive(key, blob.subarray(1, 33), Buffer.concat([Buffer.from('vault/seal/1\0'), context]), 64);
      expect(blob[0]).toBe(1);
      expect(both.subarray(32)).toEqual(blob.subarray(33, 65));
      const decipher = createDecipheriv('aes-256-gcm', both.subarray(0, 32), Buffer.alloc(12), { authTagLength: 16 });
      decipher.setAAD(context);
      decipher.setAuthTag(blob.subarray(65, 81));
      const padded = Buffer.concat([decipher.update(blob.subarray(81)), decipher.final()]);
      return padded.subarray(4, 4 + padded.readUInt32BE(0));
    };

    const root = await rootOf(
      expected.password,
      header.subarray(30),
      header.readUInt32BE(18),
      header.readUInt32BE(22),
      header.readUInt32BE(26),
    );
    expect(derive(root, none, Buffer.concat([Buffer.from('vault/verifier/1'), header]))).toEqual(user.verifier);
    const keyEncryptionKey = derive(root, none, Buffer.concat([Buffer.from('vault/kek/1'), header]));
    const vaultKey = unseal(keyEncryptionKey, 1, Buffer.alloc(16), 0, header, user.wrapped_vault_key);
    const wrapKey = derive(vaultKey, userId, Buffer.from('vault/wrap/1'));

    const entryRow = z.object({
      seq: z.int(),
      id: z.instanceof(Buffer),
      revision: z.int(),
      wrapped_key: z.instanceof(Buffer),
      body: z.instanceof(Buffer),
    });
    const revisionRow = z.object({ revision: z.int(), body: z.instanceof(Buffer) });
    const rows = z.array(entryRow).parse(database.prepare('select * from entries where user = ?').all(user.seq));
    for (const frozen of expected.entries) {
      const row = rows.find(({ id }) => id.toString('hex') === frozen.id.replaceAll('-', ''));
      if (row === undefined) throw new Error('an entry is gone');
      const key = unseal(wrapKey, 3, row.id, 0, none, row.wrapped_key);
      const body: unknown = JSON.parse(unseal(key, 4, row.id, row.revision, none, row.body).toString());
      const { id: _, revision, ...content } = frozen;
      expect(row.revision).toBe(revision);
      expect(body).toMatchObject(content);
      const kept = z.array(revisionRow).parse(database.prepare('select * from revisions where entry = ? order by revision').all(row.seq));
      const proofs = kept.map((old) => ({ revision: old.revision, digest: createHash('sha256').update(old.body).digest('base64') }));
      expect(body).toMatchObject({ history: proofs });
      for (const old of kept) expect(unseal(key, 4, row.id, old.revision, none, old.body).length).toBeGreaterThan(0);
    }
    database.close();
  });
});
