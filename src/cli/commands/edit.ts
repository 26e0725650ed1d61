import type { PatchEntryRequest } from '../../core/api.ts';
import { fieldNamed } from '../../core/entry/field-named.ts';
import type { Entry, EntryReference } from '../../core/entry/schema.ts';
import { VaultError, type ErrorCode } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { editText } from '../editor.ts';
import { parseForm, writeForm, type Editable } from '../entry-form.ts';
import { findEntry } from '../find-entry.ts';
import { withSiteRules } from '../generator-options.ts';
import { reducedName } from '../names.ts';
import { readSetters, type SetterOptions, type Setters } from '../setters.ts';
import { entryTitle } from '../text.ts';

export interface EditOptions extends SetterOptions {
  /** Selects. */
  readonly user?: string;
  readonly name?: string;
  readonly username?: string;
  /** Asks for the new password. */
  readonly password?: boolean;
  readonly unset?: readonly string[];
}

const setterNames = ['name', 'username', 'password', 'url', 'generate', 'passwordStdin', 'notes', 'field', 'tag', 'unset'] as const;

function hasSetters(options: EditOptions): boolean {
  return setterNames.some((name) => options[name] !== undefined && options[name] !== false);
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

function patchOf(entry: Entry, setters: Setters, { name, username, unset = [] }: EditOptions): PatchEntryRequest {
  const cleared = unsetting(entry, unset);
  const fields =
    setters.fields.length === 0 ? {} : { fields: withFields({ ...entry, fields: cleared.fields ?? entry.fields }, setters.fields) };
  const { password, generate, urls, notes, totp, tags } = setters;
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

async function askPassword(cli: Cli): Promise<string> {
  const prompts = await cli.prompts();
  if (prompts === null) {
    throw new VaultError('usage', '--password asks for it, and there is no terminal', {
      hint: '--password-stdin takes it from standard input',
    });
  }
  return prompts.secret('New password:', { reveal: true, validate: (value) => (value === '' ? 'type it, or Ctrl+C to leave' : true) });
}

/** What an edited form changes. */
function difference(entry: Entry, edited: Editable): PatchEntryRequest {
  const changed = (key: keyof Editable) => JSON.stringify(entry[key]) !== JSON.stringify(edited[key]);
  const keys = (['name', 'username', 'password', 'urls', 'totp', 'notes', 'fields', 'tags'] as const).filter(changed);
  return Object.fromEntries(keys.map((key) => [key, edited[key]]));
}

/** Opens the entry in the editor. What cannot be understood or is refused can be edited again: nobody types it twice. */
async function editByHand(cli: Cli, entry: Entry): Promise<EntryReference | null> {
  const again = async (error: VaultError): Promise<boolean> => {
    const prompts = await cli.prompts();
    if (prompts === null || !mendable.has(error.code)) return false;
    cli.output.warn(cli.output.noteStyle.red(error.message));
    return prompts.confirm('Edit again?', true);
  };
  return editText(cli, writeForm(entry), (text) => sendOnTop(cli, entry, difference(entry, parseForm(text))), again);
}

const mendable: ReadonlySet<ErrorCode> = new Set([
  'invalid_request',
  'payload_too_large',
  'entry_exists',
  'storage_full',
  'revision_conflict',
]);

/** Sends what somebody edited at leisure; where the entry was changed meanwhile, asks whether to put these changes on top of those. */
async function sendOnTop(cli: Cli, entry: Entry, patch: PatchEntryRequest): Promise<EntryReference | null> {
  try {
    return await send(cli, entry, patch);
  } catch (error) {
    const prompts = error instanceof VaultError && error.code === 'revision_conflict' ? await cli.prompts() : null;
    if (prompts === null) throw error;
    if (!(await prompts.confirm('The entry was changed meanwhile. Put your changes on top of those?', true))) throw error;
    const latest = await findEntry(cli, { name: entry.id, user: undefined, exact: true });
    return send(cli, latest, patch);
  }
}

/** Sends a change that starts from the revision that was read; null where there is nothing to change. */
async function send(cli: Cli, entry: Entry, patch: PatchEntryRequest): Promise<EntryReference | null> {
  if (Object.keys(patch).length === 0) return null;
  return cli.client.call(
    { path: '/passwords/:website', method: '$patch', param: { website: entry.id }, json: patch },
    { ifMatch: entry.revision },
  );
}

/** The setters, a password that is to be generated with the rules of the site that the entry will be for. */
async function obeyingRules(cli: Cli, entry: Entry, setters: Setters, { name, rules }: EditOptions): Promise<Setters> {
  if (setters.generate === undefined) return setters;
  const places = [...(setters.urls ?? entry.urls), name ?? entry.name];
  return { ...setters, generate: await withSiteRules(cli, setters.generate, rules, places) };
}

/** `vault edit NAME`. */
export async function edit(cli: Cli, name: string, options: EditOptions): Promise<void> {
  const { password: asks = false, generate, passwordStdin = false } = options;
  if ([asks, generate !== undefined, passwordStdin].filter(Boolean).length > 1) {
    throw new VaultError('usage', 'give one of --password, -g and --password-stdin');
  }
  if (options.rules !== undefined && generate === undefined) {
    throw new VaultError('usage', '--rules is for generated passwords: give -g too');
  }
  const given = await readSetters(cli, options);
  const entry = await findEntry(cli, { name, user: options.user, exact: true });
  const setters = await obeyingRules(cli, entry, given, options);
  const changed = hasSetters(options)
    ? await send(cli, entry, patchOf(entry, asks ? { ...setters, password: await askPassword(cli) } : setters, options))
    : await editByHand(cli, entry);
  const { id, username, revision } = entry;
  if (cli.globals.json) cli.output.json(changed ?? { id, name: entry.name, username, revision });
  cli.output.note(
    changed === null ? `nothing changed in ${entryTitle(entry)}` : `${cli.output.noteStyle.green('changed')} ${entryTitle(changed)}`,
  );
}
