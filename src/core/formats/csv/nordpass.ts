import { addField, addUrl, type Draft, looksSecret } from '../item.ts';
import { asObject, asText } from '../json.ts';
import { jsonAddresses, jsonList } from './json-cell.ts';
import type { CsvLayout, CsvRow } from './layout.ts';
import { take, takeField } from './take.ts';

/** An own field: as far as is known an object of these three, with a text for its value. */
function addOwnField(draft: Draft, field: unknown): void {
  const { label, type, value } = asObject(field) ?? { value: field };
  const name = asText(label) ?? '';
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : asText(value);
  addField(draft, name, text, type === 'hidden' || (type !== 'text' && looksSecret(name)));
}

/** A folder is a row of its own: typed, or in older files a row with nothing but a name. */
function isFolder(draft: Draft, row: CsvRow): boolean {
  const type = row.get('type');
  if (type !== '') return type === 'folder';
  const { urls, totp, notes, fields, tags, username, password } = draft;
  return username === null && password === null && [urls, totp, notes, fields, tags].every((part) => part.length === 0);
}

/** NordPass: one wide table for logins, notes, cards and identities, newer files with a type, further addresses and own fields as JSON. */
export const nordpassLayout: CsvLayout = {
  recognises: (columns) => ['name', 'url', 'password', 'cardholdername', 'cardnumber', 'folder'].every((column) => columns.has(column)),
  columns: {
    name: take.name,
    url: take.url,
    additional_urls: (draft, value) => {
      for (const url of jsonAddresses(draft, value, 'further addresses')) addUrl(draft, url);
    },
    username: take.username,
    password: take.password,
    note: take.notes,
    cardholdername: takeField('cardholder name'),
    cardnumber: takeField('card number', true),
    cvc: takeField('CVC', true),
    pin: takeField('PIN', true),
    expirydate: takeField('expiry date'),
    zipcode: takeField('zip code'),
    folder: take.tag,
    full_name: takeField('full name'),
    phone_number: takeField('phone number'),
    email: takeField('email'),
    address1: takeField('address'),
    address2: takeField('address 2'),
    type: take.nothing,
    custom_fields: (draft, value) => {
      for (const field of jsonList(draft, value, 'own fields')) addOwnField(draft, field);
    },
  },
  complete: (draft, row) => {
    const type = row.get('type');
    if (type !== '' && !['password', 'note', 'folder'].includes(type)) {
      draft.fields.unshift({ name: 'kind', value: type.replaceAll('_', ' '), hidden: false });
    }
    return !isFolder(draft, row);
  },
};
