import { addObject, humanName, objectsOf } from '../flatten.ts';
import { addField, addNotes, addTotp, addUrl, type Draft, looksSecret, setPassword, setUsername } from '../item.ts';
import { asList, asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { addPasskey } from '../passkey.ts';
import { otpauthUri } from '../totp-spelling.ts';

/** What every credential may have beside its own parts. How it is shared means nothing here. */
const commonKeys = ['type', 'id', 'urls', 'label', 'extensions'];

interface Editable {
  readonly value: string | null;
  readonly label: string | null;
  readonly hidden: boolean;
  /** What is none of these: a value that is no text, parts that came later. */
  readonly rest: JsonObject;
}

/** A value that its owner may edit: with a kind and a label; drafts of the format have bare texts in some places. */
function editable(part: unknown): Editable {
  const { value, label, fieldType, id: _, extensions: __, ...others } = asObject(part) ?? { value: part };
  const text = asText(value);
  const rest = { ...(text === null ? { value } : {}), ...others };
  return { value: text, label: asText(label), hidden: fieldType === 'concealed-string', rest };
}

function isEditable(value: unknown): boolean {
  const field = asObject(value);
  return field !== null && ('value' in field || 'fieldType' in field);
}

function addRest(draft: Draft, name: string, { label, hidden, rest }: Editable): void {
  addObject(draft, rest, { prefix: label ?? name, hidden: hidden || looksSecret(name) });
}

/** The name is for one without a label. */
function addEditable(draft: Draft, name: string, part: Editable): void {
  addField(draft, part.label ?? name, part.value, part.hidden);
  addRest(draft, name, part);
}

/** A part that has a place of its own: what it holds, as `take` puts it there. */
function readPart(draft: Draft, credential: JsonObject, key: string, take: (text: string | null, label: string | null) => void): void {
  const part = editable(credential[key]);
  take(part.value, part.label);
  addRest(draft, humanName(key), part);
}

function readTotp(draft: Draft, totp: JsonObject): void {
  const { secret, issuer, username, algorithm, digits, period, ...rest } = totp;
  const parts = { issuer: asText(issuer), account: asText(username), algorithm: asText(algorithm) };
  const text = asText(secret);
  if (text === null) addObject(draft, totp, { prefix: 'one-time code', except: commonKeys, hidden: true });
  else {
    addTotp(draft, otpauthUri({ secret: text, ...parts, digits: asNumber(digits), period: asNumber(period) }));
    addObject(draft, rest, { except: commonKeys });
  }
}

/** A passkey begins anew in another program: its counter is no part of the format. */
function readPasskey(draft: Draft, { type: _, ...passkey }: JsonObject): void {
  addPasskey(draft, passkey, asText(passkey['rpId']));
}

function readCustomFields(draft: Draft, credential: JsonObject): void {
  for (const field of objectsOf(draft, credential, 'fields')) {
    addEditable(draft, asText(credential['label']) ?? '', editable(field));
  }
  addObject(draft, credential, { except: [...commonKeys, 'fields'] });
}

/** Cards, documents, names, addresses, networks: every part by its label. Parts that are no texts keep their names. */
function readParts(draft: Draft, type: string, credential: JsonObject): void {
  addField(draft, 'kind', type.replaceAll('-', ' '), false);
  for (const [key, part] of Object.entries(credential)) {
    if (key === 'type' || key === 'id' || key === 'extensions') continue;
    if (isEditable(part)) {
      addEditable(draft, humanName(key), editable(part));
    } else addObject(draft, { [key]: part });
  }
}

/** Credentials whose content stands elsewhere, or points elsewhere. */
function readReference(draft: Draft, type: string, credential: JsonObject): void {
  if (type === 'file') draft.problems.push('has a file, whose contents the format does not carry');
  addObject(draft, credential, { prefix: type === 'file' ? 'file' : 'reference', except: ['type'] });
}

/** One of an item's credentials. Kinds that came later are kept by the names of their parts, and so is what is new of the others. */
export function readCredential(draft: Draft, credential: JsonObject): void {
  const type = asText(credential['type']) ?? 'credential';
  const others = (...known: string[]) => addObject(draft, credential, { except: [...commonKeys, ...known] });
  for (const url of asList(credential['urls'])) addUrl(draft, asText(url));
  if (type === 'basic-auth' || type === 'login') {
    readPart(draft, credential, 'username', (text) => setUsername(draft, text));
    readPart(draft, credential, 'password', (text) => setPassword(draft, text));
    others('username', 'password');
  } else if (type === 'generated-password') {
    readPart(draft, credential, 'password', (text) => setPassword(draft, text, 'generated password'));
    others('password');
  } else if (type === 'totp') readTotp(draft, credential);
  else if (type === 'note') {
    readPart(draft, credential, 'content', (text) => addNotes(draft, text));
    others('content');
  } else if (type === 'passkey') readPasskey(draft, credential);
  else if (type === 'custom-fields') readCustomFields(draft, credential);
  else if (type === 'file' || type === 'item-reference') readReference(draft, type, credential);
  else if (type === 'api-key') {
    const { username, key, url, ...rest } = credential;
    readPart(draft, { username }, 'username', (text) => setUsername(draft, text));
    readPart(draft, { key }, 'key', (text, label) => setPassword(draft, text, label ?? 'API key'));
    readPart(draft, { url }, 'url', (text) => addUrl(draft, text));
    readParts(draft, type, rest);
  } else readParts(draft, type, credential);
}
