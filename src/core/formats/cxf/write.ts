import { idBytes } from '../../entry/id.ts';
import type { Field } from '../../entry/schema.ts';
import { type ExportedEntries, type ExportedEntry, type ExportOptions, reportAttachments } from '../export.ts';
import { asObject, type JsonObject, parseJson } from '../json.ts';
import { type Overflow, overflowField, overflowOf, readsBack } from '../overflow.ts';
import { passkeyOf } from '../passkey.ts';
import { toOtpauth } from '../totp-spelling.ts';

function editable(value: string, hidden: boolean, label?: string): JsonObject {
  return { fieldType: hidden ? 'concealed-string' : 'string', value, ...(label === undefined ? {} : { label }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What the format has places for in a one-time code; null where it is Steam's, or changes too slowly. */
function totpCredential(totp: string): JsonObject | null {
  const uri = toOtpauth(totp);
  if (uri === null) return null;
  const url = new URL(uri);
  const query = url.searchParams;
  const period = Number(query.get('period') ?? 30);
  if (url.hostname !== 'totp' || query.has('encoder') || period > 255) return null;
  const label = decoded(url.pathname.replace(/^\/+/, ''));
  const account = label.slice(label.indexOf(':') + 1).trim();
  const issuer = query.get('issuer');
  return {
    type: 'totp',
    secret: (query.get('secret') ?? '').toUpperCase().replace(/[\s-]/g, '').replace(/=+$/, ''),
    period,
    digits: Number(query.get('digits') ?? 6),
    ...(account === '' || account === 'vault' ? {} : { username: account }),
    algorithm: (query.get('algorithm') ?? 'SHA1').toLowerCase().replace(/^hmac/, '').replaceAll('-', ''),
    ...(issuer === null || issuer === '' ? {} : { issuer }),
  };
}

/** A passkey goes out as one where its JSON comes back the same. */
function passkeyCredential(field: Field): JsonObject | null {
  const passkey = passkeyOf(field);
  if (passkey === null || field.name !== `passkey ${passkey.rpId}`) return null;
  const parsed = asObject(parseJson(field.value));
  return parsed !== null && JSON.stringify(parsed) === field.value ? { type: 'passkey', ...parsed } : null;
}

function credentialsOf({ entry }: ExportedEntry, left: Overflow): JsonObject[] {
  const credentials: JsonObject[] = [];
  const { username, password, totp, notes } = entry;
  if (username !== null || password !== null) {
    credentials.push({
      type: 'basic-auth',
      ...(username === null ? {} : { username: editable(username, false) }),
      ...(password === null ? {} : { password: editable(password, true) }),
    });
  }
  const code = totp === null ? null : totpCredential(totp);
  if (code !== null) credentials.push(code);
  else if (totp !== null) left.totp = totp;
  if (notes !== null) credentials.push({ type: 'note', content: editable(notes, false) });
  const fields: Field[] = [];
  for (const field of entry.fields) {
    const passkey = passkeyCredential(field);
    if (passkey !== null) credentials.push(passkey);
    else if (field.value === '' || field.name === overflowField) (left.fields ??= []).push(field);
    else fields.push(field);
  }
  if (!readsBack(entry.urls)) left.urls = entry.urls;
  const overflow = overflowOf(left);
  if (overflow !== null) fields.push(overflow);
  if (fields.length > 0) {
    credentials.push({ type: 'custom-fields', fields: fields.map(({ name, value, hidden }) => editable(value, hidden, name)) });
  }
  return credentials;
}

function seconds(iso: string): number {
  return Math.floor(Date.parse(iso) / 1000);
}

function itemOf(exported: ExportedEntry): JsonObject {
  const { entry } = exported;
  const left: Overflow = exported.pending === null ? {} : { pending: exported.pending };
  const credentials = credentialsOf(exported, left);
  return {
    id: idBytes(entry.id).toString('base64url'),
    creationAt: seconds(entry.createdAt),
    modifiedAt: seconds(entry.updatedAt),
    title: entry.name,
    favorite: entry.tags.includes('favorite'),
    scope: { urls: left.urls === undefined ? entry.urls : [], androidApps: [] },
    credentials,
    tags: entry.tags,
  };
}

/** FIDO's Credential Exchange Format 1.0, one account of all entries. It has no packaging for files. */
export async function* writeCxf(entries: ExportedEntries, options: ExportOptions): AsyncGenerator<Buffer> {
  const { now, report } = options;
  const header = {
    version: { major: 1, minor: 0 },
    exporterRpId: 'vault.localhost',
    exporterDisplayName: 'Vault',
    timestamp: Math.floor(now / 1000),
  };
  const account = { id: Buffer.from('vault').toString('base64url'), username: '', email: '', collections: [] };
  yield Buffer.from(`${JSON.stringify(header).slice(0, -1)},"accounts":[${JSON.stringify(account).slice(0, -1)},"items":[`);
  let separator = '\n';
  for await (const exported of entries) {
    reportAttachments(exported, options);
    if (exported.trashed) report({ place: exported.entry.name, message: 'is in the trash, which this format does not know' });
    yield Buffer.from(separator + JSON.stringify(itemOf(exported)));
    separator = ',\n';
  }
  yield Buffer.from('\n]}]}\n');
}
