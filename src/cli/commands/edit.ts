import type { PatchEntryRequest } from '../../core/api/passwords.ts';
import type { Entry, EntryReference } from '../../core/entry/schema.ts';
import { VaultError, type ErrorCode } from '../../core/errors.ts';
import type { Cli } from '../cli.ts';
import { editText } from '../editor.ts';
import { parseForm, writeForm, type Editable } from '../entry-form.ts';
import { type Changes, patchOf } from '../entry-patch.ts';
import { findEntry } from '../find-entry.ts';
import { withSiteRules } from '../generator-options.ts';
import { readSetters, type SetterOptions, type Setters } from '../setters.ts';
import { entryTitle } from '../text.ts';
import { askTotp } from '../totp-input.ts';

/** `user` selects. */
export interface EditOptions extends SetterOptions, Changes {
  /** Asks for the new password. */
  readonly password?: boolean;
}

const setterNames: readonly (keyof EditOptions)[] = [
  'name',
  'username',
  'password',
  'generate',
  'passwordStdin',
  'url',
  'addUrl',
  'removeUrl',
  'notes',
  'field',
  'tag',
  'addTag',
  'removeTag',
  'totp',
  'totpStdin',
  'totpQr',
  'unset',
];

function hasSetters(options: EditOptions): boolean {
  return setterNames.some((name) => options[name] !== undefined && options[name] !== false);
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

/** The setters, with what is to be asked for. */
async function askForTheRest(cli: Cli, setters: Setters, { password = false, totp = false }: EditOptions): Promise<Setters> {
  const asked = password ? { ...setters, password: await askPassword(cli) } : setters;
  return totp ? { ...asked, totp: await askTotp(cli) } : asked;
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
  'rotation_pending',
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
    ? await send(cli, entry, patchOf(entry, await askForTheRest(cli, setters, options), options))
    : await editByHand(cli, entry);
  const { id, username, revision } = entry;
  if (cli.globals.json) cli.output.json(changed ?? { id, name: entry.name, username, revision });
  cli.output.note(
    changed === null ? `nothing changed in ${entryTitle(entry)}` : `${cli.output.noteStyle.green('changed')} ${entryTitle(changed)}`,
  );
}
