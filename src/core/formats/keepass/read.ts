import { VaultError } from '../../errors.ts';
import type { ImportResult } from '../item.ts';
import type { ImportOptions } from '../options.ts';
import { asBuffer, bytesSource, type ByteSource, readWhole } from '../source.ts';
import { headText } from '../text.ts';
import { openDatabase } from './body.ts';
import { readDocument } from './document.ts';
import { readHeader, signature } from './header.ts';
import { keepassItems } from './items.ts';

/** Whether a file begins as KeePass's databases do, those of version 1 too. */
export function isKdbx(source: ByteSource): boolean {
  return asBuffer(source.read(0, 4)).equals(signature.subarray(0, 4));
}

/** KeePass databases: KDBX 3.1 and 4, with AES-KDF or Argon2, AES or ChaCha20, password, key file or both. */
export async function* readKdbx(source: ByteSource, { filePassword, keyFile, argon2 }: ImportOptions): AsyncGenerator<ImportResult> {
  const file = readWhole(source);
  const header = readHeader(file);
  const password = await filePassword();
  if (password === null && keyFile === null) {
    throw new VaultError('invalid_request', 'the database is opened by a password or a key file, and neither was given');
  }
  const { xml, unprotect, binaries, headerHash } = await openDatabase(file, header, { password, keyFile }, argon2);
  const document = readDocument(bytesSource(xml), unprotect);
  if (headerHash !== null && document.headerHash !== null && !Buffer.from(document.headerHash, 'base64').equals(headerHash)) {
    throw new VaultError('invalid_request', 'the header of the database was changed by somebody who did not know its key');
  }
  binaries.forEach((bytes, index) => document.binaries.set(String(index), () => bytes));
  yield* keepassItems(document);
}

export function isKeepassXml(source: ByteSource): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:KeePassFile|!DOCTYPE)\b/s.test(headText(source, 4096));
}

/** The XML that KeePass 2 and KeePassXC export. */
export function* readKeepassXml(source: ByteSource): Generator<ImportResult> {
  yield* keepassItems(readDocument(source, null));
}
