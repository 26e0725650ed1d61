import { createHash } from 'node:crypto';

/** Random choices that a seed repeats: SHA-256 of the seed and a counter. */
export class Random {
  readonly #seed: string;
  #counter = 0;
  #block = Buffer.alloc(0);
  #at = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `below` - 1. The bias of the modulus is beyond what a trial could notice. */
  below(below: number): number {
    return this.bytes(6).readUIntBE(0, 6) % below;
  }

  /** A whole number between two, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(list: readonly T[]): T {
    const found = list[this.below(list.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  }

  bytes(length: number): Buffer {
    const out = Buffer.alloc(length);
    for (let filled = 0; filled < length;) {
      if (this.#at === this.#block.length) {
        this.#block = createHash('sha256')
          .update(`${this.#seed}/${String(this.#counter++)}`)
          .digest();
        this.#at = 0;
      }
      const copied = this.#block.copy(out, filled, this.#at);
      this.#at += copied;
      filled += copied;
    }
    return out;
  }

  /** Text without meaning: hexadecimal. */
  text(length = 16): string {
    return this.bytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length);
  }
}
