/** Bits that a filter has for each beginning of a word, at least: a false "perhaps" in about ten. */
const bitsEach = 8;

/** FNV-1a, a step for each UTF-16 code unit. */
const hashSeed = 0x811c9dc5;
const hashPrime = 0x01000193;
const mixer = 0x9e3779b1;

/**
 * Words with their ranks, found wherever they stand in a text. To look every part of it up costs the square of its length; here a part is
 * grown only as long as some word may begin like it, and looked up only where one may end. Both are asked of Bloom filters, which say
 * "perhaps" too often, and never "no" where it is not so.
 */
export class RankedWords {
  readonly #ranks: ReadonlyMap<string, number>;
  readonly #beginnings: Uint8Array;
  readonly #ends: Uint8Array;
  readonly #shift: number;

  constructor(ranks: ReadonlyMap<string, number>) {
    let letters = 1;
    for (const word of ranks.keys()) letters += word.length;
    const exponent = Math.min(31, Math.ceil(Math.log2(letters * bitsEach)));
    this.#ranks = ranks;
    this.#shift = 32 - exponent;
    this.#beginnings = new Uint8Array(Math.ceil(2 ** exponent / 8));
    this.#ends = new Uint8Array(this.#beginnings.length);
    for (const word of ranks.keys()) {
      let hash = hashSeed;
      for (let at = 0; at < word.length; at++) {
        hash = Math.imul(hash ^ word.charCodeAt(at), hashPrime);
        set(this.#beginnings, this.#bit(hash));
      }
      set(this.#ends, this.#bit(hash));
    }
  }

  /**
   * Calls `found` for each part of a text that is a word, by where it begins, then by where it ends: `text.slice(from, to)`.
   *
   * @param before what is known of the text before: where looking from each place ended in it (kept up to date here). What ends within
   *   the first `same` characters, which are as in that text, is left out.
   */
  findIn(
    text: string,
    found: (from: number, to: number, word: string, rank: number) => void,
    { same, reached }: { readonly same: number; readonly reached: number[] } = { same: 0, reached: [] },
  ): void {
    for (let from = 0; from < text.length; from++) {
      if ((reached[from] ?? same) < same) continue;
      let hash = hashSeed;
      let at = from;
      for (; at < text.length; at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), hashPrime);
        const bit = this.#bit(hash);
        if (!has(this.#beginnings, bit)) break;
        if (at < same || !has(this.#ends, bit)) continue;
        const word = text.slice(from, at + 1);
        const rank = this.#ranks.get(word);
        if (rank !== undefined) found(from, at + 1, word, rank);
      }
      reached[from] = at;
    }
  }

  #bit(hash: number): number {
    return Math.imul(hash, mixer) >>> this.#shift;
  }
}

function set(bits: Uint8Array, bit: number): void {
  bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7));
}

function has(bits: Uint8Array, bit: number): boolean {
  return (((bits[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1;
}
