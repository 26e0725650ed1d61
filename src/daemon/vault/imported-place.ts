import { hash } from 'node:crypto';
import type { ConflictPolicy, ImportReport } from '../../core/entry/import.ts';
import type { OpenEntry } from './find-entry.ts';
import { lacking, type Offered } from './imported-content.ts';

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

  /**
   * The entry that what comes in is to become the content of, `new`, or `nowhere`. `existing` are the vault's entries of the same name and
   * username; `problem` hears of what is left out.
   */
  of(offered: Offered, existing: readonly OpenEntry[], problem: (message: string) => void): OpenEntry | 'new' | 'nowhere' {
    const { password } = offered.content;
    const digest = hash('sha256', JSON.stringify(offered), 'buffer').toString('latin1');
    const holder = existing.find(({ id, body }) => !this.#replaced.has(id) && lacking(body, offered).length === 0);
    if (holder !== undefined) this.#kept.add(holder.id);
    if (this.#seen.has(digest) || holder !== undefined) {
      this.#report.skipped += 1;
      return 'nowhere';
    }
    this.#seen.add(digest);
    // What goes into the trash is in nobody's way there, and takes nobody's place.
    if (existing.length === 0 || offered.trashed) return 'new';
    const duplicate = password === null ? undefined : existing.find(({ body }) => body.password === password);
    if (this.#onConflict === 'skip' && duplicate !== undefined) {
      this.#report.skipped += 1;
      problem(`is there already with this password: what else the file has was left out (${lacking(duplicate.body, offered).join(', ')})`);
      return 'nowhere';
    }
    this.#report.conflicts += 1;
    if (this.#onConflict === 'keep-both') return 'new';
    if (this.#onConflict === 'replace') return this.#replaceable(existing, password);
    problem('was left out: an entry of this name and username is there, and differs');
    return 'nowhere';
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
