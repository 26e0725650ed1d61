import { wipe } from '../../core/crypto/bytes.ts';
import type { EntrySummary } from '../../core/entry/schema.ts';
import { fold } from '../../core/lookup/fold.ts';
import { idLength, type ListingBytes, type ListingPart, type ListingSource, pieceEntries, rowLength, separator } from './listing.ts';

/** One entry as a listing keeps it. */
export interface ListedEntry {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly summary: EntrySummary;
  /** Every text that is no secret, the name first, then the username. */
  readonly searchable: readonly string[];
}

/** The bytes of one entry. */
export function listingPart({ id, summary, searchable }: ListedEntry): ListingPart {
  const texts = searchable.map((text) => `${fold(text).replaceAll(separator, ' ')}${separator}`);
  return { id, record: Buffer.from(JSON.stringify(summary)), texts: Buffer.from(texts.join('')) };
}

/**
 * Makes a listing from entries in the order of their ids. What is added is packed piece by piece: several small buffers for each entry,
 * kept to the end, would leave the daemon's memory full of holes.
 */
export class ListingBuilder {
  readonly #rows: Buffer[] = [];
  readonly #texts: Buffer[] = [];
  readonly #pieces: Buffer[] = [];
  #unpacked: ListingPart[] = [];
  #count = 0;
  #recordStart = 0;
  #textsStart = 0;

  add(parts: readonly ListingPart[]): void {
    for (const part of parts) {
      this.#unpacked.push(part);
      if (this.#unpacked.length === pieceEntries) this.#pack();
    }
  }

  /** The bytes of the listing; nothing can be added afterwards. */
  finish({ rootId, nodes }: ListingSource): ListingBytes {
    this.#pack();
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#count);
    const index = Buffer.concat([rootId, nodes, count, ...this.#rows, ...this.#texts]);
    wipe(...this.#texts);
    return { index, pieces: this.#pieces };
  }

  #pack(): void {
    const parts = this.#unpacked;
    if (parts.length === 0) return;
    const rows = Buffer.alloc(parts.length * rowLength);
    for (const [index, { id, record, texts }] of parts.entries()) {
      const row = index * rowLength;
      id.copy(rows, row);
      rows.writeUInt32BE(this.#recordStart, row + idLength);
      rows.writeUInt32BE(this.#textsStart, row + idLength + 4);
      this.#recordStart += record.length;
      this.#textsStart += texts.length;
    }
    this.#rows.push(rows);
    this.#texts.push(Buffer.concat(parts.map(({ texts }) => texts)));
    this.#pieces.push(Buffer.concat(parts.map(({ record }) => record)));
    this.#count += parts.length;
    this.#unpacked = [];
  }
}
