import { leafOf } from '../../core/manifest/tree.ts';

const idLength = 16;
const recordLength = idLength + 32;

export interface RowDigest {
  readonly id: Buffer;
  readonly digest: Buffer;
}

interface Bucket {
  bytes: Buffer;
  length: number;
}

/** Digests of rows that wait to be taken into the manifest, packed, by its leaves: there may be a million of them. */
export class RowDigests {
  readonly #byLeaf = new Map<number, Bucket>();

  get isEmpty(): boolean {
    return this.#byLeaf.size === 0;
  }

  add(id: Uint8Array, digest: Uint8Array): void {
    const leaf = leafOf(id);
    const bucket = this.#byLeaf.get(leaf) ?? { bytes: Buffer.alloc(recordLength), length: 0 };
    if (bucket.length === bucket.bytes.length) bucket.bytes = Buffer.concat([bucket.bytes, Buffer.alloc(bucket.bytes.length)]);
    bucket.bytes.set(id, bucket.length);
    bucket.bytes.set(digest, bucket.length + idLength);
    bucket.length += recordLength;
    this.#byLeaf.set(leaf, bucket);
  }

  /** The rows of each leaf, in the order of their ids. */
  *leaves(): Generator<[leaf: number, rows: RowDigest[]]> {
    for (const [leaf, { bytes, length }] of this.#byLeaf) {
      const rows: RowDigest[] = [];
      for (let at = 0; at < length; at += recordLength) {
        rows.push({ id: bytes.subarray(at, at + idLength), digest: bytes.subarray(at + idLength, at + recordLength) });
      }
      yield [leaf, rows.sort((a, b) => Buffer.compare(a.id, b.id))];
    }
  }
}
