import { randomBytes } from 'node:crypto';
import { u32, u64 } from '../crypto/bytes.ts';
import { open, seal } from '../crypto/seal.ts';
import { VaultError } from '../errors.ts';
import { emptyNodes, nodeCount } from './tree.ts';

/** The manifest's root: what the vault is at one version, sealed under the manifest key. */
export interface ManifestRoot {
  /** 16 random bytes, new whenever an owner accepts a state that the history does not explain. */
  readonly lineage: Buffer;
  /** One more with each change. */
  readonly version: number;
  /** Entries in the tree, those in the trash included. */
  readonly entries: number;
  /** SHA-256 over the user's stored credential. */
  readonly credentialChecksum: Buffer;
  /** Head of the access log; zeros where there is none. */
  readonly logHead: Buffer;
  /** SHA-256 of each of the 64 nodes. */
  readonly nodes: Buffer;
}

const encodedLength = 16 + 8 + 4 + 32 + 32 + nodeCount * 32;

/** The root of a vault without entries, in a new lineage. */
export function firstRoot(credentialChecksum: Buffer): ManifestRoot {
  return { lineage: newLineage(), version: 1, entries: 0, credentialChecksum, logHead: Buffer.alloc(32), nodes: emptyNodes };
}

export function newLineage(): Buffer {
  return randomBytes(16);
}

/** `lineage 16 | u64 version | u32 entries | SHA-256(stored header) 32 | log head 32 | 64 node digests of 32`, sealed. */
export function sealRoot(manifestKey: Uint8Array, userId: Uint8Array, root: ManifestRoot): Buffer {
  const { lineage, version, entries, credentialChecksum, logHead, nodes } = root;
  const data = Buffer.concat([lineage, u64(version), u32(entries), credentialChecksum, logHead, nodes]);
  return seal(manifestKey, { purpose: 'manifestRoot', userId }, data);
}

/** The reverse of `sealRoot`; `vault_corrupt` where the blob is no root of this user. */
export function openRoot(manifestKey: Uint8Array, userId: Uint8Array, blob: Uint8Array): ManifestRoot {
  const data = open(manifestKey, { purpose: 'manifestRoot', userId }, blob);
  if (data.length !== encodedLength) throw new VaultError('vault_corrupt', 'the manifest has the wrong length');
  return {
    lineage: data.subarray(0, 16),
    version: Number(data.readBigUInt64BE(16)),
    entries: data.readUInt32BE(24),
    credentialChecksum: data.subarray(28, 60),
    logHead: data.subarray(60, 92),
    nodes: data.subarray(92),
  };
}
