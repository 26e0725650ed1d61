import { idText } from '../../core/entry/id.ts';
import type { ManifestRow } from '../../core/manifest/row.ts';
import { entriesNamed } from '../../core/log/event.ts';
import type { Happening } from './origin.ts';

type Change = 'added' | 'changed' | 'removed' | 'restored' | 'deleted';
type Row = Pick<ManifestRow, 'id' | 'revision' | 'trashed'>;

/** What a transaction has done to entries, for the access log. */
export class Touched {
  readonly #silent: boolean;
  readonly #changes = new Map<Change, { readonly entries: string[]; count: number }>();

  /** @param options `silent` where nothing changes but keys */
  constructor({ silent = false }: { readonly silent?: boolean } = {}) {
    this.#silent = silent;
  }

  added(id: Uint8Array): void {
    this.#note('added', id);
  }

  replaced(old: Row, row: Row): void {
    // Lookup values alone: nobody's change.
    if (old.revision === row.revision) return;
    this.#note(old.trashed === row.trashed ? 'changed' : row.trashed ? 'removed' : 'restored', row.id);
  }

  deleted(id: Uint8Array): void {
    this.#note('deleted', id);
  }

  /** One for each kind of change. */
  happenings(): Happening[] {
    return [...this.#changes].map(([action, { entries, count }]) => ({ action, entries, count }));
  }

  #note(change: Change, id: Uint8Array): void {
    if (this.#silent) return;
    const noted = this.#changes.get(change) ?? { entries: [], count: 0 };
    if (noted.entries.length < entriesNamed) noted.entries.push(idText(id));
    noted.count += 1;
    this.#changes.set(change, noted);
  }
}
