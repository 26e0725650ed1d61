import type { PatchEntryRequest } from '../core/api/passwords.ts';
import { fieldNamed } from '../core/entry/field-named.ts';
import type { Entry } from '../core/entry/schema.ts';
import { VaultError } from '../core/errors.ts';
import { fold } from '../core/lookup/fold.ts';
import { reducedName, refusePasswordInUrl } from './names.ts';
import type { Setters } from './setters.ts';

/** The options of `edit` that `add` has not. */
export interface Changes {
  readonly name?: string;
  readonly username?: string;
  readonly unset?: readonly string[];
  readonly addUrl?: readonly string[];
  readonly removeUrl?: readonly string[];
  readonly addTag?: readonly string[];
  readonly removeTag?: readonly string[];
}

/** The entry's fields with some set by name; each keeps its place. */
function withFields(entry: Entry, changed: Setters['fields']): Entry['fields'] {
  const fields = [...entry.fields];
  for (const field of changed) {
    const at = fields.findIndex(({ name }) => name === field.name);
    if (at < 0) fields.push(field);
    else fields[at] = field;
  }
  return fields;
}

/** The patch that unsets what `--unset` names. `field_not_found` where the entry has no such field. */
function unsetting(entry: Entry, names: readonly string[]): PatchEntryRequest {
  const patch: PatchEntryRequest = {};
  const gone = new Set<number>();
  for (const name of names) {
    const found = name === 'tags' || name === 'tag' ? 'tags' : name === 'urls' ? 'url' : fieldNamed(entry, name);
    if (found === null) {
      throw new VaultError('field_not_found', `the entry has no field to unset by this name`, {
        hint: 'vault get NAME --all shows what it has',
      });
    }
    if (typeof found === 'number') gone.add(found);
    else if (found === 'id' || found === 'code') throw new VaultError('usage', `${found} cannot be unset`);
    else if (found === 'url') patch.urls = null;
    else patch[found] = null;
  }
  if (gone.size > 0) patch.fields = entry.fields.filter((_, i) => !gone.has(i));
  return patch;
}

/** What is done to a list: what stands in its place, what is taken out, and what is put at its end. */
interface ListChange {
  readonly what: string;
  readonly replaced: readonly string[] | undefined;
  readonly added: readonly string[] | undefined;
  readonly removed: readonly string[] | undefined;
  readonly same: (one: string, other: string) => boolean;
}

/** The list as changed; undefined where nothing was said about it. `field_not_found` where it has not what is to be taken out. */
function changedList(current: readonly string[], { what, replaced, added, removed, same }: ListChange): string[] | undefined {
  if (replaced === undefined && added === undefined && removed === undefined) return undefined;
  const list = [...(replaced ?? current)];
  for (const gone of removed ?? []) {
    const at = list.findIndex((one) => same(one, gone));
    if (at < 0) {
      throw new VaultError('field_not_found', `the entry has no such ${what}`, { hint: 'vault get NAME --all shows what it has' });
    }
    list.splice(at, 1);
  }
  for (const one of added ?? []) if (!list.some((other) => same(one, other))) list.push(one);
  return list;
}

/** The merge patch that options of `edit` come to. */
export function patchOf(entry: Entry, setters: Setters, changes: Changes): PatchEntryRequest {
  const { name, username, unset = [], addUrl, removeUrl, addTag, removeTag } = changes;
  for (const url of addUrl ?? []) refusePasswordInUrl(url);
  const cleared = unsetting(entry, unset);
  const fields =
    setters.fields.length === 0 ? {} : { fields: withFields({ ...entry, fields: cleared.fields ?? entry.fields }, setters.fields) };
  const { password, generate, notes, totp } = setters;
  const urls = changedList(cleared.urls === null ? [] : entry.urls, {
    what: 'URL',
    replaced: setters.urls,
    added: addUrl,
    removed: removeUrl,
    same: (one, other) => one === other,
  });
  const tags = changedList(cleared.tags === null ? [] : entry.tags, {
    what: 'tag',
    replaced: setters.tags,
    added: addTag,
    removed: removeTag,
    same: (one, other) => fold(one) === fold(other),
  });
  return {
    ...cleared,
    ...(name === undefined ? {} : { name: reducedName(name, '--name') }),
    ...(username === undefined ? {} : { username: username === '' ? null : username }),
    ...(password === undefined ? {} : { password }),
    ...(generate === undefined ? {} : { generate }),
    ...(urls === undefined ? {} : { urls }),
    ...(notes === undefined ? {} : { notes: notes === '' ? null : notes }),
    ...(totp === undefined ? {} : { totp }),
    ...(tags === undefined ? {} : { tags }),
    ...fields,
  };
}
