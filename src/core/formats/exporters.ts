import { VaultError } from '../errors.ts';
import { writeBitwarden } from './bitwarden/write.ts';
import { writeCxf } from './cxf/write.ts';
import type { ExportedEntries, ExportOptions } from './export.ts';
import { writeKdbx } from './keepass/write.ts';
import { encryptAge } from './vault/age.ts';
import { writeVaultCsv } from './vault/csv.ts';
import { writeVaultJson } from './vault/json.ts';

/** A format that `vault export` writes. */
export interface ExportFormat {
  readonly name: string;
  /** One line for help. */
  readonly description: string;
  /** Whether the file is encrypted: always, where a password is given, or never. */
  readonly protection: 'always' | 'optional' | 'never';
  /** Whether it has a place for earlier revisions, or at least their passwords. */
  readonly history: boolean;
  /** What the file's name usually ends with. */
  readonly extension: string;
  /** The file in pieces, written as the entries come where the format allows. `invalid_request` where it needs a password and has none. */
  readonly write: (entries: ExportedEntries, options: ExportOptions) => AsyncIterable<Uint8Array>;
}

async function* writeAge(entries: ExportedEntries, options: ExportOptions): AsyncGenerator<Uint8Array> {
  if (options.password === null) throw new VaultError('invalid_request', 'an age file needs a passphrase');
  yield* encryptAge(writeVaultJson(entries, options), options.password);
}

/** Every export format, the default first. */
export const exportFormats: readonly ExportFormat[] = [
  {
    name: 'age',
    description: "Vault's own JSON, encrypted to a passphrase by age",
    protection: 'always',
    history: true,
    extension: '.age',
    write: writeAge,
  },
  {
    name: 'bitwarden',
    description: 'Bitwarden JSON, protected by a password or plain',
    protection: 'optional',
    history: true,
    extension: '.json',
    write: writeBitwarden,
  },
  {
    name: 'csv',
    description: 'a table for spreadsheets and other programs',
    protection: 'never',
    history: false,
    extension: '.csv',
    write: writeVaultCsv,
  },
  {
    name: 'kdbx',
    description: 'a KDBX 4 database for KeePass and KeePassXC',
    protection: 'always',
    history: true,
    extension: '.kdbx',
    write: writeKdbx,
  },
  {
    name: 'cxf',
    description: 'FIDO Credential Exchange Format',
    protection: 'never',
    history: false,
    extension: '.json',
    write: writeCxf,
  },
];

/** The export format of this name; null for an unknown one. */
export function exportFormat(name: string): ExportFormat | null {
  return exportFormats.find((format) => format.name === name) ?? null;
}
