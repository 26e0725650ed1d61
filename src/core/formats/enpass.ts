import { VaultError } from '../errors.ts';
import { finished } from './finish.ts';
import { addObject, objectsOf } from './flatten.ts';
import {
  addEarlierPassword,
  addField,
  addNotes,
  addTag,
  addTotp,
  addUrl,
  type Draft,
  endOfSections,
  type ImportResult,
  newDraft,
  setPassword,
  setUsername,
} from './item.ts';
import { asFlag, asList, asNumber, asObject, asObjects, asText, type JsonObject, readJson } from './json.ts';
import type { ByteSource } from './source.ts';
import { headText } from './text.ts';
import { fromSeconds } from './times.ts';

/** Kinds that need no word: what they hold says it. */
const plainKinds = new Set(['login', 'password', 'note', '']);

/** What of an item has a place of its own here or means nothing outside Enpass. */
const knownKeys = [
  ...['uuid', 'title', 'subtitle', 'note', 'category', 'template_type', 'icon', 'auto_submit', 'fields', 'folders', 'attachments'],
  ...['favorite', 'archived', 'trashed', 'createdAt', 'created_at', 'updated_at', 'last_used', 'usage_count', 'wearable'],
];

/** Nobody nests folders deeper. */
const deepestFolder = 50;

/** The paths of folders by their ids. */
function folderPaths(file: JsonObject): ReadonlyMap<string, string> {
  const folders = new Map(asObjects(file['folders']).map((folder) => [asText(folder['uuid']) ?? '', folder]));
  const pathOf = (id: string): string => {
    const names: string[] = [];
    const seen = new Set<string>();
    for (let at = id; at !== '' && !seen.has(at) && seen.size < deepestFolder; at = asText(folders.get(at)?.['parent_uuid']) ?? '') {
      seen.add(at);
      const name = asText(folders.get(at)?.['title']);
      if (name !== null) names.unshift(name);
    }
    return names.join('/');
  };
  return new Map([...folders.keys()].map((id) => [id, pathOf(id)]));
}

function readHistory(draft: Draft, field: JsonObject, label: string): void {
  for (const earlier of objectsOf(draft, field, 'history')) {
    const value = asText(earlier['value']);
    if (value === asText(field['value'])) continue;
    const until = fromSeconds(asNumber(earlier['updated_at']));
    if (field['type'] === 'password') addEarlierPassword(draft, value, until);
    else addField(draft, `earlier ${label}`, value, asFlag(field['sensitive']));
  }
}

/** An application's package: bare, or as an address, with its signature or without. */
function appAddress(value: string): string {
  return `androidapp://${value.replace(/^android(?:app)?:\/\/(?:[^@]*@)?/i, '')}`;
}

function readField(draft: Draft, field: JsonObject): void {
  const type = asText(field['type']) ?? 'text';
  const label = asText(field['label']) ?? type;
  const value = asText(field['value']);
  if (asFlag(field['deleted'])) return;
  readHistory(draft, field, label);
  if (type === 'username') setUsername(draft, value, label);
  else if (type === 'password') {
    if (draft.password === null) draft.passwordChangedAt = fromSeconds(asNumber(field['value_updated_at']));
    setPassword(draft, value, label);
  } else if (type === 'totp') addTotp(draft, value, label);
  else if (type === 'url') addUrl(draft, value);
  else if (type === '.Android#') addUrl(draft, value === null ? null : appAddress(value));
  else addField(draft, label, value, asFlag(field['sensitive']));
}

/** An item without a user is one's whose address is its user. */
function useEmail(draft: Draft, fields: readonly JsonObject[]): void {
  const email = fields.find(({ type, value, deleted }) => type === 'email' && asText(value) !== null && !asFlag(deleted));
  if (email === undefined || draft.username !== null) return;
  draft.username = asText(email['value']);
  const label = asText(email['label']) ?? 'email';
  // Its section's heading may stand before its name.
  const at = draft.fields.findIndex(({ name, value }) => value === draft.username && name.endsWith(label));
  if (at >= 0) draft.fields.splice(at, 1);
}

function readItem(draft: Draft, item: JsonObject, paths: ReadonlyMap<string, string>): void {
  draft.name = asText(item['title']);
  addNotes(draft, asText(item['note']));
  const category = asText(item['category']) ?? '';
  if (!plainKinds.has(category)) addField(draft, 'kind', category, false);
  const fields = objectsOf(draft, item, 'fields').toSorted((a, b) => (asNumber(a['order']) ?? 0) - (asNumber(b['order']) ?? 0));
  const endSection = endOfSections(draft);
  let heading: string | null = null;
  for (const field of fields) {
    if (field['type'] === 'section') {
      endSection(heading);
      heading = asText(field['label']);
    } else readField(draft, field);
  }
  endSection(heading);
  useEmail(draft, fields);
  for (const file of objectsOf(draft, item, 'attachments')) {
    const data = asText(file['data']) ?? '';
    draft.attachments.push({ name: asText(file['name']) ?? 'file', size: null, read: () => Buffer.from(data, 'base64') });
  }
  for (const folder of asList(item['folders'])) addTag(draft, paths.get(asText(folder) ?? '') ?? null);
  addObject(draft, item, { except: knownKeys });
  if (asFlag(item['favorite'])) addTag(draft, 'favorite');
  if (asFlag(item['archived'])) addTag(draft, 'archived');
  draft.trashed = asFlag(item['trashed']);
  draft.createdAt = fromSeconds(asNumber(item['createdAt']) ?? asNumber(item['created_at']));
  draft.updatedAt = fromSeconds(asNumber(item['updated_at']));
}

export function isEnpass(source: ByteSource): boolean {
  const head = headText(source);
  return /^\s*\{/.test(head) && /"(?:template_type|auto_submit|value_updated_at|parent_uuid)"\s*:/.test(head);
}

/** Enpass's JSON: items with the fields of their forms, folders, history and attachments. */
export function* readEnpass(source: ByteSource): Generator<ImportResult> {
  const file = readJson(source);
  if (!Array.isArray(file['items'])) throw new VaultError('invalid_request', 'the file is no export of Enpass: it holds no items');
  const paths = folderPaths(file);
  let number = 0;
  for (const value of asList(file['items'])) {
    const draft = newDraft(`item ${++number}`);
    const item = asObject(value);
    if (item === null) draft.problems.push('is no item: nothing of it could be read');
    else readItem(draft, item, paths);
    yield* finished(draft);
  }
}
