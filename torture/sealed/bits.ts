import { openVaultKey, type StoredCredential } from '../../src/core/crypto/credential.ts';
import { deriveKeys } from '../../src/core/crypto/derived-keys.ts';
import { newRecoveryKit, unwrapByRecovery, wrapForRecovery } from '../../src/core/crypto/recovery.ts';
import { open, seal } from '../../src/core/crypto/seal.ts';
import { newId } from '../../src/core/entry/id.ts';
import { openRoot } from '../../src/core/manifest/root.ts';
import { addEntry } from '../../src/daemon/vault/entries.ts';
import { openEntry, unwrapEntryKey } from '../../src/daemon/vault/entry-seal.ts';
import { createTestVault } from '../../test/support/vault.ts';
import type { Run } from '../frame/run.ts';
import type { Trial } from '../frame/trial.ts';

/** Something sealed, and the one way to open it. */
interface Sealed {
  readonly kind: string;
  readonly blob: Buffer;
  readonly open: (blob: Buffer) => unknown;
}

/** What a vault of 50 entries has sealed: every kind of blob, as the vault itself opens it. */
async function sealedThings(run: Run, entries: number): Promise<Sealed[]> {
  const vault = await createTestVault();
  run.atEnd(() => vault.close());
  const caller = await vault.addUser('alice');
  for (let i = 0; i < entries; i++) await addEntry(vault.context, caller, { name: run.random.text(), password: run.random.text() });
  return await vault.context.store.read(async (rows) => {
    const user = await rows.users.byId(caller.userId);
    if (user === null) throw new Error('the user is gone');
    const stored = await rows.entries.range(user.seq, Buffer.alloc(16), null);
    const root = await rows.manifest.root(user.seq);
    if (root === null) throw new Error('the root is gone');
    // As support/vault.ts makes credentials.
    const derived = Buffer.alloc(32, 7);
    const { credential } = user;
    const kit = newRecoveryKit(caller.userId);
    const chunkKey = run.random.bytes(32);
    const chunk = { purpose: 'attachmentChunk', userId: caller.userId, entryId: newId(), extra: run.random.bytes(21) } as const;
    return [
      ...stored.map((row): Sealed => ({ kind: 'entry bodies', blob: row.body, open: (body) => openEntry(caller, { ...row, body }) })),
      ...stored.map((row): Sealed => ({
        kind: 'wrapped entry keys',
        blob: row.wrappedKey,
        open: (wrappedKey) => unwrapEntryKey(caller, { id: row.id, wrappedKey }),
      })),
      {
        kind: 'wrapped vault key',
        blob: credential.wrappedVaultKey,
        open: (wrappedVaultKey) => openVaultKey(derived, { ...credential, wrappedVaultKey }),
      },
      { kind: 'recovery wrap', blob: wrapForRecovery(kit, derived), open: (blob) => unwrapByRecovery(kit, blob) },
      { kind: 'manifest root', blob: root, open: (blob) => openRoot(caller.keys.manifest, caller.userId, blob) },
      { kind: 'attachment chunk', blob: seal(chunkKey, chunk, run.random.bytes(900)), open: (blob) => open(chunkKey, chunk, blob) },
      ...headerBits(credential, derived),
    ];
  });
}

/** The header is no blob, but bound into the verifier and the wrap: a changed bit of it is another key. */
function headerBits(credential: StoredCredential, derived: Buffer): Sealed[] {
  const userId = credential.header.subarray(1, 17);
  return [
    { kind: 'header', blob: credential.header, open: (header) => deriveKeys(openVaultKey(derived, { ...credential, header }), userId) },
  ];
}

export const bits: Trial = {
  name: 'bits',
  what: 'every bit of 50 sealed entries, of every wrapped key, of the manifest root, of the header; every blob cut short or longer',
  passes: '0 accepted, one and the same error for all of a kind, nothing released',
  run: async (run) => {
    const errors = new Map<string, Set<string>>();
    const attempt = (thing: Sealed, changed: Buffer, what: string) => {
      try {
        thing.open(changed);
        run.failed(`${thing.kind}: accepted with ${what}`);
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'none';
        const known = errors.get(thing.kind) ?? new Set();
        errors.set(thing.kind, known.add(`${code}: ${error instanceof Error ? error.message : ''}`));
      }
    };
    for (const thing of await sealedThings(run, run.count(50, 1))) {
      thing.open(thing.blob);
      run.tried('blobs');
      for (let bit = 0; bit < thing.blob.length * 8; bit++) {
        const changed = Buffer.from(thing.blob);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        attempt(thing, changed, `bit ${String(bit)} changed`);
      }
      run.tried('bits', thing.blob.length * 8);
      for (let length = 0; length < thing.blob.length; length += run.count(1, 16)) {
        attempt(thing, thing.blob.subarray(0, length), `${String(length)} bytes left`);
        run.tried('lengths');
      }
      attempt(thing, Buffer.concat([thing.blob, Buffer.alloc(1)]), 'a zero after it');
    }
    for (const [kind, found] of errors) {
      run.check(found.size === 1, `${kind}: ${String(found.size)} different errors: ${[...found].join(', ')}`);
    }
  },
};
