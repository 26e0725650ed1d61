import { basename } from 'node:path';
import { VaultError } from '../../core/errors.ts';
import type { ImportResult } from '../../core/formats/item.ts';
import type { ImportOptions } from '../../core/formats/options.ts';
import { detectFormat, fileFormat, importFormats } from '../../core/formats/registry.ts';
import { suggest } from '../../core/suggest.ts';
import { argon2 } from '../argon2.ts';
import type { Cli } from '../cli.ts';
import { askFilePassword } from '../file-password.ts';
import { readNamedFile, unreadable } from '../read-file.ts';
import { fileOf, type OpenFile, openFile } from './file-source.ts';
import { defaultStore, isPasswordStore, readStore } from './password-store.ts';

export interface ReadOptions {
  readonly filePasswordStdin: boolean;
  readonly keyFile: string | undefined;
  readonly unescapeHtml: boolean;
}

/** An import that can begin: its file is open, and of a format that is known. */
export interface Import {
  readonly format: string;
  /** How far the file has been read, from 0 to 1; null where nobody knows. */
  readonly position: () => number | null;
  /** Whether the file was protected by a password, as far as is known. */
  readonly locked: () => boolean;
  /** The file's items and problems; asks for its password when that is wanted. Can be begun again. */
  readonly read: () => AsyncIterable<ImportResult>;
  readonly close: () => void;
}

/** How often a wrong password may be typed. */
const attempts = 3;

/** A key file larger than this, in MiB, is none. */
const keyFileLimit = 16;

function unknownFormat(name: string): VaultError {
  const [nearest] = suggest(
    name,
    importFormats.map((format) => format.name),
    1,
  );
  return new VaultError('usage', 'there is no such format', {
    hint: nearest === undefined ? 'vault import --list shows them; auto looks at the content' : `did you mean ${nearest}?`,
  });
}

/** Throws `usage` for the name of a format that is not there. */
export function checkFormat(name: string): void {
  if (name !== 'auto' && importFormats.every((format) => format.name !== name)) throw unknownFormat(name);
}

function storeImport(cli: Cli, folder: string): Import {
  return { format: 'pass', position: () => null, locked: () => true, read: () => readStore(cli, folder), close: () => undefined };
}

async function open(cli: Cli, path: string): Promise<OpenFile | null> {
  return path === '-' ? await fileOf(cli.stdin.bytes('-')) : await openFile(path);
}

/** Reads a file by its format. A wrong password that was typed may be typed again; one from standard input is final. */
async function* readItems(
  read: (options: ImportOptions) => AsyncIterable<ImportResult> | Iterable<ImportResult>,
  options: Omit<ImportOptions, 'filePassword'>,
  ask: () => Promise<string | null>,
  refused: (() => void) | null,
): AsyncGenerator<ImportResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      yield* read({ ...options, filePassword: ask });
      return;
    } catch (error) {
      if (!(error instanceof VaultError) || error.code !== 'incorrect_password') throw error;
      // Nothing has been read by then.
      if (refused !== null && attempt < attempts) refused();
      else throw new VaultError(error.code, error.message, { hint: "it is the file's own password, not that of the vault", cause: error });
    }
  }
}

/**
 * Opens what is to be imported, and finds out its format. `path` null is where `pass` keeps its store.
 *
 * @throws VaultError `usage` where it cannot be opened, `invalid_request` where its format is not known
 */
export async function openImport(
  cli: Cli,
  formatName: string,
  path: string | null,
  { filePasswordStdin, keyFile, unescapeHtml }: ReadOptions,
): Promise<Import> {
  if (path === null) return storeImport(cli, defaultStore(cli.env));
  if (path === '-' && filePasswordStdin) {
    throw new VaultError('usage', 'standard input can be read once, not by both - and --file-password-stdin', {
      hint: 'give the file by its name',
    });
  }
  const key = keyFile === undefined ? null : await readNamedFile(keyFile, keyFileLimit);
  const file = await open(cli, path);
  if (file === null) {
    if (formatName === 'pass' || (formatName === 'auto' && isPasswordStore(path))) return storeImport(cli, path);
    throw unreadable(path, Object.assign(new Error('a folder'), { code: 'EISDIR' }));
  }
  try {
    if (formatName === 'pass') throw new VaultError('usage', 'a password store is a folder, and this is a file');
    const format = formatName === 'auto' ? detectFormat(file.source) : fileFormat(formatName);
    if (format === null) throw unknownFormat(formatName);
    let locked = false;
    const ask = () => {
      locked = true;
      return askFilePassword(cli, {
        file: path === '-' ? 'the file' : basename(path),
        fromStdin: filePasswordStdin,
        optional: key !== null,
      });
    };
    const options = { keyFile: key, argon2, now: Date.now(), unescapeHtml };
    const refused = filePasswordStdin
      ? null
      : () => {
          cli.output.warn(cli.output.noteStyle.yellow('that is not the password of the file'));
        };
    return {
      format: format.name,
      position: file.position,
      locked: () => locked,
      read: () => readItems((all) => format.read(file.source, all), options, ask, refused),
      close: file.close,
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
