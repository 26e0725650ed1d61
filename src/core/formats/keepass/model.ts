/*
 * What a KeePass database holds, as its XML has it: texts not interpreted yet.
 */

export interface KeepassText {
  readonly name: string;
  readonly value: string;
  readonly hidden: boolean;
}

/** A file of an entry: its own copy, or the number of one that the database holds. */
export interface KeepassFile {
  readonly name: string;
  readonly data: (() => Buffer) | null;
  readonly ref: string | null;
}

export interface KeepassEntry {
  uuid: string;
  readonly texts: KeepassText[];
  readonly files: KeepassFile[];
  tags: string;
  created: string | null;
  modified: string | null;
  /** When it expires; null where it does not. */
  expiry: string | null;
  expires: boolean;
  overrideUrl: string;
  autoType: string;
  readonly associations: { window: string; sequence: string }[];
  readonly customData: { name: string; value: string }[];
  readonly history: KeepassEntry[];
}

export interface KeepassGroup {
  uuid: string;
  name: string;
  notes: string;
  tags: string;
  readonly parent: KeepassGroup | null;
}

export interface KeepassDocument {
  /** In the order of the file, each with the group it is in; earlier versions stand in `history`. */
  readonly entries: { readonly entry: KeepassEntry; readonly group: KeepassGroup }[];
  readonly groups: KeepassGroup[];
  /** KDBX 3 and XML: the database's files by their number. */
  readonly binaries: Map<string, () => Buffer>;
  recycleBin: string | null;
  /** The program that wrote it; empty where it does not say. */
  generator: string;
  headerHash: string | null;
}
