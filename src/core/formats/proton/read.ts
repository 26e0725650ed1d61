import { VaultError } from '../../errors.ts';
import { hasCsvHeader, readCsv } from '../csv/layout.ts';
import { protonLayout } from '../csv/proton.ts';
import { finished } from '../finish.ts';
import { addField, addNotes, addTag, type Draft, type ImportResult, newDraft, setUsername } from '../item.ts';
import { asList, asNumber, asObject, asObjects, asText, type JsonObject, readJson } from '../json.ts';
import type { ImportOptions } from '../options.ts';
import { isPgp, openPgp } from '../pgp.ts';
import { bytesSource, type ByteSource, readWhole } from '../source.ts';
import { headText } from '../text.ts';
import { fromSeconds } from '../times.ts';
import { isZip, openZip, type ZipFile, type ZipFiles } from '../zip.ts';
import { addContent, addExtraFields } from './content.ts';

const dataFile = /^(?:.*\/)?data\.(?:json|pgp)$/;

const trashed = 2;

/** The paths of a vault's folders by their ids, from the vault's name on. */
function folderPaths(vault: JsonObject): ReadonlyMap<string, string> {
  const folders = new Map(asObjects(vault['folders']).map((folder) => [asText(folder['folderId']) ?? '', folder]));
  const path = (id: string): string[] => {
    const names: string[] = [];
    const seen = new Set<string>();
    for (let folder = folders.get(id); folder !== undefined; folder = folders.get(asText(folder['parentFolderId']) ?? '')) {
      const own = asText(folder['folderId']) ?? '';
      if (seen.has(own)) break;
      seen.add(own);
      names.unshift(asText(folder['name']) ?? '');
    }
    return names;
  };
  const name = asText(vault['name']);
  return new Map([...folders.keys()].map((id) => [id, [name, ...path(id)].filter((part) => part !== null && part !== '').join('/')]));
}

/** Files stand in a folder of their own, older ones behind an id that the item names. */
function fileOf(files: ZipFiles, reference: string): { name: string; file: ZipFile } | null {
  const flat = reference.replace(/[/\\]/g, '_');
  for (const [path, file] of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (!/(?:^|\/)files\//.test(path)) continue;
    if (name === flat) return { name, file };
    if (name.startsWith(`${reference}-`)) return { name: name.slice(reference.length + 1), file };
  }
  return null;
}

function readItem(draft: Draft, item: JsonObject, files: ZipFiles): void {
  const data = asObject(item['data']) ?? {};
  const metadata = asObject(data['metadata']) ?? {};
  const type = asText(data['type']) ?? 'login';
  draft.name = asText(metadata['name']);
  addNotes(draft, asText(metadata['note']));
  if (type === 'alias') {
    setUsername(draft, asText(item['aliasEmail']));
    addField(draft, 'kind', 'alias', false);
  } else addContent(draft, type, asObject(data['content']) ?? {});
  addExtraFields(draft, data['extraFields']);
  for (const { packageName } of asObjects(asObject(asObject(data['platformSpecific'])?.['android'])?.['allowedApps'])) {
    const app = asText(packageName);
    if (app !== null) draft.urls.push(`androidapp://${app}`);
  }
  for (const reference of asList(item['files'])) {
    const found = fileOf(files, asText(reference) ?? '');
    if (found === null) draft.problems.push('has a file that is not in the archive');
    else draft.attachments.push({ name: found.name, size: found.file.size, read: () => found.file.read() });
  }
  if (item['pinned'] === true) addTag(draft, 'favorite');
  draft.trashed = item['state'] === trashed;
  draft.createdAt = fromSeconds(asNumber(item['createTime']));
  draft.updatedAt = fromSeconds(asNumber(item['modifyTime']));
}

function* readVaults(json: JsonObject, files: ZipFiles): Generator<ImportResult> {
  const vaults = asObject(json['vaults']);
  if (vaults === null) throw new VaultError('invalid_request', 'the file is no export of Proton Pass: it holds no vaults');
  let number = 0;
  for (const vault of asObjects(Object.values(vaults))) {
    const paths = folderPaths(vault);
    for (const value of asList(vault['items'])) {
      const draft = newDraft(`item ${++number}`);
      const item = asObject(value);
      if (item === null) draft.problems.push('is no item: nothing of it could be read');
      else {
        addTag(draft, paths.get(asText(item['folderId']) ?? '') ?? asText(vault['name']));
        readItem(draft, item, files);
      }
      yield* finished(draft);
    }
  }
}

async function decrypted(message: Uint8Array, { filePassword, argon2 }: ImportOptions): Promise<ByteSource> {
  const password = await filePassword();
  if (password === null) throw new VaultError('invalid_request', 'the export is protected by a password, which was not given');
  return bytesSource(await openPgp(message, password, argon2));
}

function dataOf(files: ZipFiles): ZipFile | null {
  return [...files.values()].find(({ name }) => dataFile.test(name)) ?? null;
}

export function isProton(source: ByteSource): boolean {
  if (isZip(source)) {
    try {
      // Bitwarden's archive has its data at the top.
      return dataOf(openZip(source))?.name.includes('/') === true;
    } catch (error) {
      if (error instanceof VaultError) return false;
      throw error;
    }
  }
  const head = headText(source);
  if (isPgp(source.read(0, 100))) return true;
  if (/^\s*\{/.test(head)) return /"vaults"\s*:\s*\{/.test(head);
  return hasCsvHeader(source, [protonLayout]);
}

/** Proton Pass: JSON, the archive of it with files, either of both encrypted by a passphrase (PGP), CSV. */
export async function* readProton(source: ByteSource, options: ImportOptions): AsyncGenerator<ImportResult> {
  if (isPgp(source.read(0, 100))) {
    const inner = await decrypted(readWhole(source), options);
    if (isPgp(inner.read(0, 100))) throw new VaultError('invalid_request', 'the export is encrypted twice');
    yield* readProton(inner, options);
  } else if (isZip(source)) {
    const files = openZip(source);
    const data = dataOf(files);
    if (data === null) throw new VaultError('invalid_request', 'the archive is no export of Proton Pass: it holds no data.json');
    const bytes = data.read();
    yield* readVaults(readJson(isPgp(bytes) ? await decrypted(bytes, options) : bytesSource(bytes)), files);
  } else if (/^\s*\{/.test(headText(source, 1024))) {
    yield* readVaults(readJson(source), new Map());
  } else {
    yield* readCsv(source, [protonLayout], 'Proton Pass');
  }
}
