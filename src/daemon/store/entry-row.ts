import type { ManifestRow } from '../../core/manifest/row.ts';

/** One entry as it is stored, with its lookup values in ascending order. */
export interface EntryRow extends ManifestRow {
  /** The number other rows refer to. */
  readonly seq: number;
  readonly id: Buffer;
  readonly wrappedKey: Buffer;
  readonly body: Buffer;
  readonly lookupValues: readonly Buffer[];
}
