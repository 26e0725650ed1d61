import type { Field } from '../../entry/schema.ts';
import { randomUUID } from 'node:crypto';
import { normalizeTotp } from '../../totp.ts';
import { type ExportedEntries, type ExportedEntry, type ExportOptions, reportAttachments } from '../export.ts';
import { earlierPasswords } from '../earlier-passwords.ts';
import { asObject, asText, parseJson } from '../json.ts';
import { type Overflow, overflowField, overflowOf, readsBack } from '../overflow.ts';
import { passkeyOf } from '../passkey.ts';
import { encryptExport } from './encrypt.ts';
import { writtenByVault } from './items.ts';

/** How the PKCS #8 of a key on the curve P-256 begins, in base64url: the only kind that Bitwarden knows. */
const p256 = 'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEH';

/** A one-time code as Bitwarden understands it: it knows Steam's by another address. */
function totpText(totp: string | null): string | null {
  const secret = totp === null ? null : /^otpauth:\/\/totp\/Steam\?secret=([A-Z2-7]+)&/.exec(totp)?.[1];
  return secret != null && normalizeTotp(`steam://${secret}`) === totp ? `steam://${secret}` : totp;
}

/** A passkey in Bitwarden's words; null for a field that holds none, or one of another kind. */
function fido2(field: Field): Readonly<Record<string, unknown>> | null {
  const passkey = passkeyOf(field);
  if (!passkey?.key.startsWith(p256)) return null;
  const { credentialId, key, username, ...rest } = asObject(parseJson(field.value)) ?? {};
  return {
    credentialId: `b64.${asText(credentialId) ?? ''}`,
    keyType: 'public-key',
    keyAlgorithm: 'ECDSA',
    keyCurve: 'P-256',
    keyValue: key,
    userName: username,
    counter: '0',
    discoverable: 'true',
    ...rest,
  };
}

function itemOf(
  { entry, trashed, pending, history }: ExportedEntry,
  folderId: (name: string) => string,
): Readonly<Record<string, unknown>> {
  const left: Overflow = pending === null ? {} : { pending };
  const passkeys = entry.fields.map(fido2).filter((passkey) => passkey !== null);
  const fields = entry.fields.filter((field) => fido2(field) === null);
  // An empty value counts as none there.
  const lost = fields.filter(({ name, value }) => value === '' || name === overflowField);
  if (lost.length > 0) left.fields = lost;
  if (!readsBack(entry.urls)) left.urls = entry.urls;
  const favorite = entry.tags.includes('favorite');
  const [folder, ...others] = entry.tags.filter((tag) => tag !== 'favorite');
  if (others.length > 0) left.tags = others;
  const overflow = overflowOf(left);
  const passwords = earlierPasswords(history, entry).reverse();
  const kept = [...fields.filter((field) => !lost.includes(field)), ...(overflow === null ? [] : [overflow])];
  return {
    passwordHistory: passwords.length === 0 ? null : passwords.map(({ password, until }) => ({ lastUsedDate: until, password })),
    revisionDate: entry.updatedAt,
    creationDate: entry.createdAt,
    deletedDate: trashed ? entry.updatedAt : null,
    id: entry.id,
    organizationId: null,
    folderId: folder === undefined ? null : folderId(folder),
    type: 1,
    reprompt: 0,
    name: entry.name,
    notes: entry.notes,
    favorite,
    fields: kept.map(({ name, value, hidden }) => ({ name, value, type: hidden ? 1 : 0, linkedId: null })),
    login: {
      fido2Credentials: passkeys,
      uris: left.urls === undefined ? entry.urls.map((uri) => ({ match: null, uri })) : [],
      username: entry.username,
      password: entry.password,
      totp: totpText(entry.totp),
      passwordRevisionDate: entry.passwordChangedAt,
    },
    collectionIds: null,
  };
}

/** The export in pieces: items as they come, then the folders they named. */
async function* plainExport(entries: ExportedEntries, options: ExportOptions): AsyncGenerator<string> {
  const folders = new Map<string, string>();
  const folderId = (name: string): string => {
    const id = folders.get(name) ?? randomUUID();
    folders.set(name, id);
    return id;
  };
  yield `{"encrypted":false,"${writtenByVault}":true,"items":[`;
  let separator = '\n';
  for await (const exported of entries) {
    reportAttachments(exported, options);
    yield separator + JSON.stringify(itemOf(exported, folderId));
    separator = ',\n';
  }
  yield `\n],"folders":${JSON.stringify([...folders].map(([name, id]) => ({ id, name })))}}\n`;
}

/** Bitwarden's JSON: protected by the password, or plain without one. Every entry is a login. */
export async function* writeBitwarden(entries: ExportedEntries, options: ExportOptions, iterations?: number): AsyncGenerator<Buffer> {
  if (options.password === null) {
    for await (const text of plainExport(entries, options)) yield Buffer.from(text);
    return;
  }
  const parts: string[] = [];
  for await (const text of plainExport(entries, options)) parts.push(text);
  yield Buffer.from(JSON.stringify(await encryptExport(parts.join(''), options.password, iterations)));
}
