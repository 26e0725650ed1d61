import { addObject, humanName } from '../flatten.ts';
import { addField, addNotes, addTotp, addUrl, type Draft, setPassword, setUsername } from '../item.ts';
import { asList, asNumber, asObject, asObjects, asText, type JsonObject } from '../json.ts';
import { addPasskey } from '../passkey.ts';
import { otpauthUri } from '../totp-spelling.ts';

interface Editable {
  readonly value: string | null;
  readonly label: string | null;
  readonly hidden: boolean;
}

/** A value that its owner may edit: with a kind and a label; drafts of the format have bare texts in some places. */
function editable(value: unknown): Editable {
  const field = asObject(value);
  if (field === null) return { value: asText(value), label: null, hidden: false };
  return { value: asText(field['value']), label: asText(field['label']), hidden: field['fieldType'] === 'concealed-string' };
}

function isEditable(value: unknown): boolean {
  const field = asObject(value);
  return field !== null && ('value' in field || 'fieldType' in field);
}

function readTotp(draft: Draft, totp: JsonObject): void {
  const secret = asText(totp['secret']);
  if (secret === null) return;
  const parts = { issuer: asText(totp['issuer']), account: asText(totp['username']), algorithm: asText(totp['algorithm']) };
  addTotp(draft, otpauthUri({ secret, ...parts, digits: asNumber(totp['digits']), period: asNumber(totp['period']) }));
}

/** A note that has a label is one of several texts; where it is the only one, it is the entry's. */
function readNote(draft: Draft, note: JsonObject): void {
  addNotes(draft, editable(note['content']).value);
}

/** A passkey begins anew in another program: its counter is no part of the format. */
function readPasskey(draft: Draft, { type: _, ...passkey }: JsonObject): void {
  addPasskey(draft, passkey, asText(passkey['rpId']));
}

function readCustomFields(draft: Draft, credential: JsonObject): void {
  for (const field of asObjects(credential['fields'])) {
    const { value, label, hidden } = editable(field);
    addField(draft, label ?? asText(credential['label']), value, hidden);
  }
}

/** Cards, documents, names, addresses, networks: every part by its label. Parts that are no texts keep their names. */
function readParts(draft: Draft, type: string, credential: JsonObject): void {
  addField(draft, 'kind', type.replaceAll('-', ' '), false);
  for (const [key, part] of Object.entries(credential)) {
    if (key === 'type' || key === 'id' || key === 'extensions') continue;
    const { value, label, hidden } = editable(part);
    if (isEditable(part)) addField(draft, label ?? humanName(key), value, hidden);
    else addObject(draft, { [key]: part });
  }
}

/** Credentials whose content stands elsewhere, or points elsewhere. */
function readReference(draft: Draft, type: string, credential: JsonObject): void {
  if (type === 'file') draft.problems.push('has a file, whose contents the format does not carry');
  addObject(draft, credential, { prefix: type === 'file' ? 'file' : 'reference', except: ['type'] });
}

/** One of an item's credentials. Kinds that came later are kept by the names of their parts. */
export function readCredential(draft: Draft, credential: JsonObject): void {
  const type = asText(credential['type']) ?? 'credential';
  for (const url of asList(credential['urls'])) addUrl(draft, asText(url));
  if (type === 'basic-auth' || type === 'login') {
    setUsername(draft, editable(credential['username']).value);
    setPassword(draft, editable(credential['password']).value);
  } else if (type === 'generated-password') setPassword(draft, editable(credential['password']).value, 'generated password');
  else if (type === 'totp') readTotp(draft, credential);
  else if (type === 'note') readNote(draft, credential);
  else if (type === 'passkey') readPasskey(draft, credential);
  else if (type === 'custom-fields') readCustomFields(draft, credential);
  else if (type === 'file' || type === 'item-reference') readReference(draft, type, credential);
  else if (type === 'api-key') {
    const { username, key, ...rest } = credential;
    setUsername(draft, editable(username).value);
    setPassword(draft, editable(key).value, editable(key).label ?? 'API key');
    addUrl(draft, editable(rest['url']).value);
    readParts(draft, type, Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'url')));
  } else readParts(draft, type, credential);
}
