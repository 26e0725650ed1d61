import { VaultError } from '../../errors.ts';
import { finished } from '../finish.ts';
import { addObject, objectsOf } from '../flatten.ts';
import { addEarlierPassword, addField, addNotes, addTag, addUrl, type Draft, type ImportResult, newDraft, setPassword } from '../item.ts';
import { asItems, asList, asNumber, asObject, asObjects, asText, type JsonObject, readJson } from '../json.ts';
import { bytesSource, type ByteSource } from '../source.ts';
import { fromSeconds } from '../times.ts';
import { isZip, openZip, type ZipFiles } from '../zip.ts';
import { type FileReference, fileReference, readLoginField, readSections } from './fields.ts';

const dataFile = 'export.data';

/** Kinds of items by 1Password's number, but logins, passwords and notes, which need no word. */
const categories: Readonly<Record<string, string>> = {
  '002': 'credit card',
  '004': 'identity',
  '006': 'document',
  '100': 'software licence',
  '101': 'bank account',
  '102': 'database',
  '103': "driver's licence",
  '104': 'outdoor licence',
  '105': 'membership',
  '106': 'passport',
  '107': 'rewards programme',
  '108': 'social security number',
  '109': 'wireless router',
  '110': 'server',
  '111': 'email account',
  '112': 'API credential',
  '113': 'medical record',
  '114': 'SSH key',
  '115': 'crypto wallet',
};

/** What of an item, and of its overview, has a place of its own here or means nothing outside 1Password. */
const knownKeys = ['uuid', 'favIndex', 'createdAt', 'updatedAt', 'state', 'trashed', 'categoryUuid', 'details', 'overview'];
const knownOverview = ['title', 'subtitle', 'ainfo', 'url', 'urls', 'tags', 'icons', 'ps', 'pbe', 'pgrng', 'watchtowerExclusions'];

/** Attached files stand under `files/`, named by their id and then their own name. */
function addFiles(draft: Draft, references: readonly FileReference[], files: ZipFiles): void {
  for (const { id, name } of references) {
    const file = files.get(id);
    if (file === undefined) draft.problems.push('has a file that is not in the archive');
    else draft.attachments.push({ name, size: file.size, read: () => file.read() });
  }
}

function readItem(draft: Draft, item: JsonObject): FileReference[] {
  const overview = asObject(item['overview']) ?? {};
  const details = asObject(item['details']) ?? {};
  const category = asText(item['categoryUuid']) ?? '001';
  draft.name = asText(overview['title']);
  for (const { url } of objectsOf(draft, overview, 'urls')) addUrl(draft, asText(url));
  addUrl(draft, asText(overview['url']));
  addField(draft, 'kind', categories[category] ?? null, false);
  for (const field of objectsOf(draft, details, 'loginFields')) readLoginField(draft, field);
  setPassword(draft, asText(details['password']));
  const files = readSections(draft, details, category);
  addNotes(draft, asText(details['notesPlain']));
  for (const earlier of objectsOf(draft, details, 'passwordHistory')) {
    addEarlierPassword(draft, asText(earlier['value']), fromSeconds(asNumber(earlier['time'])));
  }
  const known = ['loginFields', 'password', 'sections', 'notesPlain', 'passwordHistory', 'documentAttributes', 'htmlForm', 'backupKeys'];
  addObject(draft, details, { except: known });
  addObject(draft, overview, { except: knownOverview });
  addObject(draft, item, { except: knownKeys });
  for (const tag of asList(overview['tags'])) addTag(draft, asText(tag));
  // Newer files say `archived`, older ones what was in the trash.
  if (item['state'] === 'archived') addTag(draft, 'archived');
  if ((asNumber(item['favIndex']) ?? 0) > 0) addTag(draft, 'favorite');
  draft.trashed = item['trashed'] === true;
  draft.createdAt = fromSeconds(asNumber(item['createdAt']));
  draft.updatedAt = fromSeconds(asNumber(item['updatedAt']));
  const document = fileReference(details['documentAttributes']);
  return document === null ? files : [document, ...files];
}

export function isOnePux(source: ByteSource): boolean {
  if (!isZip(source)) return false;
  try {
    return openZip(source).has(dataFile);
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

/** 1Password's export of all accounts: vaults become tags, attached files attachments. */
export function* readOnePux(source: ByteSource): Generator<ImportResult> {
  const archive = openZip(source);
  const data = archive.get(dataFile);
  const json = data === undefined ? null : readJson(bytesSource(data.read()));
  if (json === null || !Array.isArray(json['accounts'])) {
    throw new VaultError('invalid_request', 'the archive is no export of 1Password: it holds no accounts');
  }
  const files = new Map(
    [...archive.values()].flatMap((file) =>
      file.name.startsWith('files/') ? [[file.name.slice(6).split('__')[0] ?? '', file] as const] : [],
    ),
  );
  let number = 0;
  for (const account of asObjects(json['accounts'])) {
    for (const vault of asObjects(account['vaults'])) {
      for (const value of asItems(vault['items'])) {
        const draft = newDraft(`item ${++number}`);
        // Files of 2021 have the item one level deeper.
        const item = asObject(asObject(value)?.['item']) ?? asObject(value);
        if (item === null) draft.problems.push('is no item: nothing of it could be read');
        else {
          addTag(draft, asText(asObject(vault['attrs'])?.['name']));
          addFiles(draft, readItem(draft, item), files);
        }
        yield* finished(draft);
      }
    }
  }
}
