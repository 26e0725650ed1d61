import { wipe } from '../../core/crypto/bytes.ts';
import type { EntrySummary } from '../../core/entry/schema.ts';
import { fold } from '../../core/lookup/fold.ts';
import { nodeCount } from '../../core/manifest/tree.ts';

/** What a listing was made from: unchanged parts of the manifest are unchanged parts of the listing. */
export interface ListingSource {
  readonly rootId: Buffer;
  /** The 64 nodes of the manifest, one after the other. */
  readonly nodes: Buffer;
}

export const idLength = 16;
const rootIdLength = 32;
const nodesLength = nodeCount * 2048;
const headLength = rootIdLength + nodesLength + 4;
/** Per entry: its id, the start of its record, the start of its texts. */
export const rowLength = idLength + 8;
/** Entries whose records are in one piece: opening one for a single entry costs next to nothing. */
export const pieceEntries = 256;
/** Separates the texts of an entry, so that a search never runs over the end of one. */
export const separator = '\0';
const separatorByte = 0;

/**
 * A listing's bytes. The index is all that a search looks through; the records, five times as long, are in pieces, of which only
 * those of the entries found are opened.
 *
 *     index: root id 32 | nodes | u32 count | per entry: id 16, u32 start of its record, u32 start of its texts
 *            | texts: folded, separated and ended by zero bytes
 *     piece: the records of 256 entries: the summary's JSON. Starts of records are counted from the first piece on.
 */
export interface ListingBytes {
  readonly index: Buffer;
  readonly pieces: readonly Buffer[];
}

/** Every entry that is not in the trash, without its secrets, in the order of their ids, which is that of the manifest's leaves. */
export class Listing {
  readonly count: number;
  readonly #index: Buffer;
  readonly #texts: Buffer;
  readonly #open: (piece: number) => Buffer;
  readonly #opened = new Map<number, Buffer>();

  /** `open` gives a piece, in a buffer that `wipe` may wipe; `pieces` are those that are open already. */
  constructor(index: Buffer, open: (piece: number) => Buffer, pieces: readonly Buffer[] = []) {
    this.#index = index;
    this.#open = open;
    for (const [piece, bytes] of pieces.entries()) this.#opened.set(piece, bytes);
    this.count = index.readUInt32BE(headLength - 4);
    this.#texts = index.subarray(headLength + this.count * rowLength);
  }

  get source(): ListingSource {
    return { rootId: this.#index.subarray(0, rootIdLength), nodes: this.#index.subarray(rootIdLength, rootIdLength + nodesLength) };
  }

  /** Overwrites all that was opened. */
  wipe(): void {
    wipe(this.#index, ...this.#opened.values());
    this.#opened.clear();
  }

  /** The number of the first entry whose id is not below `id`. */
  indexOf(id: Buffer): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (Buffer.compare(this.#id(middle), id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The entries `[from, to)` as they are. */
  slice(from: number, to: number): ListingPart[] {
    const parts: ListingPart[] = [];
    for (let index = from; index < to; index++) {
      parts.push({ id: this.#id(index), record: this.#record(index), texts: this.#textsOf(index) });
    }
    return parts;
  }

  summary(index: number): EntrySummary {
    // This process wrote it, and nobody else could have sealed it.
    return JSON.parse(this.summaryJson(index).toString('utf8')) as EntrySummary;
  }

  /** The JSON of a summary, in UTF-8: a part of the listing, to be copied before that is wiped. */
  summaryJson(index: number): Buffer {
    return this.#record(index);
  }

  /** The folded name of an entry. */
  foldedName(index: number): string {
    const texts = this.#textsOf(index);
    return texts.toString('utf8', 0, texts.indexOf(separatorByte));
  }

  /** What entries are sorted by: folded name, folded username, then the order of ids. */
  sortKey(index: number): string {
    const texts = this.#textsOf(index);
    return texts.toString('utf8', 0, texts.indexOf(separatorByte, texts.indexOf(separatorByte) + 1));
  }

  /** The numbers of the entries one of whose texts contains `text`, folded. */
  *containing(text: string): Generator<number> {
    const wanted = Buffer.from(fold(text));
    if (this.count === 0 || wanted.includes(separatorByte)) return;
    let at = this.#texts.indexOf(wanted);
    while (at >= 0) {
      const index = this.#entryAt(at);
      yield index;
      at = index + 1 < this.count ? this.#texts.indexOf(wanted, this.#textsStart(index + 1)) : -1;
    }
  }

  /** The entry whose texts the byte at `offset` belongs to. */
  #entryAt(offset: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#textsStart(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #row(index: number): number {
    return headLength + index * rowLength;
  }

  #id(index: number): Buffer {
    return this.#index.subarray(this.#row(index), this.#row(index) + idLength);
  }

  #recordStart(index: number): number {
    return this.#index.readUInt32BE(this.#row(index) + idLength);
  }

  #textsStart(index: number): number {
    return this.#index.readUInt32BE(this.#row(index) + idLength + 4);
  }

  #record(index: number): Buffer {
    const piece = Math.floor(index / pieceEntries);
    let bytes = this.#opened.get(piece);
    if (bytes === undefined) {
      bytes = this.#open(piece);
      this.#opened.set(piece, bytes);
    }
    const pieceStart = this.#recordStart(piece * pieceEntries);
    const isLast = index + 1 === this.count || (index + 1) % pieceEntries === 0;
    return bytes.subarray(this.#recordStart(index) - pieceStart, isLast ? undefined : this.#recordStart(index + 1) - pieceStart);
  }

  #textsOf(index: number): Buffer {
    return this.#texts.subarray(this.#textsStart(index), index + 1 < this.count ? this.#textsStart(index + 1) : undefined);
  }
}

/** One entry's bytes in a listing. */
export interface ListingPart {
  readonly id: Buffer;
  readonly record: Buffer;
  readonly texts: Buffer;
}
