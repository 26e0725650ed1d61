import { VaultError } from '../errors.ts';
import { isBitwarden, readBitwarden } from './bitwarden/read.ts';
import { appleLayout, chromeLayout, firefoxLayout } from './csv/browsers.ts';
import { isDashlane, readDashlane } from './csv/dashlane.ts';
import { keepassLayout } from './csv/keepassxc.ts';
import { lastpassLayout } from './csv/lastpass.ts';
import { type CsvLayout, hasCsvHeader, readCsv } from './csv/layout.ts';
import { nordpassLayout } from './csv/nordpass.ts';
import { onePasswordLayout } from './csv/onepassword.ts';
import { roboformLayout } from './csv/roboform.ts';
import { isCxf, readCxf } from './cxf/read.ts';
import { isEnpass, readEnpass } from './enpass.ts';
import type { ImportResult } from './item.ts';
import { isKdbx, isKeepassXml, readKdbx, readKeepassXml } from './keepass/read.ts';
import { isOnePux, readOnePux } from './onepassword/read.ts';
import type { ImportOptions } from './options.ts';
import { isProton, readProton } from './proton/read.ts';
import type { ByteSource } from './source.ts';
import { isVaultExport, readVaultExport } from './vault/read.ts';
import { isZip, openZip } from './zip.ts';

/** A format that `vault import` reads from one file. */
export interface FileFormat {
  readonly name: string;
  /** One line for `vault import --list`. */
  readonly description: string;
  /** Whether a file is of this format, by its beginning, or where that says too little, its parts. Never throws, never asks for a password. */
  readonly recognises: (source: ByteSource) => boolean;
  /**
   * The file's items and problems in its order, read as they are taken. Throws `invalid_request` where the file cannot be read (cut
   * short, of another format, an attack), `incorrect_password` where the password is wrong: nothing of such a file is to be kept.
   */
  readonly read: (source: ByteSource, options: ImportOptions) => AsyncIterable<ImportResult> | Iterable<ImportResult>;
}

function csvFormat(name: string, program: string, layouts: readonly CsvLayout[]): FileFormat {
  return {
    name,
    description: `${program} (CSV)`,
    recognises: (source) => hasCsvHeader(source, layouts),
    read: (source) => readCsv(source, layouts, program),
  };
}

/** Every format of one file, in the order in which `vault import --list` shows them. */
export const fileFormats: readonly FileFormat[] = [
  {
    name: 'bitwarden',
    description: 'Bitwarden (JSON, password-protected JSON, zip with attachments, CSV)',
    recognises: isBitwarden,
    read: readBitwarden,
  },
  {
    name: 'kdbx',
    description: 'KeePass and KeePassXC databases (KDBX 3.1 and 4; password, --key-file or both)',
    recognises: isKdbx,
    read: readKdbx,
  },
  { name: 'keepass-xml', description: 'KeePass 2 and KeePassXC (XML)', recognises: isKeepassXml, read: readKeepassXml },
  csvFormat('keepassxc-csv', 'KeePassXC and KeePassX', [keepassLayout]),
  { name: '1pux', description: '1Password (1PUX)', recognises: isOnePux, read: readOnePux },
  csvFormat('1password-csv', '1Password', [onePasswordLayout]),
  csvFormat('chrome', 'Chrome, Edge, Brave and others', [chromeLayout]),
  csvFormat('firefox', 'Firefox', [firefoxLayout]),
  csvFormat('apple', 'Apple Passwords and Safari', [appleLayout]),
  {
    ...csvFormat('lastpass', 'LastPass', [lastpassLayout(false)]),
    read: (source, { unescapeHtml }) => readCsv(source, [lastpassLayout(unescapeHtml)], 'LastPass'),
  },
  { name: 'dashlane', description: 'Dashlane (CSV, zip of CSV)', recognises: isDashlane, read: readDashlane },
  { name: 'proton', description: 'Proton Pass (JSON, zip with files, PGP, CSV)', recognises: isProton, read: readProton },
  { name: 'enpass', description: 'Enpass (JSON)', recognises: isEnpass, read: readEnpass },
  csvFormat('nordpass', 'NordPass', [nordpassLayout]),
  csvFormat('roboform', 'RoboForm', [roboformLayout]),
  { name: 'cxf', description: 'FIDO Credential Exchange Format (JSON)', recognises: isCxf, read: readCxf },
  { name: 'vault', description: "Vault's own exports (age, JSON, CSV)", recognises: isVaultExport, read: readVaultExport },
];

/** One line of `vault import --list`: a format's name, what it is, and whether it is read from a file or from a folder. */
export interface ListedFormat {
  readonly name: string;
  readonly description: string;
  readonly input: 'file' | 'folder';
}

const passStore: ListedFormat = {
  name: 'pass',
  description: 'a password store of pass or gopass (the folder; opened by your own gpg)',
  input: 'folder',
};

/** All formats that can be imported, `pass` among them, which pass-store.ts reads. */
export const importFormats: readonly ListedFormat[] = fileFormats.flatMap(({ name, description }): ListedFormat[] => {
  const listed: ListedFormat = { name, description, input: 'file' };
  return name === 'cxf' ? [passStore, listed] : [listed];
});

/** The format of this name; null for an unknown one, and for `pass`, which is no file. */
export function fileFormat(name: string): FileFormat | null {
  return fileFormats.find((format) => format.name === name) ?? null;
}

/** The format that a file is of, for `auto`. `invalid_request` where it looks like none. */
export function detectFormat(source: ByteSource): FileFormat {
  const found = fileFormats.find((format) => format.recognises(source));
  if (found === undefined) {
    // An archive that was cut short, or made to do harm, is of no format either: what is wrong with it helps more.
    if (isZip(source)) openZip(source);
    throw new VaultError('invalid_request', 'the file looks like no format that can be imported', {
      hint: 'vault import --list shows the formats; name the one it is',
    });
  }
  return found;
}
