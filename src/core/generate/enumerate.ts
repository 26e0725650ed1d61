import { randomBytes } from 'node:crypto';
import { VaultError } from '../errors.ts';

/** What passwords of one length are to hold to. */
export interface Constraints {
  readonly length: number;
  /** Every character that may appear, each once. */
  readonly alphabet: readonly string[];
  /** How many characters of each set there must be at least. Sets may overlap: one character counts in all of its own. */
  readonly needs: readonly { readonly characters: ReadonlySet<string>; readonly atLeast: number }[];
  /** How often the same character may follow itself; null for any number. */
  readonly maxConsecutive: number | null;
}

/** Characters that are alike: they count in the same sets. */
interface Group {
  readonly characters: readonly string[];
  readonly counts: readonly boolean[];
}

/** Where a password stands while it is made. */
interface State {
  readonly left: number;
  /** How many of each need are still missing. */
  readonly missing: readonly number[];
  /** The last character's group, and how often it stands at the end; the character itself does not matter for what can follow. */
  readonly last: { readonly group: number; readonly run: number } | null;
}

interface Step {
  readonly group: number;
  /** Whether it is the last character again, rather than another of the group. */
  readonly again: boolean;
  /** How many characters of the group can take this step. */
  readonly ways: number;
  readonly next: State;
}

/** What is remembered at most; what sites ask for is a tenth of it. */
const mostStates = 40_000;

function groupsOf({ alphabet, needs }: Constraints): Group[] {
  const groups = new Map<string, { characters: string[]; counts: boolean[] }>();
  for (const character of alphabet) {
    const counts = needs.map(({ characters }) => characters.has(character));
    const group = groups.get(counts.join());
    if (group === undefined) groups.set(counts.join(), { characters: [character], counts });
    else group.characters.push(character);
  }
  return [...groups.values()];
}

/**
 * All passwords that hold to constraints, as a list nobody writes down: how long it is, and what stands at a place of it. A place
 * drawn at random thus gives each of them with the same chance, however few they are.
 */
export class Enumeration {
  readonly size: bigint;
  readonly #groups: readonly Group[];
  readonly #maxConsecutive: number | null;
  readonly #start: State;
  readonly #known = new Map<string, bigint>();

  /** `invalid_request` for constraints that take too long to count. */
  constructor(constraints: Constraints) {
    const { length, needs, maxConsecutive } = constraints;
    this.#groups = groupsOf(constraints);
    this.#maxConsecutive = maxConsecutive === null || maxConsecutive >= length ? null : maxConsecutive;
    this.#start = { left: length, missing: needs.map(({ atLeast }) => atLeast), last: null };
    this.size = this.#count(this.#start);
  }

  /** The password at a place from 0 to `size` - 1. */
  at(place: bigint): string {
    const password: string[] = [];
    let [state, rest] = [this.#start, place];
    while (state.left > 0) {
      const found = this.#steps(state).find(({ ways, next }) => {
        const here = BigInt(ways) * this.#count(next);
        if (rest < here) return true;
        rest -= here;
        return false;
      });
      if (found === undefined) throw new RangeError('there is no such place');
      const below = this.#count(found.next);
      password.push(this.#character(found, Number(rest / below), password.at(-1)));
      rest %= below;
      state = found.next;
    }
    return password.join('');
  }

  #character({ group, again, ways }: Step, number: number, last: string | undefined): string {
    const { characters } = this.#groups[group] ?? { characters: [] };
    const others = ways < characters.length ? characters.filter((one) => one !== last) : characters;
    const character = again ? last : others[number];
    if (character === undefined) throw new RangeError('there is no such character');
    return character;
  }

  #steps({ left, missing, last }: State): Step[] {
    const limit = this.#maxConsecutive;
    return this.#groups.flatMap(({ characters, counts }, group): Step[] => {
      const stillMissing = missing.map((number, i) => (counts[i] === true ? Math.max(0, number - 1) : number));
      const step = (run: number, again: boolean, ways: number): Step => {
        return { group, again, ways, next: { left: left - 1, missing: stillMissing, last: limit === null ? null : { group, run } } };
      };
      if (limit === null || last?.group !== group) return [step(1, false, characters.length)];
      const others = characters.length > 1 ? [step(1, false, characters.length - 1)] : [];
      return last.run < limit ? [...others, step(last.run + 1, true, 1)] : others;
    });
  }

  #count(state: State): bigint {
    const { left, missing, last } = state;
    if (left === 0) return missing.every((number) => number === 0) ? 1n : 0n;
    const key = `${String(left)}|${missing.join()}|${last === null ? '' : `${String(last.group)},${String(last.run)}`}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const count = this.#steps(state).reduce((sum, { ways, next }) => sum + BigInt(ways) * this.#count(next), 0n);
    if (this.#known.size >= mostStates) {
      throw new VaultError('invalid_request', 'these rules are too much at this length: ask for a shorter password');
    }
    this.#known.set(key, count);
    return count;
  }
}

/** A number from 0 to `limit` - 1, each as likely as any other: what is too large is drawn again. */
export function randomBelow(limit: bigint): bigint {
  const bits = (limit - 1n).toString(2).length;
  for (;;) {
    const drawn = BigInt(`0x${randomBytes(Math.ceil(bits / 8)).toString('hex')}`) >> BigInt((8 - (bits % 8)) % 8);
    if (drawn < limit) return drawn;
  }
}
