import { addObject, humanName, objectsOf } from '../flatten.ts';
import { addField, addTotp, type Draft, endOfSections, setPassword, setUsername } from '../item.ts';
import { asNumber, asObject, asText, type JsonObject } from '../json.ts';
import { fromSeconds } from '../times.ts';

/** A file that a field or a document stands for. */
export interface FileReference {
  readonly id: string;
  readonly name: string;
}

export function fileReference(value: unknown): FileReference | null {
  const { documentId, fileName } = asObject(value) ?? {};
  const id = asText(documentId);
  return id === null ? null : { id, name: asText(fileName) ?? '' };
}

/** 202206 is June 2022. */
function monthYear(value: unknown): string | null {
  const number = asNumber(value);
  return number === null || number === 0 ? null : `${Math.floor(number / 100)}-${String(number % 100).padStart(2, '0')}`;
}

function day(value: unknown): string | null {
  return fromSeconds(asNumber(value))?.slice(0, 10) ?? null;
}

/** An address in lines, as it is written on a letter. */
function address(value: unknown): string | null {
  const { street, city, state, zip, country } = asObject(value) ?? {};
  const lines = [street, [asText(zip), asText(city), asText(state)].filter((part) => part !== null).join(' '), country].map(asText);
  return lines.filter((line) => line !== null).join('\n');
}

/** What the values of each kind come to, as text; a kind that is not known is kept whatever it holds. */
const readers: Readonly<Record<string, (value: unknown) => string | null>> = {
  string: asText,
  concealed: asText,
  phone: asText,
  menu: asText,
  gender: asText,
  url: asText,
  reference: asText,
  creditCardType: asText,
  creditCardNumber: asText,
  date: day,
  monthYear,
  email: (value) => asText(value) ?? asText(asObject(value)?.['email_address']),
  address,
};

const hiddenKinds = new Set(['concealed', 'creditCardNumber', 'totp']);

/** Kinds of items whose sections hold the user and the password that a login has in places of its own. */
const loginLike = new Set(['102', '110', '112']);

function addSshKey(draft: Draft, label: string, value: unknown): void {
  const key = asObject(value) ?? {};
  const metadata = asObject(key['metadata']) ?? {};
  addField(draft, label, asText(key['privateKey']) ?? asText(metadata['privateKey']), true);
  addField(draft, 'public key', asText(metadata['publicKey']), false);
  addField(draft, 'fingerprint', asText(metadata['fingerprint']), false);
  addField(draft, 'key type', asText(metadata['keyType']), false);
}

function addValue(draft: Draft, label: string, kind: string, value: unknown): void {
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (kind === 'totp' && asText(value) !== null) addTotp(draft, asText(value), label);
  else if (kind === 'sshKey') addSshKey(draft, label, value);
  else {
    const text = read?.(value) ?? '';
    addField(draft, label, text, hiddenKinds.has(kind));
    // What the kind does not lead to expect. (A number that gives no text is no date.)
    if (text === '' && (read === undefined || typeof value !== 'number')) {
      addObject(draft, { [kind]: value }, { prefix: label, hidden: hiddenKinds.has(kind) });
    }
  }
}

function readField(draft: Draft, field: JsonObject, category: string, files: FileReference[]): void {
  const id = asText(field['id']) ?? '';
  const label = asText(field['title']) ?? humanName(id);
  for (const [kind, value] of Object.entries(asObject(field['value']) ?? {})) {
    const file = kind === 'file' ? fileReference(value) : null;
    const isLogin = loginLike.has(category) && asText(value) !== null;
    if (file !== null) files.push(file);
    else if (isLogin && id === 'username') setUsername(draft, asText(value), label);
    else if (isLogin && (id === 'password' || id === 'credential')) setPassword(draft, asText(value), label);
    else addValue(draft, label, kind, value);
  }
}

/** The sections of an item: every field by its title, with the section's heading where an earlier one has it too. Fields that stand for files are given back. */
export function readSections(draft: Draft, details: JsonObject, category: string): FileReference[] {
  const files: FileReference[] = [];
  const endSection = endOfSections(draft);
  for (const section of objectsOf(draft, details, 'sections')) {
    for (const field of objectsOf(draft, section, 'fields')) readField(draft, field, category, files);
    endSection(asText(section['title']));
  }
  return files;
}

/** A field of the form that was filled in: the login, or another by its name. Some values are objects around the text. */
export function readLoginField(draft: Draft, field: JsonObject): void {
  const { email_address: email, string } = asObject(field['value']) ?? {};
  const value = asText(field['value']) ?? asText(email) ?? asText(string);
  const label = asText(field['name']) ?? asText(field['id']) ?? 'form field';
  const hidden = field['fieldType'] === 'P' || field['designation'] === 'password';
  if (field['designation'] === 'username') setUsername(draft, value, label);
  else if (field['designation'] === 'password') setPassword(draft, value, label);
  else addField(draft, label, value, hidden);
  if (value === null) addObject(draft, { '': field['value'] }, { prefix: label, hidden });
}
