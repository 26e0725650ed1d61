import { addField, addTotp, addUrl, type Draft, looksSecret, setPassword, setUsername } from '../item.ts';
import type { CsvLayout } from './layout.ts';
import { take } from './take.ts';

/** RoboForm writes one quote before values that begin with `@` or a quote, passwords too: exactly one is taken off. */
function unguarded(value: string): string {
  return /^'['@]/.test(value) ? value.slice(1) : value;
}

/** One cell of `RfFieldsV2` (`Label,,,type,value`) or of the older `Rf_fields` (`Label:type:value`). */
function readField(draft: Draft, cell: string): void {
  const [, name, type, value] = /^([^,]*),[^,]*,[^,]*,([^,]*),(.*)$/s.exec(cell) ?? /^([^:]*):([^:]*):(.*)$/s.exec(cell) ?? [];
  if (name === undefined || type === undefined || value === undefined) {
    addField(draft, 'form field', cell, true);
    return;
  }
  const text = unguarded(value);
  const label = name.replace(/\$$/, '').replace(/^-no-name-$/, 'form field');
  // The login and its password stand here again.
  if (name === 'User ID$') setUsername(draft, text, label);
  else if (name === 'Password$') setPassword(draft, text, label);
  else if (/^totp key/i.test(label)) addTotp(draft, text);
  else addField(draft, label, text, type === 'pwd' || looksSecret(label));
}

/** RoboForm: `Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2`, and as many cells more as the form has fields. */
export const roboformLayout: CsvLayout = {
  recognises: (columns) => ['name', 'url', 'login', 'pwd'].every((column) => columns.has(column)),
  columns: {
    name: take.name,
    url: take.url,
    matchurl: (draft, value) => addUrl(draft, value),
    login: (draft, value) => setUsername(draft, unguarded(value)),
    pwd: (draft, value) => setPassword(draft, unguarded(value)),
    note: (draft, value) => take.notes(draft, unguarded(value)),
    folder: (draft, value) => take.tag(draft, value.replace(/^\//, '')),
    rf_fields: readField,
    rffieldsv2: readField,
  },
  beyond: (draft, cells) => {
    for (const cell of cells) readField(draft, cell);
  },
};
