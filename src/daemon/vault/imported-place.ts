import { hash } from 'node:crypto';
import type { ConflictPolicy, ImportReport } from '../../core/entry/import.ts';
import type { OpenEntry } from './find-entry.ts';
import { holds, type Offered } from './imported-content.ts';

/** Where an entry that comes in is to go: into one that is there, into a new one, or nowhere, for one of three reasons. */
type Place = OpenEntry | 'new' | 'known' | 'duplicate' | 'conflict';

/** Tells of each entry of an import where it is to go, and counts those that are there already or stand against one that is. */
export class Placing {
  readonly #report: Pick<ImportReport, 'skipped' | 'conflicts'>;
  readonly #onConflict: ConflictPolicy;
  /** Digests of what this import brought so far: the same to the letter comes once. */
  readonly #seen = new Set<string>();
  /** Entries of the vault that hold what came, and those that are to become what came: nothing else that comes replaces them. */
  readonly #kept = new Set<string>();
  readonly #replaced = new Set<string>();

  constructor(report: Pick<ImportReport, 'skipped' | 'conflicts'>, onConflict: ConflictPolicy) {
    this.#report = report;
    this.#onConflict = onConflict;
  }

  /** `existing` are the vault's entries of the same name and username. */
  of(offered: Offered, existing: readonly OpenEntry[]): Place {
    const { password } = offered.content;
    const digest = hash('sha256', JSON.stringify(offered), 'buffer').toString('latin1');
    const holder = existing.find(({ id, body }) => !this.#replaced.has(id) && holds(body, offered));
    if (holder !== undefined) this.#kept.add(holder.id);
    if (this.#seen.has(digest) || holder !== undefined) {
      this.#report.skipped += 1;
      return 'known';
    }
    this.#seen.add(digest);
    // What goes into the trash is in nobody's way there, and takes nobody's place.
    if (existing.length === 0 || offered.trashed) return 'new';
    if (this.#onConflict === 'skip' && password !== null && existing.some(({ body }) => body.password === password)) {
      this.#report.skipped += 1;
      return 'duplicate';
    }
    this.#report.conflicts += 1;
    if (this.#onConflict !== 'replace') return this.#onConflict === 'keep-both' ? 'new' : 'conflict';
    return this.#replaceable(existing, password);
  }

  /** The entry that is to be replaced, one of the same password before others; a new one where all have been. */
  #replaceable(existing: readonly OpenEntry[], password: string | null): OpenEntry | 'new' {
    const free = existing.filter(({ id }) => !this.#kept.has(id) && !this.#replaced.has(id));
    const other = free.find(({ body }) => body.password === password) ?? free[0];
    if (other === undefined) return 'new';
    this.#replaced.add(other.id);
    return other;
  }
}
