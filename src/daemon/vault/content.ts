import type { CreateEntryRequest, PatchEntryRequest } from '../../core/api/passwords.ts';
import type { EntryBody } from '../../core/entry/body.ts';
import { type EntryContent, entryName } from '../../core/entry/schema.ts';
import { VaultError } from '../../core/errors.ts';
import { generatePassword } from '../../core/generate/generate.ts';
import type { GeneratorOptions } from '../../core/generate/options.ts';
import { reduceName } from '../../core/lookup/hosts.ts';
import { normalizeTotp } from '../../core/totp.ts';
import type { VaultContext } from './context.ts';

export function generated({ generatorDefaults }: VaultContext, options: GeneratorOptions): string {
  return generatePassword(options, generatorDefaults);
}

/** Empty text is "not set". */
function orNull(text: string | null | undefined): string | null {
  return text == null || text === '' ? null : text;
}

function totpOrNull(text: string | null | undefined): string | null {
  return text == null ? null : normalizeTotp(text);
}

function validName(text: string): string {
  const { success, data, error } = entryName.safeParse(text);
  if (success) return data;
  throw new VaultError('invalid_request', `the name ${error.issues[0]?.message ?? 'is not valid'}`);
}

/** What a new entry holds. A name that is an http(s) URL becomes its host, and the URL the first of `urls`. */
export function contentOf(context: VaultContext, request: CreateEntryRequest): EntryContent {
  const { name, url } = reduceName(request.website ?? request.name ?? '');
  const urls = request.urls ?? [];
  return {
    name: validName(name),
    username: orNull(request.username ?? request.email),
    password: request.generate === undefined ? orNull(request.password) : generated(context, request.generate),
    urls: url === null || urls.includes(url) ? urls : [url, ...urls],
    totp: totpOrNull(request.totp),
    notes: orNull(request.notes),
    fields: request.fields ?? [],
    tags: request.tags ?? [],
  };
}

/** The content after a merge patch (RFC 7396); absent keys stay, null unsets. A name that is an http(s) URL becomes its host, as in `contentOf`. */
export function patched(context: VaultContext, body: EntryBody, patch: PatchEntryRequest): EntryContent {
  const { name, username, password, generate, urls, totp, notes, fields, tags } = patch;
  const newPassword = generate === undefined ? password : generated(context, generate);
  return {
    name: name === undefined ? body.name : validName(reduceName(name).name),
    username: username === undefined ? body.username : orNull(username),
    password: newPassword === undefined ? body.password : newPassword,
    urls: urls === undefined ? body.urls : (urls ?? []),
    totp: totp === undefined ? body.totp : totpOrNull(totp),
    notes: notes === undefined ? body.notes : orNull(notes),
    fields: fields === undefined ? body.fields : (fields ?? []),
    tags: tags === undefined ? body.tags : (tags ?? []),
  };
}
