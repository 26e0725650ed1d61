import type { EntrySummary } from '../../core/entry/schema.ts';
import { fold } from '../../core/lookup/fold.ts';
import { entrySummary } from '../../core/entry/schema.ts';
import { nodeCount } from '../../core/manifest/tree.ts';

/** One entry as a listing keeps it. */
export interface ListedEntry {
  /** 16 bytes. */
  readonly id: Buffer;
  readonly summary: EntrySummary;
  /** Every text that is no secret, the name first, then the username. */
  readonly searchable: readonly string[];
}

/** What a listing was made from: unchanged parts of the manifest are unchanged parts of the listing. */
export interface ListingSource {
  readonly rootId: Buffer;
  /** The 64 nodes of the manifest, one after the other. */
  readonly nodes: Buffer;
}

const idLength = 16;
const rootIdLength = 32;
const nodesLength = nodeCount * 2048;
/** Separates the texts of an entry, so that a search never runs over the end of one. */
const separator = '\0';
const separatorByte = 0;

/**
 * Every entry that is not in the trash, without its secrets, in one run of bytes that can be sealed, opened and searched as a
 * whole. Entries are in the order of their ids, which is that of the manifest's leaves.
 *
 *     root id 32 | nodes | u32 count | u32 length of the records | per entry: u32 start of its record, u32 start of its texts
 *     | records: id 16, the summary's JSON | texts: folded, separated and ended by zero bytes
 */
export class Listing {
  readonly bytes: Buffer;
  readonly count: number;
  readonly #records: Buffer;
  readonly #texts: Buffer;
  readonly #starts: number;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const head = rootIdLength + nodesLength;
    this.count = bytes.readUInt32BE(head);
    const recordsLength = bytes.readUInt32BE(head + 4);
    this.#starts = head + 8;
    const records = this.#starts + this.count * 8;
    this.#records = bytes.subarray(records, records + recordsLength);
    this.#texts = bytes.subarray(records + recordsLength);
  }

  get source(): ListingSource {
    return { rootId: this.bytes.subarray(0, rootIdLength), nodes: this.bytes.subarray(rootIdLength, rootIdLength + nodesLength) };
  }

  /** The number of the first entry whose id is not below `id`. */
  indexOf(id: Buffer): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      const start = this.#recordStart(middle);
      if (Buffer.compare(this.#records.subarray(start, start + idLength), id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Record and texts of the entries `[from, to)`, each entry's as they are. */
  slice(from: number, to: number): ListingPart[] {
    const parts: ListingPart[] = [];
    for (let index = from; index < to; index++) parts.push({ record: this.#record(index), texts: this.#textsOf(index) });
    return parts;
  }

  summary(index: number): EntrySummary {
    return entrySummary.parse(JSON.parse(this.#record(index).toString('utf8', idLength)));
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
    // An empty text would be found in no entry's place at all.
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

  #recordStart(index: number): number {
    return this.bytes.readUInt32BE(this.#starts + index * 8);
  }

  #textsStart(index: number): number {
    return this.bytes.readUInt32BE(this.#starts + index * 8 + 4);
  }

  #record(index: number): Buffer {
    return this.#records.subarray(this.#recordStart(index), index + 1 < this.count ? this.#recordStart(index + 1) : undefined);
  }

  #textsOf(index: number): Buffer {
    return this.#texts.subarray(this.#textsStart(index), index + 1 < this.count ? this.#textsStart(index + 1) : undefined);
  }
}

/** One entry's bytes in a listing. */
export interface ListingPart {
  readonly record: Buffer;
  readonly texts: Buffer;
}

/** The bytes of one entry. */
export function listingPart({ id, summary, searchable }: ListedEntry): ListingPart {
  const texts = searchable.map((text) => `${fold(text).replaceAll(separator, ' ')}${separator}`);
  return { record: Buffer.concat([id, Buffer.from(JSON.stringify(summary))]), texts: Buffer.from(texts.join('')) };
}

/** A listing of these entries, which must be in the order of their ids. */
export function createListing({ rootId, nodes }: ListingSource, parts: readonly ListingPart[]): Listing {
  const recordsLength = parts.reduce((sum, { record }) => sum + record.length, 0);
  const head = Buffer.alloc(8 + parts.length * 8);
  head.writeUInt32BE(parts.length, 0);
  head.writeUInt32BE(recordsLength, 4);
  let recordStart = 0;
  let textsStart = 0;
  parts.forEach(({ record, texts }, index) => {
    head.writeUInt32BE(recordStart, 8 + index * 8);
    head.writeUInt32BE(textsStart, 12 + index * 8);
    recordStart += record.length;
    textsStart += texts.length;
  });
  return new Listing(Buffer.concat([rootId, nodes, head, ...parts.map(({ record }) => record), ...parts.map(({ texts }) => texts)]));
}
