import { finished } from '../finish.ts';
import { addField, addNotes, addTag, addTotp, addUrl, type Draft, type ImportResult, newDraft, shortLabel } from '../item.ts';
import { takeCodes, type Texts } from './codes.ts';
import type { KeepassDocument, KeepassEntry, KeepassFile, KeepassGroup } from './model.ts';
import { readHistory } from './history.ts';
import { type Resolve, resolver } from './references.ts';
import { generator } from './write-xml.ts';

/** KeePassXC and KeePass2Android keep further addresses so: `KP2A_URL`, `KP2A_URL_1` … */
const furtherUrl = /^KP2A_URL(_\d+)?$/;

/** What programs note for themselves. */
const ownData = /^(?:_|KPXC_|KeePassXC|FDO_SECRETS|KPH:)/;

interface Place {
  /** The groups from below the root to the entry's, without the recycle bin. */
  readonly path: string;
  readonly trashed: boolean;
  /** Those of the groups, which hold for what is in them. */
  readonly tags: readonly string[];
}

/** KeePass separates tags by semicolons, KeePassXC by commas. */
function tagsIn(text: string): string[] {
  return text.split(/[;,]/).map((tag) => tag.trim());
}

function placeOf(group: KeepassGroup, recycleBin: string | null): Place {
  const names: string[] = [];
  let tags: string[] = [];
  let trashed = false;
  // The root group only holds the others.
  for (let at = group; at.parent !== null; at = at.parent) {
    if (at.uuid === recycleBin) trashed = true;
    else if (at.name !== '') names.unshift(at.name);
    tags = [...tagsIn(at.tags), ...tags];
  }
  return { path: names.join('/'), trashed, tags };
}

function readTexts(draft: Draft, entry: KeepassEntry, resolve: Resolve): void {
  const text = (value: string): string => {
    const resolved = resolve(value);
    if (resolved === null) draft.problems.push('refers to another entry that was not found: kept as it stands');
    return resolved ?? value;
  };
  const texts: Texts = new Map();
  const again: [string, { value: string; hidden: boolean }][] = [];
  for (const { name, value, hidden } of entry.texts) {
    if (texts.has(name)) again.push([name, { value: text(value), hidden }]);
    else texts.set(name, { value: text(value), hidden });
  }
  const take = (name: string): string | null => {
    const found = texts.get(name)?.value ?? '';
    texts.delete(name);
    return found === '' ? null : found;
  };
  draft.name = take('Title');
  draft.username = take('UserName');
  draft.password = take('Password');
  addUrl(draft, take('URL'));
  addNotes(draft, take('Notes'));
  for (const code of takeCodes(texts)) addTotp(draft, code);
  for (const [name, { value, hidden }] of [...texts, ...again]) {
    if (furtherUrl.test(name)) addUrl(draft, value);
    else addField(draft, name, value, hidden);
  }
}

function readRest(draft: Draft, entry: KeepassEntry): void {
  if (entry.expires) addField(draft, 'expires', entry.expiry, false);
  addField(draft, 'override URL', entry.overrideUrl, false);
  addField(draft, 'auto-type', entry.autoType, false);
  for (const { window, sequence } of entry.associations) {
    addField(draft, `auto-type in ${window}`, sequence === '' ? 'default' : sequence, false);
  }
  for (const { name, value } of entry.customData) if (!ownData.test(name)) addField(draft, name, value, true);
}

function readFiles(draft: Draft, files: readonly KeepassFile[], binaries: ReadonlyMap<string, () => Buffer>): void {
  for (const { name, data, ref } of files) {
    const read = data ?? binaries.get(ref ?? '');
    if (read === undefined) {
      draft.problems.push(`has an attachment that is not in the file: "${shortLabel(name)}"`);
    } else draft.attachments.push({ name, size: null, read });
  }
}

/** The entries of a database as items, in its order. */
export function* keepassItems(document: KeepassDocument): Generator<ImportResult> {
  const isOwn = document.generator === generator;
  // In what we wrote ourselves a text that looks like a reference is one that somebody has typed.
  const resolve: Resolve = isOwn ? (text) => text : resolver(document.entries.map(({ entry }) => entry));
  // What the root group notes is about the database; what others note, about entries.
  for (const { name, notes, parent } of document.groups) {
    if (parent === null || notes.trim() === '') continue;
    yield { problem: { place: `group ${shortLabel(name)}`, message: 'has notes, for which there is no place' } };
  }
  let number = 0;
  for (const { entry, group } of document.entries) {
    const draft = newDraft(`entry ${++number}`);
    const { path, trashed, tags } = placeOf(group, document.recycleBin);
    const readVersion = (into: Draft, version: KeepassEntry): void => {
      readTexts(into, version, resolve);
      readFiles(into, version.files, document.binaries);
      for (const tag of tagsIn(version.tags)) addTag(into, tag);
      into.updatedAt = version.modified;
    };
    addTag(draft, path);
    readVersion(draft, entry);
    for (const tag of tags) addTag(draft, tag);
    readRest(draft, entry);
    readHistory(draft, entry, isOwn ? readVersion : null);
    draft.trashed = trashed;
    draft.createdAt = entry.created;
    yield* finished(draft);
  }
}
