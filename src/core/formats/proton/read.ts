import { VaultError } from '../../errors.ts';
import { hasCsvHeader, readCsv } from '../csv/layout.ts';
import { protonLayout } from '../csv/proton.ts';
import { finished } from '../finish.ts';
import { addObject, objectsOf } from '../flatten.ts';
import { addField, addNotes, addTag, addUrl, type Draft, type ImportResult, newDraft, setUsername } from '../item.ts';
import { asItems, asList, asNumber, asObject, asObjects, asText, type JsonObject, readJson } from '../json.ts';
import type { ImportOptions } from '../options.ts';
import { isPgp, openPgp } from '../pgp/open.ts';
import { bytesSource, type ByteSource, readWhole } from '../source.ts';
import { headText } from '../text.ts';
import { fromSeconds } from '../times.ts';
import { isZip, openZip, type ZipFile, type ZipFiles } from '../zip.ts';
import { addContent, addExtraFields } from './content.ts';

const dataFile = /^(?:.*\/)?data\.(?:json|pgp)$/;

const trashed = 2;

/** What of an item has a place of its own here or means nothing outside Proton Pass. */
const knownKeys = [
  ...['itemId', 'shareId', 'folderId', 'data', 'state', 'aliasEmail', 'contentFormatVersion', 'createTime', 'modifyTime', 'pinned'],
  'files',
];
const knownData = ['metadata', 'extraFields', 'platformSpecific', 'type', 'content'];
const knownMetadata = ['name', 'note', 'itemUuid'];

/** Nobody nests folders deeper. */
const deepestFolder = 50;

/** The paths of a vault's folders by their ids, from the vault's name on. */
function folderPaths(vault: JsonObject): ReadonlyMap<string, string> {
  const folders = new Map(asObjects(vault['folders']).map((folder) => [asText(folder['folderId']) ?? '', folder]));
  const path = (id: string): string => {
    const names: string[] = [];
    const seen = new Set<string>();
    for (
      let at = id;
      folders.has(at) && !seen.has(at) && seen.size < deepestFolder;
      at = asText(folders.get(at)?.['parentFolderId']) ?? ''
    ) {
      seen.add(at);
      names.unshift(asText(folders.get(at)?.['name']) ?? '');
    }
    return [asText(vault['name']) ?? '', ...names].filter((name) => name !== '').join('/');
  };
  return new Map([...folders.keys()].map((id) => [id, path(id)]));
}

/** Files stand in a folder of their own: by their names, in older archives behind an id of 16 characters that the item names. */
type AttachedFiles = ReadonlyMap<string, { readonly name: string; readonly file: ZipFile }>;

const idLength = 16;

function attachedFiles(files: ZipFiles): AttachedFiles {
  const found = new Map<string, { name: string; file: ZipFile }>();
  for (const [path, file] of files) {
    if (!/(?:^|\/)files\//.test(path)) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name[idLength] === '-') found.set(name.slice(0, idLength), { name: name.slice(idLength + 1), file });
    found.set(name, { name, file });
  }
  return found;
}

/** The applications that a login may be filled in. */
function readApplications(draft: Draft, data: JsonObject): void {
  const { android, ...others } = asObject(data['platformSpecific']) ?? {};
  const applications = asObject(android) ?? { android };
  for (const { packageName } of objectsOf(draft, applications, 'allowedApps')) {
    const app = asText(packageName);
    if (app !== null) addUrl(draft, `androidapp://${app}`);
  }
  for (const later of [others, applications]) addObject(draft, later, { prefix: 'platform', except: ['allowedApps'] });
}

function readItem(draft: Draft, item: JsonObject, files: AttachedFiles): void {
  const data = asObject(item['data']) ?? {};
  const metadata = asObject(data['metadata']) ?? {};
  const type = asText(data['type']) ?? 'login';
  draft.name = asText(metadata['name']);
  addNotes(draft, asText(metadata['note']));
  if (type === 'alias') {
    setUsername(draft, asText(item['aliasEmail']));
    addField(draft, 'kind', 'alias', false);
    addObject(draft, asObject(data['content']) ?? {});
  } else addContent(draft, type, asObject(data['content']) ?? {});
  addExtraFields(draft, data, 'extraFields');
  addObject(draft, metadata, { except: knownMetadata });
  addObject(draft, data, { except: knownData });
  addObject(draft, item, { except: knownKeys });
  readApplications(draft, data);
  for (const reference of asList(item['files'])) {
    const found = files.get((asText(reference) ?? '').replace(/[/\\]/g, '_'));
    if (found === undefined) draft.problems.push('has a file that is not in the archive');
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
  const attached = attachedFiles(files);
  let number = 0;
  for (const vault of asObjects(Object.values(vaults))) {
    const paths = folderPaths(vault);
    for (const value of asItems(vault['items'])) {
      const draft = newDraft(`item ${++number}`);
      const item = asObject(value);
      if (item === null) draft.problems.push('is no item: nothing of it could be read');
      else {
        addTag(draft, paths.get(asText(item['folderId']) ?? '') ?? asText(vault['name']));
        readItem(draft, item, attached);
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
