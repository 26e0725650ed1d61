import type { Effects, Observer } from './writers.ts';

/**
 * What writers were told, against which a vault is held: everything acknowledged must be there, and of what was not yet acknowledged
 * (each writer waits for its answer, so that is one write a writer) all or nothing.
 */
export class Ledger implements Observer {
  readonly #acknowledged = new Map<string, string>();
  readonly #open = new Map<number, Effects>();
  /** How many writes were acknowledged so far. */
  writes = 0;

  intended(writer: number, effects: Effects): void {
    this.#open.set(writer, effects);
  }

  acknowledged(writer: number, effects: Effects): void {
    this.writes += 1;
    this.#open.delete(writer);
    this.#apply(effects);
  }

  /** What a vault lacks, or has that nobody wrote; takes it as the state to go on from. */
  settle(found: ReadonlyMap<string, string | null>): string[] {
    const problems: string[] = [];
    for (const effects of this.#open.values()) {
      const done = effects.map(([name, value]) => (found.get(name) ?? null) === value);
      if (done.every((each) => each)) this.#apply(effects);
      else if (effects.length > 1 && done.some((each) => each)) problems.push('a part of an import is there, and a part is not');
    }
    this.#open.clear();
    for (const [name, value] of this.#acknowledged) {
      const there = found.get(name);
      if (there !== value) problems.push(`${name} was acknowledged with ${value}, and is ${there ?? 'missing'}`);
    }
    for (const name of found.keys()) if (!this.#acknowledged.has(name)) problems.push(`${name} is there, and should not be`);
    return problems;
  }

  #apply(effects: Effects): void {
    for (const [name, value] of effects) {
      if (value === null) this.#acknowledged.delete(name);
      else this.#acknowledged.set(name, value);
    }
  }
}
