import { addObject, objectsOf } from '../flatten.ts';
import {
  addEarlierPassword,
  addField,
  addNotes,
  addTag,
  addTotp,
  addUrl,
  type Draft,
  newDraft,
  setPassword,
  setUsername,
} from '../item.ts';
import { asFlag, asList, asObject, asObjects, asText, type JsonObject } from '../json.ts';
import { addPasskey } from '../passkey.ts';
import { fromIso } from '../times.ts';
import { isSealed } from './decrypt.ts';

/** Field types: 1 is hidden, 3 points at another part of the item and has no value of its own. */
const hiddenType = 1;
const linkedType = 3;

/** What the kinds of items that are no logins are called, and where their details stand. New kinds are kept by the name of their part. */
const parts: readonly (readonly [key: string, type: string])[] = [
  ['card', 'card'],
  ['identity', 'identity'],
  ['sshKey', 'SSH key'],
  ['bankAccount', 'bank account'],
  ['driversLicense', "driver's licence"],
  ['passport', 'passport'],
];

/** Keys of an item that have a place of their own here, or mean nothing outside Bitwarden. What else there is becomes fields. */
const knownKeys: readonly string[] = [
  ...[
    'id',
    'organizationId',
    'folderId',
    'collectionIds',
    'type',
    'object',
    'key',
    'edit',
    'viewPassword',
    'permissions',
    'organizationUseTotp',
  ],
  ...['name', 'notes', 'favorite', 'reprompt', 'fields', 'login', 'secureNote', 'passwordHistory', 'attachments'],
  ...['creationDate', 'revisionDate', 'deletedDate', 'archivedDate'],
  ...parts.map(([key]) => key),
];

/** Our own exports say so: their earlier passwords become revisions again. */
export const writtenByVault = 'writtenByVault';

/** A UUID's bytes, or those after `b64.`, as the exchange format writes them. */
function credentialId(text: string | null): string | null {
  if (text === null) return null;
  if (text.startsWith('b64.')) return text.slice(4);
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
    ? Buffer.from(text.replaceAll('-', ''), 'hex').toString('base64url')
    : text;
}

function readPasskey(draft: Draft, passkey: JsonObject): void {
  const { credentialId: id, keyValue, userName, keyType, keyAlgorithm, keyCurve, ...rest } = passkey;
  const known = { credentialId: credentialId(asText(id)), key: asText(keyValue), username: asText(userName) ?? '' };
  const usual = keyType === 'public-key' && keyAlgorithm === 'ECDSA' && keyCurve === 'P-256';
  addPasskey(draft, { ...known, ...rest, ...(usual ? {} : { keyType, keyAlgorithm, keyCurve }) }, asText(passkey['rpId']));
}

function readLogin(draft: Draft, login: JsonObject): void {
  for (const uri of objectsOf(draft, login, 'uris')) {
    addUrl(draft, asText(uri['uri']));
    addObject(draft, uri, { prefix: 'URL', except: ['uri', 'match', 'uriChecksum'] });
  }
  addUrl(draft, asText(login['uri']));
  setUsername(draft, asText(login['username']));
  setPassword(draft, asText(login['password']));
  addTotp(draft, asText(login['totp']));
  draft.passwordChangedAt = fromIso(asText(login['passwordRevisionDate']));
  for (const passkey of objectsOf(draft, login, 'fido2Credentials')) readPasskey(draft, passkey);
  const known = ['uris', 'uri', 'username', 'password', 'totp', 'passwordRevisionDate', 'fido2Credentials', 'autofillOnPageLoad'];
  addObject(draft, login, { except: known });
}

function readFields(draft: Draft, item: JsonObject): void {
  for (const field of objectsOf(draft, item, 'fields')) {
    const [name, isHidden] = [asText(field['name']), field['type'] === hiddenType];
    addField(draft, name, field['type'] === linkedType ? 'linked field' : asText(field['value']), isHidden);
    addObject(draft, field, { prefix: name ?? '', except: ['name', 'value', 'type', 'linkedId'], hidden: isHidden });
  }
}

/** The names of folders and collections by their ids. Organisations have collections, people folders; `/` nests both. */
function tagNames(file: JsonObject): ReadonlyMap<string, string> {
  const named = [...asObjects(file['folders']), ...asObjects(file['collections'])];
  return new Map(named.flatMap(({ id, name }) => (typeof id === 'string' ? [[id, asText(name) ?? ''] as const] : [])));
}

function readItem(draft: Draft, item: JsonObject, tags: ReadonlyMap<string, string>, own: boolean): void {
  draft.name = asText(item['name']);
  addNotes(draft, asText(item['notes']));
  readLogin(draft, asObject(item['login']) ?? {});
  for (const [key, type] of parts) {
    const part = asObject(item[key]);
    if (part === null) continue;
    addField(draft, 'kind', type, false);
    addObject(draft, part, key === 'card' ? { except: ['number', 'code'] } : { except: ['username'] });
    addField(draft, 'card number', key === 'card' ? asText(part['number']) : null, true);
    addField(draft, 'security code', key === 'card' ? asText(part['code']) : null, true);
    setUsername(draft, asText(part['username']));
  }
  readFields(draft, item);
  addObject(draft, asObject(item['secureNote']) ?? {}, { except: ['type'] });
  addObject(draft, item, { except: knownKeys });
  for (const earlier of objectsOf(draft, item, 'passwordHistory')) {
    const [password, until] = [asText(earlier['password']), fromIso(asText(earlier['lastUsedDate']))];
    if (!own) addEarlierPassword(draft, password, until);
    else if (password !== null) draft.earlierPasswords.unshift({ password, until });
    addObject(draft, earlier, { prefix: 'earlier password', except: ['password', 'lastUsedDate'], hidden: true });
  }
  for (const id of [item['folderId'], ...asList(item['collectionIds'])]) addTag(draft, tags.get(asText(id) ?? '') ?? null);
  if (asFlag(item['favorite'])) addTag(draft, 'favorite');
  if (asText(item['archivedDate']) !== null) addTag(draft, 'archived');
  draft.trashed = asText(item['deletedDate']) !== null;
  draft.createdAt = fromIso(asText(item['creationDate']));
  draft.updatedAt = fromIso(asText(item['revisionDate']));
}

/** An item of an export, with its id, by which an archive names the folder of its attachments, and how many of them the item names. */
interface ReadItem {
  readonly draft: Draft;
  readonly id: string | null;
  readonly attachments: number;
}

/** The items of an export. */
export function* readItems(file: JsonObject): Generator<ReadItem> {
  const tags = tagNames(file);
  let number = 0;
  for (const value of asList(file['items'])) {
    const draft = newDraft(`item ${++number}`);
    const item = asObject(value);
    if (item === null) draft.problems.push('is no item: nothing of it could be read');
    else readItem(draft, item, tags, file[writtenByVault] === true);
    yield { draft, id: asText(item?.['id']), attachments: asList(item?.['attachments']).length };
  }
}

/** Whether the items' texts are encrypted for their account, whatever the file says of itself. */
export function holdsSealedTexts(file: JsonObject): boolean {
  const [first] = asObjects(file['items']);
  return isSealed(asText(first?.['name'])) || isSealed(asText(first?.['data']));
}
