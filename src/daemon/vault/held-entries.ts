import { packed, type StagedEntry, unpacked } from '../store/staged-rows.ts';

const idLength = 16;
const headLength = idLength + 1 + 2 + 4;
const slabLength = 1024 * 1024;
/** Of an id, what its place among the others is told by: a whole number that JavaScript knows exactly. */
const orderedBytes = 6;

/**
 * Sealed entries that wait in memory, packed one behind the other: as objects, of seven buffers each, a hundred thousand of them cost
 * the garbage collector a fifth of an import, and several times their bytes.
 */
export class HeldEntries {
  #slab: Buffer = Buffer.alloc(0);
  /** Of each entry the slab, where in it it begins, and the beginning of its id. */
  readonly #places: { readonly slab: Buffer; readonly at: number; readonly order: number }[] = [];
  #used = 0;
  #bytes = 0;

  /** What all of them take. */
  get bytes(): number {
    return this.#bytes;
  }

  add(entry: StagedEntry): void {
    const { id, trashed, wrappedKey } = entry;
    const rest = packed(entry);
    const length = headLength + wrappedKey.length + rest.length;
    const slab = this.#slabFor(length);
    this.#places.push({ slab, at: this.#used, order: id.readUIntBE(0, orderedBytes) });
    slab.set(id, this.#used);
    let at = slab.writeUInt8(trashed ? 1 : 0, this.#used + idLength);
    at = slab.writeUInt16BE(wrappedKey.length, at);
    at = slab.writeUInt32BE(rest.length, at);
    slab.set(wrappedKey, at);
    slab.set(rest, at + wrappedKey.length);
    this.#used += length;
    this.#bytes += length;
  }

  /** All of them in the order of their ids, as far as it matters: neighbours are neighbours in the database's index. Each is a view. */
  *inOrder(): Generator<StagedEntry> {
    for (const { slab, at } of this.#places.sort((a, b) => a.order - b.order)) yield entryAt(slab, at);
  }

  #slabFor(length: number): Buffer {
    if (this.#used + length <= this.#slab.length) return this.#slab;
    this.#used = 0;
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabLength, length));
    return this.#slab;
  }
}

function entryAt(slab: Buffer, start: number): StagedEntry {
  const wrappedAt = start + headLength;
  const restAt = wrappedAt + slab.readUInt16BE(start + idLength + 1);
  const end = restAt + slab.readUInt32BE(start + idLength + 3);
  return {
    id: slab.subarray(start, start + idLength),
    trashed: slab[start + idLength] === 1,
    wrappedKey: slab.subarray(wrappedAt, restAt),
    ...unpacked(slab.subarray(restAt, end)),
  };
}
