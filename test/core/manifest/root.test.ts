import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { open, seal } from '../../../src/core/crypto/seal.ts';
import { firstRoot, openRoot, sealRoot } from '../../../src/core/manifest/root.ts';
import { emptyNodes, withSlot } from '../../../src/core/manifest/tree.ts';
import vectors from '../../vectors/vault-format.json';
import { fromHex, vaultError } from '../support.ts';

const { manifest, credentialChecksum } = vectors;
const [key, userId] = [randomBytes(32), randomBytes(16)];

describe("the manifest's root", () => {
  it('is written as the format says', () => {
    const nodes = withSlot(emptyNodes, manifest.nodeNumber, fromHex(manifest.node));
    const { lineage, version, entries } = manifest.root;
    const root = {
      lineage: fromHex(lineage),
      version,
      entries,
      credentialChecksum: fromHex(credentialChecksum.withRecovery),
      logHead: Buffer.alloc(32),
      nodes,
    };
    const blob = sealRoot(key, userId, root);
    const data = open(key, { purpose: 'manifestRoot', userId }, blob);
    expect(data.length).toBe(manifest.root.length);
    expect(createHash('sha256').update(data).digest('hex')).toBe(manifest.root.bytesSha256);
    expect(openRoot(key, userId, blob)).toEqual(root);
  });

  it('begins at version 1 without entries, in a lineage of its own', () => {
    const checksum = randomBytes(32);
    const [a, b] = [firstRoot(checksum), firstRoot(checksum)];
    expect(a).toMatchObject({ version: 1, entries: 0, credentialChecksum: checksum });
    expect(a.lineage.equals(b.lineage)).toBe(false);
  });

  it('opens for its own user and key only', () => {
    const blob = sealRoot(key, userId, firstRoot(randomBytes(32)));
    expect(() => openRoot(randomBytes(32), userId, blob)).toThrow(vaultError('vault_corrupt'));
    expect(() => openRoot(key, randomBytes(16), blob)).toThrow(vaultError('vault_corrupt'));
  });

  it('of another length is damage', () => {
    const blob = seal(key, { purpose: 'manifestRoot', userId }, Buffer.alloc(100));
    expect(() => openRoot(key, userId, blob)).toThrow(vaultError('vault_corrupt'));
  });
});
