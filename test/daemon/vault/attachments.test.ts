import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newVaultKey } from '../../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../../src/core/crypto/derived-keys.ts';
import { limits } from '../../../src/core/limits.ts';
import { attachFile, listAttachments, openAttachment, removeAttachment } from '../../../src/daemon/vault/attachments.ts';
import type { Caller } from '../../../src/daemon/vault/context.ts';
import { addEntry, changeEntry, readEntry, removeEntry } from '../../../src/daemon/vault/entries.ts';
import { rotateKeys } from '../../../src/daemon/vault/rotate.ts';
import { findUser } from '../../../src/daemon/vault/users.ts';
import { createTestVault, credentialFor, type TestVault } from '../../support/vault.ts';

let vault: TestVault;
let alice: Caller;
let entryId: string;

const chunk = limits.attachmentChunkBytes;

beforeEach(async () => {
  vault = await createTestVault();
  alice = await vault.addUser('alice');
  entryId = (await addEntry(vault.context, alice, { name: 'e', password: 'p' })).id;
});

afterEach(async () => {
  await vault.close();
});

async function* arriving(data: Uint8Array, step = 50_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += step) yield await Promise.resolve(data.subarray(at, at + step));
}

const attach = (name: string, data: Uint8Array, entry = entryId) =>
  attachFile(vault.context, alice, { entryId: entry, name, expected: null }, arriving(data));

async function read(id: string, { caller = alice, entry = entryId } = {}): Promise<Buffer> {
  const opened = await openAttachment(vault.context, caller, entry, id);
  const chunks: Buffer[] = [];
  for (let next = await opened.next(); next !== null; next = await opened.next()) chunks.push(next);
  opened.close();
  return Buffer.concat(chunks);
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
const stored = (sql: string) => {
  let count: unknown;
  return vault.tamper((database) => (count = database.prepare(sql).pluck().get())).then(() => count);
};

describe('an attachment', () => {
  it.each([0, 1, chunk - 1, chunk, chunk + 1, 20 * chunk + 7])(
    'of %i bytes comes back as it was, in a vault that verifies',
    async (size) => {
      const data = randomBytes(size);
      const { attachment, revision } = await attach('scan.pdf', data);
      expect({ attachment, revision }).toEqual({ attachment: { id: expect.any(String) as string, name: 'scan.pdf', size }, revision: 2 });
      await vault.login(alice);
      expect(await listAttachments(vault.context, alice, entryId)).toEqual([attachment]);
      expect(sha256(await read(attachment.id))).toBe(sha256(data));
    },
  );

  it('is on the disk in no readable form', async () => {
    await attach('a', Buffer.alloc(3 * chunk, 'plain text '));
    await vault.tamper((database) => {
      expect(database.serialize().includes('plain text')).toBe(false);
    });
  });

  it('stays while the entry is changed and in the trash, and with the earlier revisions when it is taken off', async () => {
    const { attachment } = await attach('a', Buffer.from('content'));
    await attach('b', Buffer.from('other'));
    await changeEntry(vault.context, alice, entryId, { password: 'new' }, null);
    expect((await read(attachment.id)).toString()).toBe('content');
    await removeAttachment(vault.context, alice, { entryId, id: attachment.id, expected: null });
    expect((await listAttachments(vault.context, alice, entryId)).map(({ name }) => name)).toEqual(['b']);
    await expect(read(attachment.id)).rejects.toMatchObject({ code: 'field_not_found' });
    expect(await stored('select count(*) from attachments')).toBe(2);
    await removeEntry(vault.context, alice, entryId, null);
    const [kept] = await listAttachments(vault.context, alice, entryId);
    expect((await read(kept?.id ?? '')).toString()).toBe('other');
    await vault.login(alice);
  });

  it('is refused under a name that is taken, for a stale revision and for an entry in the trash', async () => {
    await attach('a', Buffer.from('1'));
    await expect(attach('a', Buffer.from('2'))).rejects.toMatchObject({ code: 'file_exists' });
    const stale = attachFile(vault.context, alice, { entryId, name: 'b', expected: 1 }, arriving(Buffer.from('2')));
    await expect(stale).rejects.toMatchObject({ code: 'revision_conflict' });
    await removeEntry(vault.context, alice, entryId, null);
    await expect(attach('c', Buffer.from('3'))).rejects.toMatchObject({ code: 'entry_not_found' });
    expect(await stored('select count(*) from attachments')).toBe(1);
  });

  it('that breaks off leaves nothing, and neither does one whose daemon was killed', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(randomBytes(40 * chunk));
      throw new Error('the client went away');
    }
    await expect(attachFile(vault.context, alice, { entryId, name: 'a', expected: null }, breaking())).rejects.toThrow('went away');
    expect(await stored('select count(*) from attachment_chunks')).toBe(0);
    await vault.context.store.write(async (rows) => {
      const seq = await rows.attachments.stage(Buffer.alloc(16), Buffer.alloc(16), Buffer.alloc(16, 1));
      await rows.attachments.addChunks(seq, 0, [Buffer.alloc(9)]);
    });
    await vault.reopen();
    expect(await stored('select (select count(*) from attachments) + (select count(*) from attachment_chunks)')).toBe(0);
    expect((await readEntry(vault.context, alice, { website: 'e' })).revision).toBe(1);
  });

  it('meets a change of its entry made while it arrived', async () => {
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('a'));
      await changeEntry(vault.context, alice, entryId, { password: 'changed' }, null);
      yield Buffer.from('b');
    }
    const target = { entryId, name: 'a', expected: null };
    const { attachment, revision } = await attachFile(vault.context, alice, target, slow());
    expect(revision).toBe(3);
    expect((await readEntry(vault.context, alice, { website: 'e' })).password).toBe('changed');
    expect((await read(attachment.id)).toString()).toBe('ab');
    const late = attachFile(vault.context, alice, { ...target, name: 'b', expected: 3 }, slow());
    await expect(late).resolves.toMatchObject({ revision: 4 });
  });

  it('is nobody else’s', async () => {
    const bob = await vault.addUser('bob');
    const { attachment } = await attach('a', Buffer.from('1'));
    await expect(read(attachment.id, { caller: bob })).rejects.toMatchObject({ code: 'entry_not_found' });
    const other = (await addEntry(vault.context, alice, { name: 'f', password: 'p' })).id;
    await expect(read(attachment.id, { entry: other })).rejects.toMatchObject({ code: 'field_not_found' });
  });
});

