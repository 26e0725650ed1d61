import { VaultError } from '../errors.ts';

/*
 * The list of breached passwords that haveibeenpwned.com offers for download: one line for each, `SHA-1:COUNT` in capital
 * hexadecimal, sorted by hash, about forty gigabytes. Some programs keep the hashes alone.
 */

/** A file that can be read anywhere. */
export interface RandomAccess {
  readonly size: number;
  /** Up to `length` bytes from `offset` on; fewer only at the end. */
  read(offset: number, length: number): Buffer;
}

/** Read at once: some ninety lines. */
const windowLength = 4096;
/** Hashes are spread evenly: guessing where one must be takes three looks; a file in which it takes more is halved instead. */
const guesses = 6;
const samples = 64;
const newline = 0x0a;

const line = /^([0-9a-f]{40})(?::(\d{1,15}))?\r?$/i;

function refuse(what: string, hint: string): VaultError {
  return new VaultError('invalid_request', `the list of breached passwords ${what}`, { hint });
}

const wanted = 'it has to be the list of SHA-1 hashes, ordered by hash, unpacked';
const downloader = `PwnedPasswordsDownloader makes it; ${wanted}`;

interface Line {
  readonly hash: string;
  /** Null where the list has no counts. */
  readonly count: number | null;
}

function parseLine(text: string): Line {
  const [, hash, count] = line.exec(text) ?? [];
  if (hash === undefined) throw refuse('has a line that is no hash', wanted);
  return { hash: hash.toUpperCase(), count: count === undefined ? null : Number(count) };
}

/** Why a file cannot be such a list, by its beginning. */
function checkBeginning(beginning: Buffer): void {
  if (beginning.length === 0) throw refuse('is empty', downloader);
  const packed = ['377abcaf', '1f8b', '504b0304', '28b52ffd', 'fd377a58'].some((magic) =>
    beginning.toString('hex', 0, 4).startsWith(magic),
  );
  if (packed) throw refuse('is packed', 'unpack it first');
  const [first = ''] = beginning.toString('latin1', 0, 80).split('\n');
  if (/^[0-9a-f]{32}(:\d+)?\r?$/i.test(first)) throw refuse('is that of NTLM hashes', wanted);
  if (/^[0-9a-f]{35}:\d+\r?$/i.test(first)) {
    throw refuse('is the part for one prefix only', 'put the parts together, or let PwnedPasswordsDownloader do so');
  }
  if (!line.test(first)) throw refuse('is none', downloader);
}

/** Some whole lines of the list, one at least, and where they begin and end in it. */
interface Window {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly Line[];
  readonly first: Line;
  readonly last: Line;
}

/** The number that the first 48 bits of a hash are; 0 for none. */
function position(hash: string): number {
  return parseInt(hash.slice(0, 12).padEnd(12, '0'), 16);
}

/** Finds hashes in a sorted list by a few looks for each, whatever the list's size. */
export class BreachedHashes {
  readonly #file: RandomAccess;

  /** Looks at the beginning and some places in between. `invalid_request` for a file that is no list, or not sorted by hash. */
  constructor(file: RandomAccess) {
    this.#file = file;
    checkBeginning(file.read(0, windowLength));
    const firsts: Line[] = [];
    for (let sample = 0; sample < samples; sample++) {
      const { lines, first } = this.#window(Math.floor((file.size / samples) * sample), 0, file.size);
      this.#ascending(lines, '');
      firsts.push(first);
    }
    this.#ascending(firsts, '');
    const end = file.read(Math.max(0, file.size - 64), 64).toString('latin1');
    parseLine(end.replace(/\n$/, '').split('\n').at(-1) ?? '');
  }

  /** How often a password with this hash was seen: 0 for never, null where the list has it and no count. Capital hexadecimal. */
  count(hash: string): number | null {
    // What lies before `low` is smaller, what lies from `high` on is larger; both are beginnings of lines.
    let [low, high] = [0, this.#file.size];
    let [lowHash, highHash]: [string, string | null] = ['', null];
    for (let look = 0; low < high; look++) {
      const [from, to] = [position(lowHash), highHash === null ? 2 ** 48 : position(highHash)];
      const share = look < guesses ? (position(hash) - from) / (to - from) : 1 / 2;
      const at = Math.floor(low + (share >= 0 && share <= 1 ? share : 1 / 2) * (high - low) - windowLength / 2);
      const { start, end, lines, first, last } = this.#window(at, low, high);
      this.#ascending(lines, lowHash);
      if (highHash !== null && first.hash > highHash) throw unsorted();
      if (hash < first.hash) [high, highHash] = [start, first.hash];
      else if (hash > last.hash) [low, lowHash] = [end, last.hash];
      else return this.#among(lines, hash);
    }
    return 0;
  }

  #among(lines: readonly Line[], hash: string): number | null {
    const found = lines.find((one) => one.hash === hash);
    return found === undefined ? 0 : found.count;
  }

  /** Throws where lines do not ascend, or do not come after `before`. */
  #ascending(lines: readonly Line[], before: string): void {
    let last = before;
    for (const { hash } of lines) {
      if (hash < last) throw unsorted();
      last = hash;
    }
  }

  /**
   * The whole lines within a window's length from `offset` on, or from where it is so far before `high` that lines begin in it;
   * `low` is where a line is known to begin. `invalid_request` where there is none.
   */
  #window(offset: number, low: number, high: number): Window {
    const from = Math.max(low, Math.min(offset, high - windowLength));
    const bytes = this.#file.read(from, windowLength + 64);
    const start = from === low ? 0 : bytes.indexOf(newline) + 1;
    const isEnd = from + bytes.length >= this.#file.size;
    const end = isEnd ? bytes.length : bytes.lastIndexOf(newline) + 1;
    const [head = '', ...others] = bytes.toString('latin1', start, end).replace(/\n$/, '').split('\n');
    const lines = [parseLine(head), ...others.map(parseLine)] as const;
    return { start: from + start, end: from + end, lines, first: lines[0], last: lines.at(-1) ?? lines[0] };
  }
}

function unsorted(): VaultError {
  return refuse('is not sorted by hash', 'the one ordered by prevalence cannot be searched; take the one ordered by hash');
}
