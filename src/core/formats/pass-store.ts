import { isUtf8 } from 'node:buffer';
import { VaultError } from '../errors.ts';
import { finished } from './finish.ts';
import { addField, addNotes, addTag, addTotp, addUrl, type Draft, type ImportResult, looksSecret, newDraft, setUsername } from './item.ts';

/** A file of a password store: its path below the store's folder, with forward slashes. */
export interface StoreFile {
  readonly path: string;
  readonly read: () => Uint8Array | Promise<Uint8Array>;
}

export interface StoreOptions {
  /** The user's own gpg. What it throws for one file is that file's problem, unless it is `cancelled`. */
  readonly decrypt: (message: Uint8Array, path: string) => Promise<Uint8Array>;
}

/** Folders and files that are the store's own. */
const ownFiles = /(?:^|\/)\.[^/]+(?:\/|$)/;

/** The names under which people keep their user and addresses. */
const userKeys = /^(?:login|user|username|email|e-mail|account)$/i;
const urlKeys = /^(?:url|uri|website|site|web|link)$/i;

/** A line like `key: value`; a scheme's colon is none. */
const keyLine = /^([^\s:][^:]{0,99}):(?!\/\/)[ \t]*(.*)$/;

/**
 * What a file of the store says: the password in its first line, then `key: value` lines, then anything. Lines that hold an otpauth
 * address are its one-time code wherever they stand; other text stays as it is, in the notes.
 */
function readText(draft: Draft, text: string): void {
  const [first = '', ...lines] = text.replace(/\r\n/g, '\n').split('\n');
  if (/^otpauth:\/\//i.test(first)) addTotp(draft, first);
  else draft.password = first === '' ? null : first;
  const rest: string[] = [];
  for (const line of lines) {
    const [, key, value] = (rest.length === 0 ? keyLine.exec(line) : null) ?? [];
    if (/^\s*otpauth:\/\//i.test(line)) addTotp(draft, line);
    else if (key === undefined || value === undefined) {
      // The mark that gopass sets before its keys, and blank lines before the first text.
      if (rest.length > 0 || (line.trim() !== '' && line !== '---')) rest.push(line);
    } else if (/^(?:totp|otp|otpauth)$/i.test(key)) addTotp(draft, value, key);
    else if (userKeys.test(key)) setUsername(draft, value, key);
    else if (urlKeys.test(key)) addUrl(draft, value);
    else addField(draft, key, value, looksSecret(key));
  }
  addNotes(draft, rest.join('\n').trimEnd());
}

/** What is no text is a file, which some programs keep in a store too. */
function readBytes(draft: Draft, bytes: Uint8Array, name: string): void {
  if (isUtf8(bytes) && !bytes.includes(0)) readText(draft, new TextDecoder().decode(bytes));
  else draft.attachments.push({ name, size: bytes.length, read: () => bytes });
}

/**
 * A password store (`pass`, and gopass with GnuPG): each file an entry named by its path, tagged by its folder. A file that gpg cannot
 * open is reported and the rest goes on; `invalid_request` where there is none that could be one.
 */
export async function* readPassStore(
  files: AsyncIterable<StoreFile> | Iterable<StoreFile>,
  { decrypt }: StoreOptions,
): AsyncGenerator<ImportResult> {
  let found = 0;
  for await (const { path, read } of files) {
    if (ownFiles.test(path)) continue;
    if (!path.endsWith('.gpg')) {
      yield { problem: { place: path, message: 'is no .gpg file: left out' } };
      continue;
    }
    found++;
    const name = path.slice(0, -4);
    const draft = newDraft(name);
    draft.name = name;
    const slash = name.lastIndexOf('/');
    if (slash > 0) addTag(draft, name.slice(0, slash));
    let bytes: Uint8Array;
    try {
      bytes = await decrypt(await read(), path);
    } catch (error) {
      if (!(error instanceof VaultError) || error.code === 'cancelled') throw error;
      yield { problem: { place: path, message: `could not be decrypted: ${error.message}` } };
      continue;
    }
    readBytes(draft, bytes, name);
    yield* finished(draft);
  }
  if (found === 0) throw new VaultError('invalid_request', 'the folder is no password store: there is no .gpg file in it');
}
