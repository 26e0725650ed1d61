import { addField, addUrl, type Draft, looksSecret } from '../item.ts';
import { asList, asObjects, asText, parseJson } from '../json.ts';
import { VaultError } from '../../errors.ts';
import type { CsvLayout, CsvRow } from './layout.ts';
import { take, takeField } from './take.ts';

/** JSON in a cell; null, and a problem, where it is none. */
function jsonCell(draft: Draft, value: string, what: string): unknown {
  try {
    return parseJson(value);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    draft.problems.push(`has ${what} that are not understood: kept as a hidden field`);
    addField(draft, what, value, true);
    return null;
  }
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
      for (const url of asList(jsonCell(draft, value, 'further addresses'))) addUrl(draft, asText(url));
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
      for (const field of asObjects(jsonCell(draft, value, 'own fields'))) {
        const label = asText(field['label']) ?? '';
        addField(draft, label, asText(field['value']), field['type'] === 'hidden' || (field['type'] !== 'text' && looksSecret(label)));
      }
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