describe('reading an attachment notices', () => {
  let first: string;

  beforeEach(async () => {
    first = (await attach('first', randomBytes(3 * chunk))).attachment.id;
    await attach('second', randomBytes(3 * chunk));
  });

  it.each([
    ['a chunk that was cut off', 'delete from attachment_chunks where attachment = 1 and chunk = 2'],
    ['a chunk that was taken out', 'delete from attachment_chunks where attachment = 1 and chunk = 0'],
    ['a chunk that was added', 'insert into attachment_chunks select 1, 3, body from attachment_chunks where attachment = 1 and chunk = 2'],
    [
      'two that changed places',
      'update attachment_chunks set chunk = 9 where attachment = 1 and chunk = 0; update attachment_chunks set chunk = 0 where attachment = 1 and chunk = 1; update attachment_chunks set chunk = 1 where attachment = 1 and chunk = 9',
    ],
    [
      'a foreign one',
      'update attachment_chunks set body = (select body from attachment_chunks where attachment = 2 and chunk = 1) where attachment = 1 and chunk = 1',
    ],
    [
      'a flipped bit',
      "update attachment_chunks set body = cast(substr(body, 1, 500) || x'ff' || substr(body, 502) as blob) where attachment = 1",
    ],
    ['that all of it is gone', 'delete from attachments where seq = 1'],
    ['another in its place', "update attachments set id = x'00' where seq = 1"],
  ])('%s, before it gives a byte', async (_, sql) => {
    await vault.tamper((database) => database.exec(sql));
    await vault.login(alice);
    await expect(openAttachment(vault.context, alice, entryId, first)).rejects.toMatchObject({
      code: 'vault_corrupt',
      details: { reason: 'attachment', entries: [{ id: entryId }], attachment: first },
    });
  });
});

describe('making every key anew', () => {
  async function rotate(): Promise<Caller> {
    const user = await findUser(vault.context, 'alice');
    if (user === null) throw new Error('the account is gone');
    const vaultKey = newVaultKey();
    const newKeys = deriveKeys(vaultKey, alice.userId);
    const credential = credentialFor(vaultKey, alice.userId);
    expect(await rotateKeys(vault.context, alice, { expected: user.credential.checksum, credential, newKeys })).toBe(true);
    return { userId: alice.userId, keys: newKeys };
  }

  it('keeps attachments, those of earlier revisions too', async () => {
    const data = randomBytes(5 * chunk);
    const { attachment } = await attach('a', data);
    const gone = (await attach('b', Buffer.from('b'))).attachment;
    await removeAttachment(vault.context, alice, { entryId, id: gone.id, expected: null });
    const before = await stored('select hex(body) from attachment_chunks where chunk = 0');
    const owner = await rotate();
    await vault.login(owner);
    expect((await read(attachment.id, { caller: owner })).equals(data)).toBe(true);
    expect(await stored('select hex(body) from attachment_chunks where chunk = 0')).not.toBe(before);
    // Once more: what the earlier revisions list has to fit, too.
    alice = owner;
    await rotate();
  });

  it('stops where an attachment was changed', async () => {
    await attach('a', randomBytes(5 * chunk));
    await vault.tamper((database) => database.exec('delete from attachment_chunks where chunk = 4'));
    await vault.login(alice);
    await expect(rotate()).rejects.toMatchObject({ code: 'vault_corrupt' });
    await vault.login(alice);
  });

  it('lets nothing be written with the old keys any more', async () => {
    const owner = await rotate();
    const late = { code: 'unauthenticated' };
    await expect(addEntry(vault.context, alice, { name: 'late', password: 'p' })).rejects.toMatchObject(late);
    await vault.login(owner);
  });
});
