import { VaultError } from '../../errors.ts';
import { finished } from '../finish.ts';
import { addObject, objectsOf } from '../flatten.ts';
import { addField, addTag, addUrl, type Draft, endOfSections, type ImportResult, newDraft } from '../item.ts';
import { asItems, asList, asNumber, asObject, asObjects, asText, type JsonObject, readJson } from '../json.ts';
import type { ImportOptions } from '../options.ts';
import type { ByteSource } from '../source.ts';
import { headText } from '../text.ts';
import { fromSeconds } from '../times.ts';
import { readCredential } from './credentials.ts';

/** What of an item has a place of its own here. */
const knownKeys = ['id', 'creationAt', 'modifiedAt', 'title', 'subtitle', 'favorite', 'scope', 'credentials', 'tags'];

/** Seconds between 1970 and Apple's year 2001, which iOS adds twice. */
const appleOffset = 978_307_200;
/** What Google writes for no time: the year 1601, where Windows begins to count. */
const noTime = -11_644_473_600;
const daySeconds = 86_400;

/** A time of the file. Where Apple may have written it, one that lies in the future is taken back by what iOS adds too much. */
function timeOf(value: unknown, { now, apple }: Clock): string | null {
  const seconds = asNumber(value);
  if (seconds === null || seconds === noTime) return null;
  const tomorrow = now / 1000 + daySeconds;
  return fromSeconds(apple && seconds > tomorrow && seconds - appleOffset <= tomorrow ? seconds - appleOffset : seconds);
}

interface Clock {
  readonly now: number;
  readonly apple: boolean;
}

/** The paths of the collections that each item is in, by the item's id. */
function collectionPaths(account: JsonObject): ReadonlyMap<string, string[]> {
  const byItem = new Map<string, string[]>();
  const walk = (collections: unknown, path: readonly string[]): void => {
    for (const collection of asObjects(collections)) {
      const here = [...path, asText(collection['title']) ?? ''].filter((part) => part !== '');
      for (const { item } of asObjects(collection['items'])) {
        const id = asText(item);
        if (id === null) continue;
        const paths = byItem.get(id) ?? [];
        paths.push(here.join('/'));
        byItem.set(id, paths);
      }
      walk(collection['subCollections'] ?? collection['sub_collections'], here);
    }
  };
  walk(account['collections'], []);
  return byItem;
}

function readScope(draft: Draft, item: JsonObject): void {
  const scope = asObject(item['scope']) ?? {};
  for (const url of asList(scope['urls'])) addUrl(draft, asText(url));
  for (const { bundleId } of asObjects(scope['androidApps'])) {
    const app = asText(bundleId);
    if (app !== null) addUrl(draft, `androidapp://${app}`);
  }
  addObject(draft, scope, { prefix: 'scope', except: ['urls', 'androidApps'] });
}

function readItem(draft: Draft, item: JsonObject, collections: readonly string[], clock: Clock): void {
  draft.name = asText(item['title']);
  readScope(draft, item);
  const endSection = endOfSections(draft);
  for (const credential of objectsOf(draft, item, 'credentials')) {
    readCredential(draft, credential);
    endSection(asText(credential['label']));
  }
  const subtitle = asText(item['subtitle']);
  if (subtitle !== draft.username) addField(draft, 'subtitle', subtitle, false);
  addObject(draft, item, { except: knownKeys });
  for (const path of collections) addTag(draft, path);
  for (const tag of asList(item['tags'])) addTag(draft, asText(tag));
  if (item['favorite'] === true) addTag(draft, 'favorite');
  draft.createdAt = timeOf(item['creationAt'], clock);
  draft.updatedAt = timeOf(item['modifiedAt'], clock);
}

/** The accounts of a file: of its header, or one alone, as iOS hands them over. */
function accountsOf(file: JsonObject): JsonObject[] {
  if (Array.isArray(file['accounts'])) return asObjects(file['accounts']);
  return Array.isArray(file['items']) ? [file] : [];
}

export function isCxf(source: ByteSource): boolean {
  const head = headText(source);
  return /^\s*\{/.test(head) && (/"exporterRpId"\s*:/.test(head) || /"(?:creationAt|credentials|fieldType)"\s*:/.test(head));
}

/** FIDO's Credential Exchange Format, with its header or one account alone. */
export function* readCxf(source: ByteSource, { now }: ImportOptions): Generator<ImportResult> {
  const file = readJson(source);
  const accounts = accountsOf(file);
  if (accounts.length === 0) throw new VaultError('invalid_request', 'the file is no credential exchange: it holds no accounts');
  // iOS hands over one account without the header that says who wrote it.
  const clock = { now, apple: !Array.isArray(file['accounts']) || /apple|icloud/i.test(asText(file['exporterRpId']) ?? '') };
  let number = 0;
  for (const account of accounts) {
    const collections = collectionPaths(account);
    for (const value of asItems(account['items'])) {
      const draft = newDraft(`item ${++number}`);
      const item = asObject(value);
      if (item === null) draft.problems.push('is no item: nothing of it could be read');
      else readItem(draft, item, collections.get(asText(item['id']) ?? '') ?? [], clock);
      yield* finished(draft);
    }
  }
}
