/** What stands in the output where a secret stood. Of a fixed length: it does not tell that of the secret. */
export const maskText = '<concealed by vault>';

/** Shorter values are no secrets to look for: `1` or `on` would tear holes into everything, and each hole would tell where they are. */
const shortestMasked = 4;

/** A line of a longer value is looked for on its own from this length: keys are printed line by line, `{` and `-----` are no secrets. */
const shortestLine = 8;

/** The byte texts to look for on account of a value: itself, as a terminal writes it (CR LF), without its last newlines, and its long lines. */
export function patternsOf(value: string): string[] {
  const trimmed = value.replace(/[\r\n]+$/, '');
  if (!/[\r\n]/.test(trimmed)) return trimmed.length >= shortestMasked ? [trimmed] : [];
  const unix = trimmed.replaceAll('\r\n', '\n');
  const lines = unix.split(/[\r\n]/).map((line) => line.trim());
  return [trimmed, unix, unix.replaceAll('\n', '\r\n'), ...lines.filter((line) => line.length >= shortestLine)];
}

/**
 * All patterns in one automaton (Aho and Corasick, "Efficient string matching", 1975) over bytes. A state is the longest end of what was
 * read that begins a pattern. States are numbered in the order of their depth's discovery; children are linked lists, because nearly every
 * state has one.
 */
class Automaton {
  readonly #byte: number[] = [0];
  readonly #child: number[] = [0];
  readonly #sibling: number[] = [0];
  readonly #fail: number[] = [0];
  readonly #first = new Int32Array(256);
  /** How many bytes of what was read belong to the state: they may be the beginning of a secret. */
  readonly depth: number[] = [0];
  /** The length of the longest pattern that ends here; 0 where none does. */
  readonly match: number[] = [0];

  constructor(patterns: readonly Buffer[]) {
    for (const pattern of patterns) this.#add(pattern);
    this.#link();
  }

  #find(state: number, byte: number): number {
    if (state === 0) return this.#first[byte] ?? 0;
    let child = this.#child[state] ?? 0;
    while (child !== 0 && this.#byte[child] !== byte) child = this.#sibling[child] ?? 0;
    return child;
  }

  #add(pattern: Buffer): void {
    let state = 0;
    for (const byte of pattern) {
      let next = this.#find(state, byte);
      if (next === 0) {
        next = this.#byte.push(byte) - 1;
        this.#child.push(0);
        this.#sibling.push(this.#child[state] ?? 0);
        this.#fail.push(0);
        this.depth.push((this.depth[state] ?? 0) + 1);
        this.match.push(0);
        this.#child[state] = next;
        if (state === 0) this.#first[byte] = next;
      }
      state = next;
    }
    this.match[state] = pattern.length;
  }

  /** Where to go on from a state that a byte does not lead on from: breadth first, so that shorter states are linked before longer ones. */
  #link(): void {
    let level = [0];
    while (level.length > 0) {
      const below: number[] = [];
      for (const state of level) {
        for (let child = this.#child[state] ?? 0; child !== 0; child = this.#sibling[child] ?? 0) {
          const fail = state === 0 ? 0 : this.next(this.#fail[state] ?? 0, this.#byte[child] ?? 0);
          this.#fail[child] = fail;
          if (this.match[child] === 0) this.match[child] = this.match[fail] ?? 0;
          below.push(child);
        }
      }
      level = below;
    }
  }

  next(from: number, byte: number): number {
    for (let state = from; ; state = this.#fail[state] ?? 0) {
      const found = this.#find(state, byte);
      if (found !== 0 || state === 0) return found;
    }
  }
}

/** Replaces secrets in a stream of bytes, however it is cut into pieces. */
export interface Masker {
  /** What can be shown of all that was read so far: the rest may be the beginning of a secret. */
  push(piece: Uint8Array): Buffer;
  /** How many bytes are held back. */
  readonly pending: number;
  /** Shows what is held back, because nothing more comes, or does not come soon: what follows is still known as the end of a secret. */
  flush(): Buffer;
}

/**
 * A masker for these values. Where secrets overlap or touch, all of them together become one mask. The patterns stay in memory as long as the masker.
 */
export function createMasker(values: readonly string[]): Masker {
  const patterns = [...new Set(values.flatMap(patternsOf))].map((text) => Buffer.from(text));
  const automaton = new Automaton(patterns);
  const mask = Buffer.from(maskText);
  /** What is held back, and from which of its bytes on to which it is known to be secret. Ranges that touch are one. */
  let held = Buffer.alloc(0);
  let state = 0;
  /** Whether the last byte that went out was part of a mask. */
  let masking = false;
  let covered: [from: number, to: number][] = [];

  const cover = (from: number, to: number): void => {
    let start = Math.max(0, from);
    for (let last = covered.at(-1); last !== undefined && last[1] >= start; last = covered.at(-1)) {
      start = Math.min(start, last[0]);
      covered.pop();
    }
    covered.push([start, to]);
  };

  /** Takes the first bytes of what is held back, with masks for what is covered. */
  const release = (bytes: Buffer, count: number): Buffer => {
    const out: Buffer[] = [];
    let at = 0;
    const plain = (to: number): void => {
      if (to <= at) return;
      out.push(bytes.subarray(at, to));
      at = to;
      masking = false;
    };
    for (const [from, to] of covered) {
      if (from >= count) break;
      plain(from);
      if (!masking) out.push(mask);
      masking = true;
      at = Math.min(to, count);
    }
    plain(count);
    covered = covered.flatMap(([from, to]) => (to > count ? [[Math.max(0, from - count), to - count] as [number, number]] : []));
    held = Buffer.from(bytes.subarray(count));
    return Buffer.concat(out);
  };

  return {
    push: (piece) => {
      const bytes = Buffer.concat([held, piece]);
      for (let i = held.length; i < bytes.length; i++) {
        state = automaton.next(state, bytes[i] ?? 0);
        const length = automaton.match[state] ?? 0;
        if (length > 0) cover(i + 1 - length, i + 1);
      }
      const depth = automaton.depth[state] ?? 0;
      return release(bytes, bytes.length - Math.min(depth, bytes.length));
    },
    get pending() {
      return held.length;
    },
    flush: () => release(held, held.length),
  };
}
