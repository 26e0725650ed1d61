import type { ManifestRoot } from '../../core/manifest/root.ts';
import { leafCount, nodeCount } from '../../core/manifest/tree.ts';

/** A manifest root that was opened and found to fit every row, and what the database looked like then. It holds no secret. */
export interface VerifiedManifest {
  /** The user's number in the database. */
  readonly user: number;
  readonly root: ManifestRoot;
  /** The sealed root's id: the same id is the same root. */
  readonly rootId: Buffer;
  /** `Store.foreignVersion()` then: another value means that another program wrote to the file. */
  readonly foreignVersion: number;
}

interface Known {
  readonly verified: VerifiedManifest | null;
  /** Written by a transaction that may or may not have been committed: what the database holds tells. */
  readonly proposed: VerifiedManifest | null;
}

/** Contents of leaves and nodes, by their SHA-256: what was once read and found to have it need not be read or hashed again. */
class KnownContents {
  readonly #byDigest = new Map<string, Buffer>();

  get(digest: Buffer): Buffer | null {
    return this.#byDigest.get(digest.toString('latin1')) ?? null;
  }

  set(digest: Buffer, content: Buffer): void {
    this.#byDigest.set(digest.toString('latin1'), content);
    if (this.#byDigest.size <= contentsAtMost) return;
    const [oldest] = this.#byDigest.keys();
    if (oldest !== undefined) this.#byDigest.delete(oldest);
  }
}

/** All leaves and nodes of two users; with 100,000 entries each that is some 10 MiB. */
const contentsAtMost = 2 * (leafCount + nodeCount);

/** The last verified manifest of each user since the daemon started. */
export class VerifiedManifests {
  readonly contents = new KnownContents();
  readonly #byUser = new Map<string, Known>();

  /** The user's number, once a manifest of theirs was verified. */
  userNumber(userId: Buffer): number | null {
    return this.#known(userId).verified?.user ?? null;
  }

  /** The last one committed, while no other commit is under way: then the database holds it, unless another program wrote. */
  settled(userId: Buffer): VerifiedManifest | null {
    const { verified, proposed } = this.#known(userId);
    return proposed === null ? verified : null;
  }

  /** What counts as verified: the last one committed, and one whose commit is under way. */
  candidates(userId: Buffer): VerifiedManifest[] {
    const { verified, proposed } = this.#known(userId);
    return [verified, proposed].filter((manifest) => manifest !== null);
  }

  /** To be called before a commit, so that whoever comes right after it knows the new root. */
  propose(userId: Buffer, proposed: VerifiedManifest): void {
    this.#byUser.set(userId.toString('hex'), { ...this.#known(userId), proposed });
  }

  /** Keeps the newer of what is known and `manifest`. */
  set(userId: Buffer, manifest: VerifiedManifest): void {
    const { verified, proposed } = this.#known(userId);
    const sameLineage = verified?.root.lineage.equals(manifest.root.lineage) ?? false;
    if (verified !== null && sameLineage && verified.root.version > manifest.root.version) return;
    this.#byUser.set(userId.toString('hex'), {
      verified: manifest,
      proposed: proposed?.rootId.equals(manifest.rootId) === true ? null : proposed,
    });
  }

  #known(userId: Buffer): Known {
    return this.#byUser.get(userId.toString('hex')) ?? { verified: null, proposed: null };
  }
}
