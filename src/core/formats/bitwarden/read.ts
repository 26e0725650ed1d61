import { VaultError } from '../../errors.ts';
import { bitwardenLayout } from '../csv/bitwarden.ts';
import { hasCsvHeader, readCsv } from '../csv/layout.ts';
import { finished } from '../finish.ts';
import { append, type ImportAttachment, type ImportResult, shortLabel } from '../item.ts';
import { asObject, type JsonObject, readJson } from '../json.ts';
import type { ImportOptions } from '../options.ts';
import { bytesSource, type ByteSource } from '../source.ts';
import { headText } from '../text.ts';
import { isZip, openZip, type ZipFiles } from '../zip.ts';
import { decryptExport, isEncrypted, sealedForAccount } from './decrypt.ts';
import { holdsSealedTexts, readItems } from './items.ts';

const dataFile = 'data.json';
const attachmentsFolder = 'attachments/';

/** An archive's attachments by the id of their item: `attachments/ID/NAME`. */
function attachmentsById(files: ZipFiles): Map<string, ImportAttachment[]> {
  const byId = new Map<string, ImportAttachment[]>();
  for (const file of files.values()) {
    const [, id, name] = /^attachments\/([^/]+)\/(.+)$/s.exec(file.name) ?? [];
    if (id === undefined || name === undefined) continue;
    const all = byId.get(id) ?? [];
    all.push({ name, size: file.size, read: () => file.read() });
    byId.set(id, all);
  }
  return byId;
}

async function exportWithin(json: JsonObject, options: ImportOptions): Promise<JsonObject> {
  const file = isEncrypted(json) ? asObject(await decryptExport(json, options)) : json;
  if (file !== null && holdsSealedTexts(file)) throw sealedForAccount();
  if (file === null || !Array.isArray(file['items'])) {
    throw new VaultError('invalid_request', 'the file is no export of Bitwarden: it holds no items');
  }
  return file;
}

async function* readExport(
  json: JsonObject,
  attachments: ReadonlyMap<string, ImportAttachment[]>,
  options: ImportOptions,
): AsyncGenerator<ImportResult> {
  const unclaimed = new Map(attachments);
  for (const { draft, id, attachments: named } of readItems(await exportWithin(json, options))) {
    const held = attachments.get(id ?? '') ?? [];
    append(draft.attachments, held);
    unclaimed.delete(id ?? '');
    if (named > held.length) draft.problems.push('has attachments, which the file names and does not hold: left out');
    yield* finished(draft);
  }
  for (const { name } of [...unclaimed.values()].flat()) {
    yield { problem: { place: `attachment ${shortLabel(name)}`, message: 'is of an item that is not in the file: left out' } };
  }
}

/** Keys that no other program's JSON has. */
const itsOwn =
  /"(?:encKeyValidation_DO_NOT_EDIT|passwordProtected|organizationId|collectionIds|folderId|secureNote|passwordHistory|reprompt|fido2Credentials)"\s*:/;

/** Whether a file is Bitwarden's JSON, plain or encrypted, its archive with attachments, or its CSV. */
export function isBitwarden(source: ByteSource): boolean {
  if (isZip(source)) {
    try {
      const files = openZip(source);
      return files.has(dataFile) && [...files.keys()].every((name) => name === dataFile || name.startsWith(attachmentsFolder));
    } catch (error) {
      if (error instanceof VaultError) return false;
      throw error;
    }
  }
  const head = headText(source);
  if (/^\s*\{/.test(head)) {
    // Proton Pass says too whether its file is encrypted, and has ids of folders; but its items are in vaults.
    return (itsOwn.test(head) || /"encrypted"\s*:/.test(head)) && !/"vaults"\s*:/.test(head);
  }
  return hasCsvHeader(source, [bitwardenLayout]);
}

/** Bitwarden: JSON (plain, or protected by a password with PBKDF2 or Argon2id), the archive of JSON and attachments, CSV. */
export async function* readBitwarden(source: ByteSource, options: ImportOptions): AsyncGenerator<ImportResult> {
  if (isZip(source)) {
    const files = openZip(source);
    const data = files.get(dataFile);
    if (data === undefined) throw new VaultError('invalid_request', 'the archive is no export of Bitwarden: it holds no data.json');
    yield* readExport(readJson(bytesSource(data.read())), attachmentsById(files), options);
  } else if (/^\s*\{/.test(headText(source, 1024))) {
    yield* readExport(readJson(source), new Map(), options);
  } else {
    yield* readCsv(source, [bitwardenLayout], 'Bitwarden');
  }
}
